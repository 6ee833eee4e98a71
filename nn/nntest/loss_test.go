package nntest

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// wrongLoss is a mean squared error with one fault.
type wrongLoss struct {
	loss.Loss
	fault string
}

func (l wrongLoss) String() string { return l.fault }

func (l wrongLoss) Outputs(targets int) int {
	if l.fault == "outputs" {
		return 2 * targets
	}
	return targets
}

func (l wrongLoss) Check(t data.Target, rows, cols int) error {
	valid := t
	switch l.fault {
	case "any rows":
		return l.Loss.Check(t, t.Values.Rows, cols)
	case "any weights":
		valid.Weights = nil
	case "no targets":
		return errors.New("they do not suit")
	}
	return l.Loss.Check(valid, rows, cols)
}

func (l wrongLoss) Weight(t data.Target, rows, cols int) float64 {
	switch l.fault {
	case "weight of 0":
		return 0
	case "weight of rows":
		return float64(rows * cols)
	case "weight that varies":
		return rand.Float64()
	}
	return l.Loss.Weight(t, rows, cols)
}

func (l wrongLoss) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	weights := t.Weights
	switch l.fault {
	case "sum without weights":
		t.Weights = nil
	case "no scale":
		scale = 1
	case "mean":
		return l.Loss.Sum(y, t, dy, scale/float64(y.Rows)) / float64(y.Rows)
	case "writes y":
		if dy.Data != nil && &dy.Data[0] != &y.Data[0] {
			defer func() { y.Data[0]++ }()
		}
	case "reads dy":
		if dy.Data != nil && &dy.Data[0] == &y.Data[0] {
			fill(dy, 0)
		}
	case "another sum with a gradient":
		if dy.Data != nil {
			return 1.001 * l.Loss.Sum(y, t, dy, scale)
		}
	}
	sum := l.Loss.Sum(y, t, dy, scale)
	if l.fault == "infinite" {
		return math.Inf(1)
	}
	if dy.Data == nil {
		return sum
	}
	switch l.fault {
	case "off by a thousandth":
		for i := range dy.Rows {
			tensor.Row(dy, i)[0] *= 1.001
		}
	case "row of weight 0":
		for i, w := range weights {
			if w == 0 {
				fillRow(tensor.Row(dy, i), 1)
			}
		}
	case "unwritten":
		tensor.Row(dy, 0)[0] = nan
	}
	return sum
}

func TestCheckLossFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"none":                        "",
		"outputs":                     "Outputs(1) is 2",
		"any rows":                    "Check takes 3 targets for 4 rows",
		"any weights":                 "Check takes a weight of -1",
		"no targets":                  "takes none of the targets tried, of 12 outputs at most (see Targets): they do not suit",
		"weight of 0":                 "Weight is 0",
		"weight of rows":              "without the rows of weight 0",
		"weight that varies":          "and then",
		"sum without weights":         "without the rows of weight 0",
		"no scale":                    "derivatives are wrong",
		"mean":                        "the sum over rows",
		"writes y":                    "Sum has written y[0][0]",
		"reads dy":                    "if dy is y",
		"another sum with a gradient": "with a gradient and",
		"infinite":                    "Sum is +Inf",
		"off by a thousandth":         "derivatives are wrong",
		"row of weight 0":             "derivatives are wrong",
		"unwritten":                   "Sum must write all of it",
	} {
		err := CheckLoss(wrongLoss{loss.MSE(), fault})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

// TestTargets: a loss of targets that no check thinks of.
func TestTargets(t *testing.T) {
	years := loss.Element("years", func(y, t float32) (l, dl float32) { return (y - t) * (y - t), 2 * (y - t) })
	picky := pickyLoss{years}
	if err := CheckLoss(picky); err == nil || !strings.Contains(err.Error(), "1900") {
		t.Errorf("error %v, want the loss's", err)
	}
	err := CheckLoss(picky, Targets(func(rng *rand.Rand, rows int) (int, data.Target) {
		return 2, data.Values(newMatrix(rows, 2, func() float32 { return 1900 + 100*rng.Float32() }))
	}), Rows(9), Seed(5), Elements(4))
	if err != nil {
		t.Error(err)
	}
}

type pickyLoss struct{ loss.Loss }

func (l pickyLoss) Check(t data.Target, rows, cols int) error {
	if err := l.Loss.Check(t, rows, cols); err != nil {
		return err
	}
	if _, _, found := find(t.Values, func(v float32) bool { return v < 1900 }); found {
		return errors.New("want years from 1900 on")
	}
	return nil
}
