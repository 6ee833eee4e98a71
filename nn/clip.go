package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
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
		if t.frozen() {
			continue
		}
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

// addClip makes what clipping needs.
func (o *Optimizer) addClip() {
	o.clamp.o = o
	if o.clip.kind != clipAdaptive {
		return
	}
	for _, t := range o.trainables {
		if !t.frozen() {
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
