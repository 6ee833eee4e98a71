package model

import (
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Score is how a network does on rows with known answers.
type Score struct {
	Part    string // "test": the rows that training kept for it; empty if it is another table
	Rows    int
	Loss    float64
	Targets []TargetScore
}

// TargetScore is how it does for one target.
type TargetScore struct {
	Label    string
	Accuracy float64 // NaN of numbers
	RMSE     float64 // in the number's own unit; NaN of classes
	R2       float64 // NaN of classes, and of numbers that are all the same
}

// savedScore is a Score in a file: numbers that there are none of are left out.
type savedScore struct {
	Part    string        `json:"part"`
	Rows    int           `json:"rows"`
	Loss    *float64      `json:"loss,omitempty"`
	Targets []targetScore `json:"targets"`
}

type targetScore struct {
	Label    string   `json:"label"`
	Accuracy *float64 `json:"accuracy,omitempty"`
	RMSE     *float64 `json:"rmse,omitempty"`
	R2       *float64 `json:"r2,omitempty"`
}

// finiteOrNil is a number as files have it: NaN and infinities are none.
func finiteOrNil(v float64) *float64 {
	if v-v != 0 {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func saveScores(list []Score) (saved []savedScore) {
	for _, s := range list {
		one := savedScore{s.Part, s.Rows, finiteOrNil(s.Loss), []targetScore{}}
		for _, t := range s.Targets {
			one.Targets = append(one.Targets, targetScore{t.Label, finiteOrNil(t.Accuracy), finiteOrNil(t.RMSE), finiteOrNil(t.R2)})
		}
		saved = append(saved, one)
	}
	return saved
}

func loadScores(saved []savedScore) (list []Score) {
	for _, s := range saved {
		one := Score{s.Part, s.Rows, orNaN(s.Loss), nil}
		for _, t := range s.Targets {
			one.Targets = append(one.Targets, TargetScore{t.Label, orNaN(t.Accuracy), orNaN(t.RMSE), orNaN(t.R2)})
		}
		list = append(list, one)
	}
	return list
}

// Accuracy is that of all rows, given what an evaluation of the known ones says: those of classes that have never been trained
// on are wrong.
func (e *Examples) Accuracy(m *nn.Metrics) float64 {
	return m.Accuracy * float64(e.X.Rows) / float64(e.Rows)
}

// Evaluate judges the trainer's network on examples, and returns its outputs too. Rows of classes that have never been trained on are
// wrong, and have no loss.
func (t *Task) Evaluate(trainer *nn.Trainer, e *Examples) (Score, tensor.Matrix, error) {
	m, err := trainer.Evaluate(e.Set)
	if err != nil {
		return Score{}, tensor.Matrix{}, err
	}
	y, err := t.Predict(trainer.Network(), e.X)
	if err != nil {
		return Score{}, y, err
	}
	return t.score(m.Loss, y, e), y, nil
}

// score judges outputs y for examples, whose loss is known.
func (t *Task) score(loss float64, y tensor.Matrix, e *Examples) Score {
	s := Score{Rows: e.Rows, Loss: loss}
	for c := range t.targets {
		target := &t.targets[c]
		of := TargetScore{target.label, math.NaN(), math.NaN(), math.NaN()}
		if target.classes != nil {
			right := 0
			for i, label := range e.Truth[c].Classes {
				if target.Class(tensor.Row(y, i)) == label {
					right++
				}
			}
			of.Accuracy = float64(right) / float64(e.X.Rows+e.Foreign[c])
		} else {
			of.RMSE, of.R2 = target.errors(y, e.Truth[c].Values)
		}
		s.Targets = append(s.Targets, of)
	}
	return s
}

// errors are the root mean square error and R² of a number.
func (t *Target) errors(y tensor.Matrix, values []float64) (rmse, r2 float64) {
	mean := 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	errors, spread := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		errors[i], spread[i] = t.Quantity(tensor.Row(y, i))-v, v-mean
	}
	e, deviation := rootMeanSquare(errors), rootMeanSquare(spread)
	if !(deviation > 0) {
		return e, math.NaN()
	}
	return e, 1 - float64(e/deviation*(e/deviation))
}

// rootMeanSquare is that of numbers whose squares float64 need not hold.
func rootMeanSquare(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	_, exponent := math.Frexp(most) // of 2: nothing is rounded
	sum := 0.0
	for _, v := range values {
		v = math.Ldexp(v, -exponent)
		sum += float64(v * v)
	}
	return math.Ldexp(math.Sqrt(sum/float64(len(values))), exponent)
}
