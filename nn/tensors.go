package nn

import (
	"slices"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// Tensors returns copies of all tensors as files have them, buffers included: a Dense's
// weight is "layers.0.weight" [out][in]. Their Grad is nil: see GradientTensors.
func (n *Network) Tensors() ([]tensor.Tensor, error) {
	if err := n.made(); err != nil {
		return nil, err
	}
	copies, err := n.copyTensors()
	if err != nil {
		return nil, err
	}
	list := n.describeTensors()
	for i := range list {
		list[i].Value = copies[i].data
	}
	return list, nil
}

// SetTensors copies the values of tensors, buffers included, to those of the same names,
// dimensions and number, as Tensors returns them: the order does not matter, and neither do Role and Grad.
// One that is missing or foreign, or there twice, or of other dimensions is a *TensorError, and nothing is copied.
//
// Gradients that no step has used are dropped, and the state of optimizers stays as it is.
func (n *Network) SetTensors(tensors []tensor.Tensor) error {
	if err := n.made(); err != nil {
		return err
	}
	from := make([]fileTensor, len(tensors))
	for i, t := range tensors {
		from[i] = fileTensor{name: t.Name, shape: t.Dims, data: t.Value}
	}
	return n.setNamed("set", from)
}

// GradientTensors returns the tensors that are trained, called and shaped as Tensors has them,
// with copies in Grad of the gradients that Backward has gathered since the last optimizer step, or
// ErrNoGradient if there are none. A Trainer's step leaves none. Their Value is nil.
func (n *Network) GradientTensors() ([]tensor.Tensor, error) {
	if err := n.begin(); err != nil {
		return nil, err
	}
	defer n.end()
	if n.gathered.passes == 0 {
		return nil, ErrNoGradient
	}
	if err := n.intact(); err != nil {
		return nil, err
	}
	list := n.describeTensors()
	next := list
	for _, h := range n.holders() {
		gradients, err := h.gradients()
		if err != nil {
			return nil, err
		}
		for i, g := range gradients {
			next[i].Grad = g
		}
		next = next[len(gradients):]
	}
	return slices.DeleteFunc(list, func(t tensor.Tensor) bool { return t.Role == tensor.Buffer }), nil
}
