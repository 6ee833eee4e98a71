package loss

import (
	"errors"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// element is the loss that Element returns.
type element struct {
	meanOfElements
	name string
	f    func(y, t float32) (l, dl float32)
}

// Element makes a loss of a function of an output y and its target t that
// returns the loss l and its derivative by y. It is the mean over all
// rows·outputs elements, takes outputs as they are and compares with values,
// which must be finite. name is its spelling.
//
//	absolute := loss.Element("absolute", func(y, t float32) (l, dl float32) {
//		if y < t {
//			return t - y, -1
//		}
//		return y - t, 1
//	})
//
// f may run on several goroutines at once, as evaluations do beside training, and allocates
// nothing if a step is to allocate nothing.
func Element(name string, f func(y, t float32) (l, dl float32)) Loss {
	return &element{name: name, f: f}
}

func (e *element) String() string { return e.name }

func (e *element) Check(t data.Target, rows, cols int) error {
	if e.f == nil {
		return errors.New(e.name + ": its function is nil")
	}
	return checkValues(e.name, &t, rows, cols, finiteValues())
}

func (e *element) at(_ int, y, t float64) (l, dl float64) {
	value, slope := e.f(float32(y), float32(t))
	return float64(value), float64(slope)
}

func (e *element) vectors() vectors { return vectors{} }

func (e *element) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(e, y, t, dy, scale)
}

// meanOfElements is what losses have in common that compare each output, as it is, with
// a target of its own.
type meanOfElements struct{}

func (meanOfElements) Link() Link { return Identity }

func (meanOfElements) Outputs(targets int) int { return targets }

func (meanOfElements) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols) }

// elementwise is a loss that is a function of an output and its target.
type elementwise interface {
	Loss
	ofElement
}

// ofElement is that function.
type ofElement interface {
	// at returns it and its derivative by the output, in column j.
	at(j int, y, t float64) (l, dl float64)
	// vectors says how kernels compute the same.
	vectors() vectors
}

// vectors is how kernels compute a loss of elements. The zero value is that they do not.
type vectors struct {
	kernels *kernels.Set
	of      kernels.Loss
	a, b    float32
	w       []float32 // of the columns, or nil
	times   float64   // that what they compute is multiplied by
	mostY   float32   // up to what |y| they are right
	mostT   float32   // and |t|; 0 if Check sees to that
}

// mostOfKernels is up to where no product of kernels overflows, and 1/mostOfKernels down to where
// none vanishes.
const mostOfKernels = 0x1p60

// inKernels reports whether kernels are right for a parameter.
func inKernels(v float64) bool { return 1/mostOfKernels <= v && v <= mostOfKernels }

// take reports whether kernels are right for a row of outputs and targets. Others are
// computed in float64, where nothing overflows.
func (v *vectors) take(y, t []float32) bool {
	return len(y) > narrow && v.kernels != nil && v.kernels.MaxAbs(y) <= v.mostY &&
		(v.mostT == 0 || v.kernels.MaxAbs(t) <= v.mostT)
}

// sumOfElements is the Sum of such a loss.
func sumOfElements[E elementwise](e E, y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(e, y, t, dy, scale)
	}
	sum := 0.0
	if y.Cols <= narrow {
		for i := range y.Rows {
			want := tensor.Row(t.Values, i)
			var grad []float32
			if dy.Data != nil {
				grad = tensor.Row(dy, i)
			}
			for j, v := range tensor.Row(y, i) {
				l, dl := e.at(j, float64(v), float64(want[j]))
				sum += l
				if grad != nil {
					grad[j] = float32(scale * dl)
				}
			}
		}
		return sum
	}
	v := e.vectors()
	for i := range y.Rows {
		sum += rowOfElements(e, &v, gradientRow(dy, i), tensor.Row(y, i), tensor.Row(t.Values, i), scale)
	}
	return sum
}

// gradientRow is a row of dy, or nil if no gradient is wanted.
func gradientRow(dy tensor.Matrix, i int) []float32 {
	if dy.Data == nil {
		return nil
	}
	return tensor.Row(dy, i)
}

// rowOfElements is the sum of a row of outputs. The gradient, unless it is nil, may be y.
func rowOfElements[E ofElement](e E, v *vectors, grad, y, t []float32, scale float64) float64 {
	switch {
	case !v.take(y, t):
	case grad == nil:
		return float64(v.times * v.kernels.Losses[v.of].Sum(y, t, v.w, v.a, v.b))
	case math.Abs(scale*v.times) <= math.MaxFloat32:
		return float64(v.times * v.kernels.Losses[v.of].Gradient(grad, y, t, v.w, float32(scale*v.times), v.a, v.b))
	}
	sum := 0.0
	for j, yj := range y {
		l, dl := e.at(j, float64(yj), float64(t[j]))
		sum += l
		if grad != nil {
			grad[j] = float32(scale * dl)
		}
	}
	return sum
}
