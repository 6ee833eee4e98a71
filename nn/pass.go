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
func (n *Network) Forward(x Matrix) (Matrix, error) {
	if err := n.begin(); err != nil {
		return Matrix{}, err
	}
	defer n.end()
	return n.forward(x)
}

// Backward takes dy [batch][Outputs], the gradient of a loss at the outputs of
// the last Forward, and computes the gradients of all parameters. The first
// call since the last optimizer step overwrites the gradients, further ones
// add to them. dy is not changed, and must not be the matrix that Forward
// returned, which the pass still needs.
//
// An error drops the gradients gathered so far.
func (n *Network) Backward(dy Matrix) error {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	if n.batch == 0 {
		return ErrNoForward
	}
	if err := blas.CheckShape("backward", "dy", dy, n.batch, n.outputs); err != nil {
		return n.nodes[len(n.nodes)-1].wrap(err)
	}
	if y := n.work.acts[len(n.nodes)]; &dy.Data[0] == &y.Data[0] {
		return n.nodes[len(n.nodes)-1].wrap(&ShapeError{Op: "backward", Detail: "dy is the matrix that Forward returned, want one of its own"})
	}
	return n.backward(dy, -1, nil)
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
// last Forward: gradient buffer 0.
func (n *Network) outputGradient() Matrix {
	return n.work.gradient(0, n.batch, n.outputs)
}

// A sinker gives the sink that updates the parameters of node i while their
// gradients are computed.
type sinker interface {
	sink(i int) blas.Sink
}

// backward takes the gradient dy at the outputs down through the nodes. dy is
// in gradient buffer number held, which may be overwritten, or belongs to the
// caller if held is negative. With sinks, parameters of blocks are updated as
// their gradients become complete and no gradients are kept; the caller then
// holds weights to write.
func (n *Network) backward(dy Matrix, held int, sinks sinker) error {
	w := n.work
	if n.gathered == 0 {
		n.clearStageGradients()
	}
	derived := false // whether dy has been multiplied by the derivative of its node's activation
	for i := len(n.nodes) - 1; i >= n.lowest || n.inputGradient && i >= 0; i-- {
		node := n.nodes[i]
		x, y := w.acts[i], w.acts[i+1]
		if !derived && node.act != kernels.Identity {
			dz := dy
			if held < 0 {
				held = 0
				dz = w.gradient(held, dy.Rows, dy.Cols)
			}
			derive(n.backend.Kernels(), node.act, dz, dy, y)
			dy = dz
		}
		derived = false
		if node.onlyActivation() {
			continue
		}
		if node.plan == nil && held < 0 { // a stage may overwrite dy
			held = 0
			own := w.gradient(held, dy.Rows, dy.Cols)
			copyRows(own, dy)
			dy = own
		}
		var dx Matrix
		next := 0
		if i > n.lowest || n.inputGradient {
			next = 1 - max(held, 0)
			dx = w.gradient(next, dy.Rows, node.in)
		}
		var err error
		if node.plan != nil {
			derived, err = n.backwardBlock(i, x, dy, dx, sinks)
		} else {
			err = node.stage.Backward(n.pass, x, y, dy, dx)
		}
		if err != nil {
			n.dropGradients()
			return node.wrap(err)
		}
		dy, held = dx, next
	}
	if n.inputGradient {
		if held < 0 { // nothing but identities
			own := w.gradient(0, dy.Rows, dy.Cols)
			copyRows(own, dy)
			dy = own
		}
		w.inputGradient = dy
	}
	if sinks == nil {
		n.gathered++
	}
	return nil
}

// backwardBlock does block i: first dx, which needs the weights as they were,
// then their gradients. It reports whether dx is the gradient before the
// activation of the node below rather than after it.
func (n *Network) backwardBlock(i int, x, dz, dx Matrix, sinks sinker) (derived bool, err error) {
	plan := n.nodes[i].plan
	if dx.Data != nil {
		below := kernels.Identity
		if i > 0 {
			below = n.nodes[i-1].act
		}
		if err := plan.BackwardData(dz, dx, below, x); err != nil {
			return false, err
		}
		derived = true
	}
	if sinks != nil {
		return derived, plan.BackwardWeights(x, dz, false, sinks.sink(i))
	}
	return derived, plan.BackwardWeights(x, dz, n.gathered > 0, nil)
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
func (n *Network) dropGradients() {
	n.gathered, n.counted, n.batch = 0, 0, 0
}
