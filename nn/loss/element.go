package loss

import (
	"errors"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// element is the loss that Element returns.
type element struct {
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
	return &element{name, f}
}

func (e *element) String() string { return e.name }

func (e *element) Link() Link { return Identity }

func (e *element) Outputs(targets int) int { return targets }

func (e *element) Check(t data.Target, rows, cols int) error {
	if e.f == nil {
		return errors.New(e.name + ": its function is nil")
	}
	return checkValues(e.name, &t, rows, cols, finiteValues())
}

func (e *element) Weight(t data.Target, rows, cols int) float64 {
	return elements(&t, rows, cols)
}

func (e *element) at(y, t float32) (l float64, dl float32) {
	value, dl := e.f(y, t)
	return float64(value), dl
}

func (e *element) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(e, y, t, dy, scale)
}

// elementwise is a loss that is a function of an output and its target: at returns
// it and its derivative by the output.
type elementwise interface {
	Loss
	at(y, t float32) (l float64, dl float32)
}

// sumOfElements is the Sum of such a loss.
func sumOfElements[E elementwise](e E, y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(e, y, t, dy, scale)
	}
	c, sum := float32(scale), 0.0
	for i := range y.Rows {
		want := tensor.Row(t.Values, i)
		var grad []float32
		if dy.Data != nil {
			grad = tensor.Row(dy, i)
		}
		for j, v := range tensor.Row(y, i) {
			l, dl := e.at(v, want[j])
			sum += l
			if grad != nil {
				grad[j] = c * dl
			}
		}
	}
	return sum
}
