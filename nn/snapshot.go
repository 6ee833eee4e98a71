package nn

import "fmt"

// Snapshot is a copy of all of a network's parameters, in memory. The zero value has none;
// Take uses its memory again.
type Snapshot struct{ values [][]float32 }

// Take copies the parameters of n. Like a prediction it waits for a step that writes them.
func (s *Snapshot) Take(n *Network) error {
	if err := n.made(); err != nil {
		return err
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return ErrClosed
	}
	i := 0
	n.eachParameter(func(values []float32) {
		if i == len(s.values) {
			s.values = append(s.values, nil)
		}
		s.values[i] = append(s.values[i][:0], values...)
		i++
	})
	s.values = s.values[:i]
	return nil
}

// Restore copies the parameters back, to n or a network of the same layers and backend.
// Gradients that no step has used are dropped; what an optimizer keeps stays as it is. A
// Snapshot of another network, or of none, is a *ShapeError and changes nothing.
func (s *Snapshot) Restore(n *Network) error {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	n.weights.Lock()
	defer n.weights.Unlock()
	if err := s.fits(n); err != nil {
		return err
	}
	i := 0
	n.eachParameter(func(values []float32) {
		copy(values, s.values[i])
		i++
	})
	for _, node := range n.nodes {
		if node.plan != nil {
			node.plan.Refresh()
		}
	}
	n.parametersChanged()
	return nil
}

// fits reports that s is not of a network such as n.
func (s *Snapshot) fits(n *Network) error {
	i, fits := 0, true
	n.eachParameter(func(values []float32) {
		fits = fits && i < len(s.values) && len(s.values[i]) == len(values)
		i++
	})
	if !fits || i != len(s.values) {
		return &ShapeError{Op: "snapshot", Detail: fmt.Sprintf("it has the parameters of another network, in %d pieces, want those of this one, in %d", len(s.values), i)}
	}
	return nil
}
