package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

// Weights returns copies of the weights w [inputs][outputs] and the bias b
// [outputs] of layer i, counted from 0 in the list given to New. A layer that
// is no Dense is an error that wraps ErrNoWeights.
func (n *Network) Weights(i int) (w Matrix, b []float32, err error) {
	node, err := n.dense(i)
	if err != nil {
		return Matrix{}, nil, err
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	return node.unpack(node.plan.Parameters())
}

// SetWeights copies w [inputs][outputs] and b [outputs] to layer i. Gradients
// that no step has used are dropped, and state that an optimizer keeps for
// the layer stays as it is.
func (n *Network) SetWeights(i int, w Matrix, b []float32) error {
	node, err := n.dense(i)
	if err != nil {
		return err
	}
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	n.weights.Lock()
	defer n.weights.Unlock()
	if err := blas.SetWeights(node.plan, w, b); err != nil {
		return node.wrap(err)
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
func (n *Network) Gradients(i int) (w Matrix, b []float32, err error) {
	node, err := n.dense(i)
	if err != nil {
		return Matrix{}, nil, err
	}
	if err := n.begin(); err != nil {
		return Matrix{}, nil, err
	}
	defer n.end()
	if n.gathered.passes == 0 {
		return Matrix{}, nil, ErrNoGradient
	}
	return node.unpack(node.plan.Gradients())
}

// dense returns the block whose Dense is layer i.
func (n *Network) dense(i int) (*node, error) {
	if err := n.made(); err != nil {
		return nil, err
	}
	for _, node := range n.nodes {
		if node.stage == nil && node.first == i {
			return node, nil
		}
	}
	if i < 0 || i >= len(n.layers) {
		return nil, &LayerError{Index: i, Layer: "not there", Err: fmt.Errorf("%w: the network has layers 0 to %d", ErrNoWeights, len(n.layers)-1)}
	}
	return nil, &LayerError{Index: i, Layer: n.layers[i].Kind(), Err: ErrNoWeights}
}

// unpack copies flat, which has the layout of the block's parameters.
func (n *node) unpack(flat []float32) (w Matrix, b []float32, err error) {
	w = Matrix{Rows: n.in, Cols: n.out, Stride: n.out, Data: make([]float32, n.in*n.out)}
	b = make([]float32, n.out)
	if err := n.plan.Unpack(flat, w, b); err != nil {
		return Matrix{}, nil, n.wrap(err)
	}
	return w, b, nil
}
