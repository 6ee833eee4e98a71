package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// Forward runs a training pass on x [batch][Inputs] and returns the outputs
// [batch][Outputs]. It keeps the activations, and a reference to x, for
// Backward: x must not change until then. What it returns belongs to the
// network and is valid until the next Forward. In the steady state it
// allocates nothing.
//
// Use Predict to apply a network: it does without dropout and keeps nothing.
func (n *Network) Forward(x Matrix) (y Matrix, err error) {
	if err := n.begin(); err != nil {
		return Matrix{}, err
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
func (n *Network) Backward(dy Matrix) (err error) {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.ended(&err)
	if n.batch == 0 {
		return ErrNoForward
	}
	if err := blas.CheckShape("backward", "dy", dy, n.batch, n.outputs); err != nil {
		return n.nodes[len(n.nodes)-1].wrap(err)
	}
	if y := n.work.acts[len(n.nodes)]; &dy.Data[0] == &y.Data[0] {
		return n.nodes[len(n.nodes)-1].wrap(&ShapeError{Op: "backward", Detail: "dy is the matrix that Forward returned, want one of its own"})
	}
	if err := n.gathered.join(true); err != nil {
		return err
	}
	return n.gather(dy)
}

// gather is Backward for a caller that has begun, and of a dy that fits.
func (n *Network) gather(dy Matrix) error {
	if err := n.backward(dy, n.gathered.factor(float64(n.batch)), nil); err != nil {
		return err
	}
	return n.gatherBlocks(float64(n.batch), n.seenBound())
}

// InputGradient returns the gradient at the input of the last Backward,
// [batch][Inputs]. It is valid until the next Forward or Backward, and empty
// unless the network was made with WithInputGradient. It waits for a pass that
// is under way on another goroutine.
func (n *Network) InputGradient() Matrix {
	n.training.Lock()
	defer n.training.Unlock()
	if n.work == nil {
		return Matrix{}
	}
	return n.work.inputGradient
}

// forward is Forward for a caller that has begun.
func (n *Network) forward(x Matrix) (Matrix, error) {
	n.batch = 0
	if n.untrainable != nil {
		return Matrix{}, n.untrainable
	}
	if err := n.checkInput("forward", x); err != nil {
		return Matrix{}, err
	}
	if err := n.reserve(x.Rows); err != nil {
		return Matrix{}, err
	}
	n.pass = Pass{Training: true, Step: n.passes}
	n.passes++
	w := n.work
	w.inputGradient = Matrix{}
	w.acts[0] = x
	for i, node := range n.nodes {
		w.acts[i+1] = rowsOf(w.outputs[i], 0, x.Rows)
		if err := node.forward(n.pass, w.acts[i], w.acts[i+1]); err != nil {
			return Matrix{}, err
		}
	}
	n.batch = x.Rows
	return w.acts[len(n.nodes)], nil
}

// checkInput reports an x that is no batch for the network.
func (n *Network) checkInput(op string, x Matrix) error {
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
func (n *Network) outputGradient() Matrix {
	return n.work.gradient(len(n.nodes), n.batch, n.outputs)
}

// backward takes dy, the gradient at the outputs, times factor, down through the nodes, to
// the lowest that has parameters. Stages add to the gradients of theirs. Blocks
// keep the gradient before their activation, for whoever computes theirs from it, so that
// whatever can fail on the way down has done so before a parameter is written; or
// else, with an optimizer whose step cannot fail any more, each is updated right after the
// gradient at its input is there, which the weights are needed for.
func (n *Network) backward(dy Matrix, factor float32, o *Optimizer) error {
	w := n.work
	if n.gathered.passes == 0 {
		n.clearStageGradients()
	}
	dy = w.own(len(n.nodes), dy) // stages may overwrite it
	if factor != 1 {
		for i := range dy.Rows {
			n.backend.Kernels().Scale(factor, rowOf(dy, i))
		}
	}
	derived := false // whether dy has been multiplied by the derivative of its node's activation
	for i := len(n.nodes) - 1; i >= n.lowest || n.inputGradient && i >= 0; i-- {
		node := n.nodes[i]
		x, y := w.acts[i], w.acts[i+1]
		if !derived && node.act != kernels.Identity {
			derive(n.backend.Kernels(), node.act, dy, dy, y)
		}
		derived = false
		if node.onlyActivation() {
			continue
		}
		var dx Matrix
		if i > n.lowest || n.inputGradient {
			dx = w.gradient(i, dy.Rows, node.in)
		}
		var err error
		if node.plan == nil {
			err = node.stageBackward(n.pass, x, y, dy, dx)
		} else {
			if o == nil {
				w.dz[i] = dy
			}
			if dx.Data != nil {
				derived, err = true, node.plan.BackwardData(dy, dx, blas.Slope{Of: n.actBelow(i), Kept: x}, false)
			}
			if o != nil && err == nil {
				err = o.updateBlock(i, x, dy)
			}
		}
		if err != nil {
			n.dropGradients()
			return node.wrap(err)
		}
		dy = dx
	}
	if n.inputGradient {
		w.inputGradient = w.own(0, dy)
	}
	return nil
}

// actBelow is the activation that the input of node i comes out of.
func (n *Network) actBelow(i int) kernels.Activation {
	if i == 0 {
		return kernels.Identity
	}
	return n.nodes[i-1].act
}

// gatherBlocks makes the gradients of the last pass, of that weight and none larger than bound, the
// blocks', or adds them to those that are there.
func (n *Network) gatherBlocks(weight, bound float64) error {
	for i, node := range n.nodes {
		if node.plan == nil {
			continue
		}
		if err := node.plan.BackwardWeights(n.work.acts[i], n.work.dz[i], n.gathered.passes > 0, nil); err != nil {
			n.dropGradients()
			return node.wrap(err)
		}
	}
	n.gathered.add(weight, bound)
	return nil
}

// clearStageGradients makes the gradients of stages zero: they add, where
// plans overwrite.
func (n *Network) clearStageGradients() {
	for _, node := range n.nodes {
		for _, p := range node.parameters {
			clear(p.Grad)
		}
	}
}

// dropGradients marks the gradients as used, and the activations as those of
// weights that are no more.
func (n *Network) dropGradients() { n.gathered, n.batch = gathered{}, 0 }
