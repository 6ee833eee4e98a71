package nn

import "fmt"

// CopyFrom copies all parameters of other, which may be on another backend and in another
// precision, to those of n of the same names. A tensor that only one of them has, or of
// another shape, is a *TensorError, and nothing is copied.
//
// Gradients that no step has used are dropped, and the state of optimizers stays as it is.
func (n *Network) CopyFrom(other *Network) (err error) {
	defer recovered(&err)
	if err := n.made(); err != nil {
		return err
	}
	if err := other.made(); err != nil {
		return err
	}
	if n == other {
		return nil
	}
	from, err := other.copyTensors()
	if err != nil {
		return err
	}
	return n.setNamed("copy", from)
}

// setNamed copies the data of from, which must be tensors of n's names and shapes, each once.
func (n *Network) setNamed(op string, from []fileTensor) error {
	tensors := n.fileTensors()
	if err := matchTensors(op, tensors, from); err != nil {
		return err
	}
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	n.weights.Lock()
	defer n.weights.Unlock()
	return n.setTensors(tensors)
}

// matchTensors gives each of tensors the data of the one of the same name and shape in from, in
// which there must be no others.
func matchTensors(op string, tensors, from []fileTensor) error {
	byName := map[string]*fileTensor{}
	for i := range from {
		t := &from[i]
		if byName[t.name] != nil {
			return &TensorError{op, t.name, "it twice", "it once"}
		}
		byName[t.name] = t
	}
	for i := range tensors {
		t := &tensors[i]
		f := byName[t.name]
		if f == nil {
			return &TensorError{op, t.name, "no such tensor", fmt.Sprintf("one of dimensions %v", t.shape)}
		}
		if fmt.Sprint(f.shape) != fmt.Sprint(t.shape) || len(f.data) != t.elements() {
			return &TensorError{op, t.name, fmt.Sprintf("dimensions %v and %d elements", f.shape, len(f.data)), fmt.Sprintf("dimensions %v and %d elements", t.shape, t.elements())}
		}
		t.data = f.data
		delete(byName, t.name)
	}
	for _, f := range from { // in order
		if byName[f.name] != nil {
			return &TensorError{op, f.name, fmt.Sprintf("one of dimensions %v", f.shape), "no such tensor"}
		}
	}
	return nil
}
