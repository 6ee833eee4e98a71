package model

import (
	"math"
	"strconv"

	"github.com/neurona-ml/neurona/datasets/table"
)

// Answer is what a model says of one row. The zero Answer says nothing.
type Answer struct {
	task    *Task
	outputs []float32
	target  int
	report  *table.Report
}

// Target is what it says of the target at a place of [Model.Targets]; an Answer is about the first one otherwise. Where there is none, it
// says nothing.
func (a Answer) Target(i int) Answer {
	if a.task == nil || i < 0 || i >= len(a.task.targets) {
		return Answer{}
	}
	a.target = i
	return a
}

// of is the target; one that says nothing if there is none.
func (a *Answer) of() *Target {
	if a.task == nil {
		return nil
	}
	return &a.task.targets[a.target]
}

// Class is the class that it speaks for, as it was spelt in training; empty if the target is a number.
func (a Answer) Class() string {
	t := a.of()
	if t == nil || t.classes == nil {
		return ""
	}
	return t.classes[t.Class(a.outputs)]
}

// Number is the number that it says, in the unit of training, with as many digits as are known; NaN if the target has classes.
func (a Answer) Number() float64 {
	t := a.of()
	if t == nil {
		return math.NaN()
	}
	return t.Number(a.outputs)
}

// Value is the class, a string, or the number, a float64.
func (a Answer) Value() any {
	if t := a.of(); t == nil || t.classes == nil {
		return a.Number()
	}
	return a.Class()
}

// Probabilities are those of the target's classes, in their order; nil if it gives none: a number, or by its loss.
func (a Answer) Probabilities() []float64 {
	t := a.of()
	if t == nil || !t.GivesProbabilities() {
		return nil
	}
	p := make([]float64, len(t.classes))
	t.Probabilities(p, a.outputs)
	return p
}

// Outputs are those of the network for the row: of all targets, unscaled, before any sigmoid or softmax.
func (a Answer) Outputs() []float32 { return a.outputs }

// Report counts what the model was not prepared for in the row; nil if there was nothing, and of [Model.Predict], which reports on all rows
// together.
func (a Answer) Report() *table.Report { return a.report }

// String is the value as text: a number without a power of ten, unless it is above 10²¹ or, but for 0, below 10⁻¹².
func (a Answer) String() string {
	if a.task == nil {
		return ""
	}
	v := a.Number()
	size := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return a.Class()
	case v == 0:
		return "0" // and no -0
	case size < 1e-12 || size >= 1e21:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
