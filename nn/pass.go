package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Forward runs a training pass on x [batch][Inputs] and returns the outputs
// [batch][Outputs]. It keeps the activations, and a reference to x, for
// Backward: x must not change until then. What it returns belongs to the
// network and is valid until the next Forward. In the steady state it
// allocates nothing.
//
// Use Predict to apply a network: it does without dropout and keeps nothing.
func (n *Network) Forward(x tensor.Matrix) (y tensor.Matrix, err error) {
	if err := n.begin(); err != nil {
		return tensor.Matrix{}, err
	}
	defer n.ended(&err)
	return n.forward(x)
}

// Backward takes dy [batch][Outputs], the gradient of a loss at the outputs of
// the last Forward, and computes the gradients of all parameters. The first
// call since the last optimizer step overwrites the gradients, further ones
// add to them. dy is not changed, and must not be the matrix that Forward
// returned, which the pass still needs.
//
// An error drops the gradients gathered so far.
func (n *Network) Backward(dy tensor.Matrix) (err error) {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.ended(&err)
	if n.batch == 0 {
		return ErrNoForward
	}
	if err := blas.CheckShape("backward", "dy", dy, n.batch, n.outputs); err != nil {
		return n.last().wrap(err)
	}
	if y := n.work.values[n.output]; &dy.Data[0] == &y.Data[0] {
		return n.last().wrap(&ShapeError{Op: "backward", Detail: "dy is the matrix that Forward returned, want one of its own"})
	}
	if err := n.gathered.join(true); err != nil {
		return err
	}
	return n.gather(dy)
}

// gather is Backward for a caller that has begun, and of a dy that fits.
func (n *Network) gather(dy tensor.Matrix) error {
	if err := n.backward(dy, n.gathered.factor(float64(n.batch)), nil); err != nil {
		return err
	}
	return n.gatherBlocks(float64(n.batch), n.seenBound())
}

// InputGradient returns the gradient at the input of the last Backward,
// [batch][Inputs]. It is valid until the next Forward or Backward, and empty
// unless the network was made with InputGradient. It waits for a pass that
// is under way on another goroutine.
func (n *Network) InputGradient() tensor.Matrix {
	if n.made() != nil {
		return tensor.Matrix{}
	}
	n.training.Lock()
	defer n.training.Unlock()
	if n.work == nil {
		return tensor.Matrix{}
	}
	return n.work.inputGradient
}

// forward is Forward for a caller that has begun.
func (n *Network) forward(x tensor.Matrix) (tensor.Matrix, error) {
	n.batch = 0
	if n.untrainable != nil {
		return tensor.Matrix{}, n.untrainable
	}
	if err := n.checkInput("forward", x); err != nil {
		return tensor.Matrix{}, err
	}
	if err := n.reserve(x.Rows); err != nil {
		return tensor.Matrix{}, err
	}
	if err := n.commitPass(); err != nil {
		return tensor.Matrix{}, err
	}
	w := n.work
	w.pass.Step, w.pass.Rows = n.passes, x.Rows
	n.passes++
	w.inputGradient = tensor.Matrix{}
	w.begin(x)
	for _, node := range n.nodes {
		if err := w.run(node); err != nil {
			return tensor.Matrix{}, err
		}
	}
	n.batch = x.Rows
	return w.values[n.output], nil
}

// commitPass lets stages write the buffers of a pass that Backward has gathered, if there is
// one, before another one overwrites what they have kept of it.
func (n *Network) commitPass() (err error) {
	if !n.uncommitted {
		return nil
	}
	n.uncommitted = false
	if n.gathered.passes == 0 { // dropped, by another optimizer's step
		return nil
	}
	if !n.finiteGradients() {
		return nil // a step will say so
	}
	n.weights.Lock()
	defer n.weights.Unlock()
	defer func() {
		if v := recover(); v != nil { // some buffers may be written, and others not
			err = fmt.Errorf("%w: %w", ErrTorn, parallel.Caught(v))
			n.dropGradients()
		}
	}()
	n.commit()
	return nil
}

