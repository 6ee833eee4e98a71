package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// node is a step of a compiled network: a block, which is a Dense layer
// together with the activation that follows it and runs as one plan, or the
// stage of any other layer.
type node struct {
	first, last int    // positions of its layers in the network's list
	desc        string // "dense 784→512 + relu"
	in, out     int    // features that go in and come out

	plan  blas.Dense // nil for a stage; a larger batch replaces it, with both of the network's locks held
	stage Stage      // nil for a block

	// act is what the node's output comes out of: whoever computes the
	// gradient at the output may multiply it by the derivative at once.
	// Identity if there is nothing to multiply by.
	act kernels.Activation
	// gain is what the node, or the activation of a block, multiplies magnitudes by at
	// most, forward and back, not counting 1 that an activation may add; 0 if nobody
	// knows, or if it may fail on the way back.
	gain float64
	// passive is set for a stage that does nothing when predicting.
	passive    bool
	parameters []*Parameter // of a stage
	lengths    []int        // of the parameters, as they were built
}

// trained reports whether the node has parameters.
func (n *node) trained() bool { return n.stage == nil || len(n.parameters) > 0 }

// onlyActivation reports whether the node does nothing but apply act, so that
// the gradient at its output, once multiplied by the derivative, is the
// gradient at its input.
func (n *node) onlyActivation() bool {
	_, ok := n.stage.(activationStage)
	return ok
}

// size is the number of parameters, padding not counted. It does not look at the
// plan, which a larger batch replaces, so that it needs no lock.
func (n *node) size() int {
	if n.stage == nil {
		return (n.in + 1) * n.out
	}
	total := 0
	for _, p := range n.parameters {
		total += len(p.Value)
	}
	return total
}

// predict applies the node to a batch that is not trained on.
func (n *node) predict(x, y Matrix) error {
	if n.plan != nil {
		return n.wrap(n.plan.Predict(x, y))
	}
	return n.forward(Pass{}, x, y)
}

func (n *node) forward(pass Pass, x, y Matrix) error {
	var err error
	if n.plan != nil {
		err = n.plan.Forward(x, y)
	} else {
		err = n.stageForward(pass, x, y)
	}
	return n.wrap(err)
}

// stageForward and stageBackward run a stage, which may be the user's and panic.
func (n *node) stageForward(pass Pass, x, y Matrix) (err error) {
	defer recovered(&err)
	return n.stage.Forward(pass, x, y)
}

func (n *node) stageBackward(pass Pass, x, y, dy, dx Matrix) (err error) {
	defer recovered(&err)
	return n.stage.Backward(pass, x, y, dy, dx)
}

// wrap says which layer err is about.
func (n *node) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &LayerError{Index: n.first, Layer: n.desc, Err: err}
}

// describe is a layer in short, for messages and summaries.
func describe(l Layer, in, out int) string {
	if _, ok := l.(*denseLayer); ok {
		return fmt.Sprintf("dense %d→%d", in, out)
	}
	if s, ok := l.(fmt.Stringer); ok {
		return s.String()
	}
	return l.Kind()
}
