package nn

import (
	"math"

	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// adapter is memory for adaptive clipping, and the pass that is under way: over some of the columns or rows of a
// gradient, of which no two know of each other.
type adapter struct {
	params, grads road
	own, other    []float64 // of columns: squares of norms, of parameters and of gradients, which become factors

	clipping    *clipping
	p, dp       tensor.Matrix
	coefficient float32
	byRows      bool
	length      int // columns or rows of a task
}

// columnsOfTask is how many columns a task has: the cache lines of four of them in each row.
const columnsOfTask = 64

// reserve makes memory for the tensors of a trainable.
func (a *adapter) reserve(t *trainable) {
	a.params.reserve(t)
	a.grads.reserve(t)
	if t.param == nil && len(a.own) < t.block.out {
		a.own, a.other = make([]float64, t.block.out), make([]float64, t.block.out)
	}
}

// clip multiplies the gradients of t by coefficient and limits them.
func (a *adapter) clip(o *Optimizer, t *trainable, coefficient float32) error {
	a.clipping, a.coefficient = &o.clip, coefficient
	if t.param != nil {
		rows := agcRows(t.param)
		cols := len(t.param.Value) / max(rows, 1)
		view := func(data []float32) tensor.Matrix {
			return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
		}
		return a.limit(o, view(t.param.Value), view(t.param.Grad), true)
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
		if err := a.limit(o, w, dw, false); err != nil {
			return err
		}
	}
	if len(t.members) > 1 && t.members[1].group != nil {
		row := func(data []float32) tensor.Matrix {
			return tensor.Matrix{Rows: 1, Cols: len(data), Stride: len(data), Data: data}
		}
		if err := a.limit(o, row(b), row(db), true); err != nil {
			return err
		}
	}
	return t.node.wrap(t.block.plan.Pack(t.gradients(), dw, db))
}

// limit limits each row or column of dp, the gradient of p.
func (a *adapter) limit(o *Optimizer, p, dp tensor.Matrix, byRows bool) error {
	a.p, a.dp, a.byRows = p, dp, byRows
	n := p.Cols
	if a.length = columnsOfTask; byRows {
		n, a.length = p.Rows, max(1, spanLength/max(p.Cols, 1))
	}
	tasks := (n + a.length - 1) / a.length
	if p.Rows*p.Cols < inlineLength {
		return parallel.Alone(a, tasks)
	}
	return o.net.backend.Run(a, tasks)
}

// Task implements blas.Job.
func (a *adapter) Task(i, _ int) {
	if lo := i * a.length; a.byRows {
		a.rows(lo, min(lo+a.length, a.p.Rows))
	} else {
		a.columns(lo, min(lo+a.length, a.p.Cols))
	}
}

// rows limits each of some rows.
func (a *adapter) rows(lo, hi int) {
	for i := lo; i < hi; i++ {
		p, dp := rowOf(a.p, i), rowOf(a.dp, i)
		own, other := 0.0, 0.0
		for j, v := range p {
			g := a.coefficient * dp[j]
			dp[j] = g
			own, other = own+float64(float64(v)*float64(v)), other+float64(float64(g)*float64(g))
		}
		if f := a.clipping.factor(own, other); f != 1 {
			for j, g := range dp {
				dp[j] = float32(float64(g) * f)
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

// columns limits each of some columns, the weights of a neuron.
func (a *adapter) columns(lo, hi int) {
	own, other := a.own[lo:hi], a.other[lo:hi]
	clear(own)
	clear(other)
	for i := range a.p.Rows {
		row := rowOf(a.dp, i)[lo:hi]
		for j, v := range rowOf(a.p, i)[lo:hi] {
			g := a.coefficient * row[j]
			row[j] = g
			own[j] += float64(float64(v) * float64(v))
			other[j] += float64(float64(g) * float64(g))
		}
	}
	limited := false
	for j := range other {
		other[j] = a.clipping.factor(own[j], other[j])
		limited = limited || other[j] != 1
	}
	if !limited {
		return
	}
	for i := range a.p.Rows {
		row := rowOf(a.dp, i)[lo:hi]
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
