package nn

import (
	"fmt"
	"slices"
)

// Snapshot is a copy of all of a network's parameters, in memory. The zero value is of no
// network.
type Snapshot struct{ tensors []fileTensor }

// Take copies the parameters of n. Like a prediction it waits for a step that writes them.
// After an error s is as it was.
func (s *Snapshot) Take(n *Network) error {
	if err := n.made(); err != nil {
		return err
	}
	tensors, err := n.copyTensors()
	if err != nil {
		return err
	}
	s.tensors = tensors
	return nil
}

// Restore copies the parameters to n, which they are from, or to a network whose parameters
// have the same names and shapes. Gradients that no step has used are dropped; what an
// optimizer keeps stays as it is. A Snapshot of another network, or of none, is a
// *ShapeError and changes nothing.
func (s *Snapshot) Restore(n *Network) error {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	if err := s.fits(n); err != nil {
		return err
	}
	n.weights.Lock()
	defer n.weights.Unlock()
	return n.setTensors(s.tensors)
}

// fits reports that s is not of a network such as n.
func (s *Snapshot) fits(n *Network) error {
	want := n.fileTensors()
	if len(s.tensors) != len(want) {
		return &ShapeError{Op: "snapshot", Detail: fmt.Sprintf("it has %d parameters, want the %d of the network", len(s.tensors), len(want))}
	}
	for i, t := range s.tensors {
		if w := want[i]; t.name != w.name || !slices.Equal(t.shape, w.shape) {
			return &ShapeError{Op: "snapshot", Detail: fmt.Sprintf("parameter %d is %s %v, want the network's %s %v", i, t.name, t.shape, w.name, w.shape)}
		}
	}
	return nil
}
