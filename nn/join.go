package nn

import (
	"slices"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// join is the op that sets values beside each other. Where it can they lie so from the start,
// and it has nothing to do.
type join struct{ columns []int } // where each begins

func (*join) takes(*function) bool               { return false }
func (*join) applies(*function) bool             { return false }
func (*join) keeps() (in, out bool)              { return false, false }
func (*join) keepsGradient() bool                { return false }
func (*join) need(int, bool) (kept, scratch int) { return 0, 0 }
func (*join) handsOn(*node) bool                 { return false }
func (*join) bounded() bool                      { return true }

// place lets the values of which this is the last reader lie in their columns. Who reads
// one later would begin its gradient before that of the whole is there.
func (o *join) place(g *graph, l *layout, n *node) {
	for k, v := range n.in {
		readers := g.values[v].readers
		if readers[len(readers)-1] == n.index && !slices.Contains(n.in[:k], v) {
			l.put(v, n.out, o.columns[k])
		}
	}
}

func (o *join) forward(n *node, m *memory) error {
	for k, v := range n.in {
		if x := m.values[v]; !m.layout.lies(v, n.out, o.columns[k]) {
			if err := m.copy(columns(m.values[n.out], o.columns[k], x.Cols), x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *join) backward(n *node, w *workspace, dz tensor.Matrix) error {
	for k, v := range n.in {
		if err := w.contribute(v, columns(dz, o.columns[k], w.values[v].Cols)); err != nil {
			return err
		}
	}
	return nil
}

func (*join) up(n *node, values []float64, _ float64) float64 {
	top := 0.0
	for _, v := range n.in {
		top = max(top, values[v])
	}
	return top
}

func (*join) down(_ *node, dz, _ float64) float64 { return dz }