// finiteGradients reports whether all gradients that are gathered are finite. What is known of
// those of blocks is not looked at.
func (n *Network) finiteGradients() bool {
	k := n.backend.Kernels()
	for _, s := range n.stages {
		for _, t := range s.params {
			if !(k.MaxAbs(t.Grad) <= math.MaxFloat32) {
				return false
			}
		}
	}
	if n.gathered.bound <= math.MaxFloat32 {
		return true
	}
	for _, b := range n.blocks {
		if !(k.MaxAbs(b.plan.Gradients()) <= math.MaxFloat32) {
			return false
		}
	}
	return true
}

// last is the node that the outputs come out of.
func (n *Network) last() *node { return n.nodes[len(n.nodes)-1] }

// checkInput reports an x that is no batch for the network.
func (n *Network) checkInput(op string, x tensor.Matrix) error {
	if err := n.made(); err != nil {
		return err
	}
	err := blas.CheckShape(op, "x", x, -1, n.inputs)
	if err == nil && x.Rows == 0 {
		err = &ShapeError{Op: op, Detail: fmt.Sprintf("x is 0×%d, want at least one row", n.inputs)}
	}
	return n.nodes[0].wrap(err)
}

// outputGradient is where a trainer writes the gradient at the outputs of the
// last Forward.
func (n *Network) outputGradient() tensor.Matrix { return n.work.gradients[n.output] }

// backward takes dy, the gradient at the outputs, times factor, back through the nodes, to
// the lowest that has parameters. Stages add to the gradients of theirs. Of blocks the gradient
// before their function stays, for whoever computes theirs from it, so that
// whatever can fail on the way has done so before a parameter is written; or
// else, with an optimizer whose step cannot fail any more, each is updated right after the
// gradient at its input is there, which the weights are needed for.
func (n *Network) backward(dy tensor.Matrix, factor float32, o *Optimizer) error {
	w := n.work
	if n.gathered.passes == 0 {
		n.clearStageGradients()
	}
	n.uncommitted = n.commits
	if !w.wants(n.output) { // there is nothing to train
		return nil
	}
	if own := n.outputGradient(); &own.Data[0] != &dy.Data[0] { // stages may overwrite it
		copyRows(own, dy)
		dy = own
	}
	if factor != 1 {
		for i := range dy.Rows {
			n.backend.Kernels().Scale(factor, rowOf(dy, i))
		}
	}
	w.beginBack()
	for i := len(n.nodes) - 1; i >= 0; i-- {
		node := n.nodes[i]
		if !node.back {
			continue
		}
		dz := w.gradients[node.out]
		if node.f != nil && !w.derived[node.out] {
			if err := w.derive(node, dz); err != nil {
				n.dropGradients()
				return node.wrap(err)
			}
		}
		err := node.op.backward(node, w, dz)
		if err == nil && o != nil {
			err = o.updateNode(i)
		}
		if err != nil {
			n.dropGradients()
			return node.wrap(err)
		}
	}
	if n.inputGradient {
		w.inputGradient = w.gradients[0]
	}
	return nil
}

// gatherBlocks makes the gradients of the last pass, of that weight and none larger than bound, the
// blocks', or adds them to those that are there.
func (n *Network) gatherBlocks(weight, bound float64) error {
	for _, b := range n.blocks {
		if err := b.plan.BackwardWeights(n.work.values[b.node.in[0]], n.work.gradients[b.node.out], n.gathered.passes > 0, nil); err != nil {
			n.dropGradients()
			return b.wrap(err)
		}
	}
	n.gathered.add(weight, bound)
	return nil
}

// clearStageGradients makes the gradients of stages zero: they add, where
// plans overwrite.
func (n *Network) clearStageGradients() {
	for _, s := range n.stages {
		for _, t := range s.params {
			clear(t.Grad)
		}
	}
}

// dropGradients marks the gradients as used, and the activations as those of
// weights that are no more.
func (n *Network) dropGradients() { n.gathered, n.batch, n.uncommitted = gathered{}, 0, false }
