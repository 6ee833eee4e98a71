package nn

import (
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// memory is where a pass runs.
type memory struct {
	layout *layout
	floats []float32
	rows   int             // of the pass under way
	values []tensor.Matrix // of the pass under way
	pass   layer.Pass
	job    rowJob // under way on the workers
}

func newMemory(l *layout, pass layer.Pass) memory {
	return memory{layout: l, floats: arena.Float32(l.floats), values: make([]tensor.Matrix, len(l.values)), pass: pass}
}

// begin makes values those of a pass of x, and reports whether the batch has another size than
// the one before: most have not, and then next to nothing is to be done. Predicting, y is
// where the outputs go.
func (m *memory) begin(x, y tensor.Matrix) (resized bool) {
	resized = m.rows != x.Rows
	if resized {
		m.rows = x.Rows
		for v, p := range m.layout.values {
			if m.layout.own(p.within) {
				root := &m.layout.values[p.within]
				m.values[v] = columns(m.matrix(root.offset, x.Rows, root.size), p.column, p.size)
			}
		}
	}
	for _, v := range m.layout.callers {
		switch p := &m.layout.values[v]; p.within {
		case 0:
			m.values[v] = x
		case v:
			m.values[v] = y
		default:
			m.values[v] = columns(y, p.column, p.size)
		}
	}
	return resized
}

// matrix is a batch that lies at an offset.
func (m *memory) matrix(offset, rows, cols int) tensor.Matrix {
	stride := arena.Stride(cols)
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: m.floats[offset : offset+rows*stride]}
}

// columns is the view of columns lo and on of m.
func columns(m tensor.Matrix, lo, cols int) tensor.Matrix {
	return tensor.Matrix{Rows: m.Rows, Cols: cols, Stride: m.Stride, Data: m.Data[lo : (m.Rows-1)*m.Stride+lo+cols]}
}

// slope is where node n keeps the derivative of its function in a training pass; its Data is
// nil if it keeps none.
func (m *memory) slope(n *node, like tensor.Matrix) tensor.Matrix {
	if !m.pass.Training || !n.slopes() {
		return tensor.Matrix{}
	}
	return m.matrix(m.layout.nodes[n.index].slope, like.Rows, like.Cols)
}

// run takes a batch through a node.
func (m *memory) run(n *node) error {
	if err := n.op.forward(n, m); err != nil {
		return n.wrap(err)
	}
	if n.bends {
		y := m.values[n.out]
		return n.wrap(m.apply(n.f, y, m.slope(n, y), y))
	}
	return nil
}

// call returns the pass, for the stage that node n is.
func (m *memory) call(n *node) *layer.Pass {
	p := &m.layout.nodes[n.index]
	m.pass.Kept = m.floats[p.kept : p.kept+p.keptFloats]
	m.pass.Scratch = m.floats[m.layout.scratch : m.layout.scratch+p.scratchFloats]
	return &m.pass
}
