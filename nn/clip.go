package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// clipping is how gradients are limited once they are all there, before the rule.
type clipping struct {
	kind  clipKind
	limit float64 // infinite if nothing is limited
	least float64 // of adaptive clipping, what a norm of parameters counts as at least
}

type clipKind uint8

const (
	clipNone clipKind = iota
	clipNorm
	clipLargest
	clipValue
	clipAdaptive
)

// clipLimits are what errors call limits.
var clipLimits = [...]string{
	clipNorm: "largest gradient norm", clipLargest: "largest gradient norm", clipValue: "largest gradient", clipAdaptive: "factor of adaptive clipping",
}

// ClipNorm scales the gradients so that the Euclidean norm of all of them
// together is at most limit, as PyTorch's clip_grad_norm_ does: they are
// multiplied by limit/(norm+1e-6) if that is less than 1. The norm is
// accumulated in float64, in an order that does not depend on the number of
// workers. A norm that is not finite is a *NonFiniteError. Frozen parameters (see
// optim.Groups) do not count, as those without a gradient do not in PyTorch.
//
// One way to clip goes into an optimizer. All of them act on the gradient of the step, with Accumulate on the mean
// over all its passes, and report gradients that are not finite.
func ClipNorm(limit float64) OptimizerOption { return clip(clipping{kind: clipNorm, limit: limit}) }

// ClipInfNorm is ClipNorm with the largest magnitude of all gradients for their norm: clip_grad_norm_ with a
// norm_type of infinity.
func ClipInfNorm(limit float64) OptimizerOption {
	return clip(clipping{kind: clipLargest, limit: limit})
}

// ClipValue limits each element of the gradients to -limit..limit, as PyTorch's clip_grad_value_ does.
func ClipValue(limit float64) OptimizerOption { return clip(clipping{kind: clipValue, limit: limit}) }

// ClipAdaptive limits gradients by the size of what they change (Brock et al., "High-performance large-scale image
// recognition without normalization", 2021: AGC): the norm of the gradient of each neuron's weights is at most
// factor times that of the weights, and so for each row of an embedding, and for biases and other vectors as a
// whole:
//
//	limit = factor·max(‖p‖, least)
//	g = g·limit/max(‖g‖, 1e-6)       where ‖g‖ > limit
//
// Euclidean norms, in float64. A usual factor is 0.01, and least, which lets what is 0 move, 0.001. The authors
// leave out the last layer.
func ClipAdaptive(factor, least float64) OptimizerOption {
	return clip(clipping{kind: clipAdaptive, limit: factor, least: least})
}

func clip(c clipping) OptimizerOption {
	return func(o *Optimizer) { o.clips = append(o.clips, c) }
}

// setClip checks what options say, of which the last one counts.
func (o *Optimizer) setClip() error {
	for _, c := range o.clips {
		if !(c.limit > 0) || c.kind == clipValue && float32(c.limit) == 0 {
			return fault.Value("optimizer", clipLimits[c.kind], c.limit, "more than 0")
		}
		if c.kind == clipAdaptive && !(c.least > 0 && c.least <= math.MaxFloat64) {
			return fault.Value("optimizer", "least norm of adaptive clipping", c.least, "a finite number, more than 0")
		}
		if other := o.clips[0].kind; c.kind != other {
			return fmt.Errorf("optimizer: %w", fault.Value("clipping", "number of ways", 2, "one: ClipNorm, ClipInfNorm, ClipValue or ClipAdaptive"))
		}
		if o.clip = c; math.IsInf(c.limit, 1) {
			o.clip = clipping{}
		}
	}
	return nil
}

// inPlace reports whether gradients are changed one by one, rather than all of them multiplied by a number.
func (c *clipping) inPlace() bool { return c.kind == clipValue || c.kind == clipAdaptive }

// scaled is what gradients of that norm are to be multiplied by in place of coefficient.
func (c *clipping) scaled(norm, coefficient float64) float64 {
	if c.kind == clipNone {
		return coefficient
	}
	return coefficient * min(1, c.limit/(norm*coefficient+1e-6))
}

// clipAll multiplies the gradients gathered, which are finite, by coefficient and limits them.
func (o *Optimizer) clipAll(coefficient float64) error {
	if o.clip.kind == clipValue {
		o.clamp.coefficient = float32(coefficient)
		return o.run(&o.clamp)
	}
	for _, t := range o.trainables {
		if err := o.adapt.clip(&o.clip, t, float32(coefficient)); err != nil {
			return err
		}
	}
	return nil
}

// clampJob multiplies the gradients of each span by a coefficient and limits each of them.
type clampJob struct {
	o           *Optimizer
	coefficient float32
}

func (j *clampJob) Task(i, _ int) {
	s := &j.o.ranges[i]
	limit := float32(j.o.clip.limit)
	gradients, k := s.owner.gradients(), s.owner.kernels
	for _, p := range s.pieces {
		g := gradients[p.lo:p.hi]
		if j.coefficient != 1 {
			k.Scale(j.coefficient, g)
		}
		k.Functions[kernels.Clamp].Apply(g, g, -limit, limit)
	}
}

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
		if t.members[0].group == nil {
			return nil
		}
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

// addClip makes what clipping needs.
func (o *Optimizer) addClip() {
	o.clamp.o = o
	if o.clip.kind != clipAdaptive {
		return
	}
	for _, t := range o.trainables {
		if slices.ContainsFunc(t.members, func(m *member) bool { return m.group != nil }) {
			o.adapt.reserve(t)
		}
	}
}

// normOf is what of a span's gradients the norm that clipping goes by is made of.
func (c *clipping) normOf(k *kernels.Set, g []float32, sum float64) float64 {
	if c.kind == clipLargest {
		return max(sum, float64(k.MaxAbs(g))) // NaN if either is
	}
	return sum + k.SumSquares(g)
}
