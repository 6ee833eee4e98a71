package nn

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// sum is the op that adds values up.
type sum struct{ kernels *kernels.Set }

func (*sum) takes(*function) bool               { return true }
func (*sum) applies(*function) bool             { return false }
func (*sum) keeps() (in, out bool)              { return false, false }
func (*sum) keepsGradient() bool                { return false }
func (*sum) need(int, bool) (kept, scratch int) { return 0, 0 }
func (*sum) handsOn(*node) bool                 { return false }
func (*sum) bounded() bool                      { return true }

// place lets a value that nobody wants any more be summed where it is. The order of a sum must
// not hang on it: of more than two, it is the first.
func (*sum) place(g *graph, l *layout, n *node) {
	candidates := n.in[:1]
	if len(n.in) == 2 {
		candidates = n.in
	}
	for _, v := range candidates {
		if l.spent(g, v, n) && l.put(v, n.out, 0) {
			return
		}
	}
}

func (o *sum) forward(n *node, m *memory) error {
	y := m.values[n.out]
	at := 0
	for i, v := range n.in {
		if m.layout.lies(v, n.out, 0) {
			at = i
		}
	}
	first := m.values[n.in[at]]
	if !m.layout.lies(n.in[at], n.out, 0) {
		if err := m.copy(y, first); err != nil {
			return err
		}
	}
	for i, v := range n.in {
		if i != at {
			if err := m.sum(o.kernels.Add, y, m.values[v]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *sum) backward(n *node, w *workspace, dz tensor.Matrix) error {
	for _, v := range n.in {
		if err := w.contribute(v, dz); err != nil {
			return err
		}
	}
	return nil
}

func (*sum) up(n *node, values []float64, _ float64) float64 {
	total := 0.0
	for _, v := range n.in {
		total += values[v]
	}
	return sumSlack * total
}

func (*sum) down(_ *node, dz, _ float64) float64 { return dz }
