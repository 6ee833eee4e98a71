package nn

import (
	"fmt"
	"strconv"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Weights returns copies of the weights w [inputs][outputs] and the bias b
// [outputs] of layer i, counted from 0 in the list given to New. The bias of a Dense
// without one is nil, here and in SetWeights and Gradients. A layer that is no Dense
// is an error that wraps ErrNoWeights.
func (n *Network) Weights(i int) (w tensor.Matrix, bias []float32, err error) {
	b, err := n.dense(i)
	if err != nil {
		return tensor.Matrix{}, nil, err
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	return b.unpack(b.plan.Parameters())
}

// SetWeights copies w [inputs][outputs] and b [outputs] to layer i. Gradients
// that no step has used are dropped, and state that an optimizer keeps for
// the layer stays as it is.
func (n *Network) SetWeights(i int, w tensor.Matrix, b []float32) error {
	block, err := n.dense(i)
	if err != nil {
		return err
	}
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	n.weights.Lock()
	defer n.weights.Unlock()
	if err := blas.SetWeights(block.plan, w, b); err != nil {
		return block.wrap(err)
	}
	n.parametersChanged()
	return nil
}

// parametersChanged is called, with both locks held, by whoever has changed parameters
// and is no optimizer.
func (n *Network) parametersChanged() {
	n.version++
	n.dropGradients()
}

// Gradients returns copies of the gradients of the weights and the bias of
// layer i, as Backward has gathered them since the last optimizer step, or
// ErrNoGradient if there are none. A Trainer's step leaves none.
func (n *Network) Gradients(i int) (w tensor.Matrix, bias []float32, err error) {
	b, err := n.dense(i)
	if err != nil {
		return tensor.Matrix{}, nil, err
	}
	if err := n.begin(); err != nil {
		return tensor.Matrix{}, nil, err
	}
	defer n.end()
	if n.gathered.passes == 0 {
		return tensor.Matrix{}, nil, ErrNoGradient
	}
	return b.unpack(b.plan.Gradients())
}

// dense returns the block whose Dense is layer i.
func (n *Network) dense(i int) (*block, error) {
	if err := n.made(); err != nil {
		return nil, err
	}
	name := strconv.Itoa(i)
	for _, b := range n.blocks {
		if b.name == name {
			return b, nil
		}
	}
	for _, node := range n.nodes {
		for _, l := range node.layers {
			if l.name == name {
				return nil, &LayerError{Name: name, Layer: l.desc, Err: ErrNoWeights}
			}
		}
	}
	return nil, &LayerError{Name: name, Layer: "not there", Err: fmt.Errorf("%w: see Summary for those that have", ErrNoWeights)}
}
