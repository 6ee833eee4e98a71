package nn

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// holder is an op with tensors. Numbers go in and out in the layout of files, those of each tensor in
// the order in which they are listed.
type holder interface {
	op
	// tensors lists what is saved, under its name in files, without numbers.
	tensors() []tensor.Tensor
	// size is how many numbers are trained.
	size() int
	// realise takes memory and, unless values are about to be loaded, draws the first ones.
	realise(c *config) error
	// values and gradients return copies, nil for the gradients of a buffer; set writes values.
	values() ([][]float32, error)
	gradients() ([][]float32, error)
	set(values [][]float32) error
	// trainables lists what an optimizer changes, with the parts that are weights and biases.
	trainables() ([]*trainable, [][]blas.Segment)
}

// holders are the nodes that have tensors, in order.
func (g *graph) holders() (list []holder) {
	for _, n := range g.nodes {
		if h, ok := n.op.(holder); ok {
			list = append(list, h)
		}
	}
	return list
}

// describeTensors lists the graph's tensors, without values.
func (g *graph) describeTensors() (list []tensor.Tensor) {
	for _, h := range g.holders() {
		list = append(list, h.tensors()...)
	}
	return list
}

// fileTensors is describeTensors for files.
func (g *graph) fileTensors() (list []fileTensor) {
	for _, t := range g.describeTensors() {
		list = append(list, fileTensor{name: t.Name, shape: t.Dims})
	}
	return list
}

// copyTensors returns copies of all tensors.
func (n *Network) copyTensors() ([]fileTensor, error) {
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return nil, ErrClosed
	}
	if err := n.intact(); err != nil {
		return nil, err
	}
	list := n.fileTensors()
	next := list
	for _, h := range n.holders() {
		values, err := h.values()
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			next[i].data = v
		}
		next = next[len(values):]
	}
	return list, nil
}

// setTensors sets all tensors to the data of a list as fileTensors returns
// it. The caller holds both locks.
func (n *Network) setTensors(tensors []fileTensor) error {
	if err := n.intact(); err != nil {
		return err
	}
	defer n.parametersChanged() // after an error halfway too
	for _, h := range n.holders() {
		values := make([][]float32, len(h.tensors()))
		for i := range values {
			values[i] = tensors[i].data
		}
		if err := h.set(values); err != nil {
			return err
		}
		tensors = tensors[len(values):]
	}
	return nil
}
