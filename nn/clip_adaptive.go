package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// adapter is memory for adaptive clipping.
type adapter struct {
	params, grads road
	own, other    []float64 // squares of norms: of parameters, and of gradients, which become factors
}

// reserve makes memory for the tensors of a trainable.
func (a *adapter) reserve(t *trainable) {
	a.params.reserve(t)
	a.grads.reserve(t)
	if t.param == nil && len(a.own) < t.block.out {
		a.own, a.other = make([]float64, t.block.out), make([]float64, t.block.out)
	}
}

// clip multiplies the gradients of t by coefficient and limits them.
func (a *adapter) clip(c *clipping, t *trainable, coefficient float32) error {
	if t.param != nil {
		rows := agcRows(t.param)
		cols := len(t.param.Value) / max(rows, 1)
		view := func(data []float32) tensor.Matrix {
			return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
		}
		a.rows(c, view(t.param.Value), view(t.param.Grad), coefficient)
		return nil
	}
	w, b, err := a.params.unpack(t.block, t.values())
	if err != nil {
		return err
	}
	dw, db, err := a.grads.unpack(t.block, t.gradients())
	if err != nil {
		return err
	}
	if t.members[0].group != nil {
		a.columns(c, w, dw, coefficient)
	}
	if len(t.members) > 1 && t.members[1].group != nil {
		row := func(data []float32) tensor.Matrix {
			return tensor.Matrix{Rows: 1, Cols: len(data), Stride: len(data), Data: data}
		}
		a.rows(c, row(b), row(db), coefficient)
	}
	return t.node.wrap(t.block.plan.Pack(t.gradients(), dw, db))
}

// rows limits each row of dp.
func (a *adapter) rows(c *clipping, p, dp tensor.Matrix, coefficient float32) {
	for i := range p.Rows {
		own, other := 0.0, 0.0
		for j, v := range rowOf(p, i) {
			g := coefficient * rowOf(dp, i)[j]
			rowOf(dp, i)[j] = g
			own, other = own+float64(float64(v)*float64(v)), other+float64(float64(g)*float64(g))
		}
		if f := c.factor(own, other); f != 1 {
			for j, g := range rowOf(dp, i) {
				rowOf(dp, i)[j] = float32(float64(g) * f)
			}
		}
	}
}

// agcRows is how many parts of a tensor adaptive clipping limits each for itself: the weights of each neuron, whose
// inputs are the last dimension, the rows of an embedding, and anything else as a whole.
func agcRows(p *tensor.Tensor) int {
	if n := len(p.Dims); n > 1 {
		switch p.Role {
		case tensor.Weight:
			return len(p.Value) / max(p.Dims[n-1], 1)
		case tensor.Embedding:
			return p.Dims[0]
		}
	}
	return 1
}

// columns limits each column of dp, the weights of a neuron.
func (a *adapter) columns(c *clipping, p, dp tensor.Matrix, coefficient float32) {
	own, other := a.own[:p.Cols], a.other[:p.Cols]
	clear(own)
	clear(other)
	for i := range p.Rows {
		row := rowOf(dp, i)
		for j, v := range rowOf(p, i) {
			g := coefficient * row[j]
			row[j] = g
			own[j] += float64(float64(v) * float64(v))
			other[j] += float64(float64(g) * float64(g))
		}
	}
	for j := range other {
		other[j] = c.factor(own[j], other[j])
	}
	for i := range p.Rows {
		row := rowOf(dp, i)
		for j, f := range other {
			if f != 1 {
				row[j] = float32(float64(row[j]) * f)
			}
		}
	}
}

// factor is what a gradient is multiplied by, given the squares of the norms of parameters and gradient.
func (c *clipping) factor(own, other float64) float64 {
	limit, norm := c.limit*max(math.Sqrt(own), c.least), math.Sqrt(other)
	if norm > limit {
		return limit / max(norm, 1e-6)
	}
	return 1
}
