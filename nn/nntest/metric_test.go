package nntest

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// bias is a metric, the weighted mean of y-t, with one fault.
type bias struct{ fault string }

func (m bias) String() string { return m.fault }
func (bias) Higher() bool     { return false }

func (m bias) Check(link loss.Link, _ int) error {
	if m.fault == "takes nothing" || link != loss.Identity {
		return errors.New("another link")
	}
	return nil
}

func (m bias) Start() metric.State { return &biasState{fault: m.fault} }

type biasState struct {
	fault        string
	sum, weights float64
	batches      int
	kept         tensor.Matrix
}

func (s *biasState) Add(y, mean tensor.Matrix, t data.Target) error {
	if t.Labels != nil || s.fault != "any targets" && (t.Values.Rows != y.Rows || t.Values.Cols != y.Cols) || t.Weights != nil && s.fault != "any weights" && t.Weights[y.Rows-1] < 0 {
		if s.fault == "state after errors" {
			s.sum++
		}
		return errors.New("targets do not fit")
	}
	if t.Values.Rows < y.Rows || t.Values.Cols < y.Cols {
		return nil
	}
	for i := range y.Rows {
		w := 1.0
		if t.Weights != nil && s.fault != "no weights" {
			w = float64(t.Weights[i])
		}
		for j, v := range tensor.Row(mean, i) {
			s.sum += w * (float64(v) - float64(tensor.Row(t.Values, i)[j]))
		}
		s.weights += w
	}
	s.batches++
	switch s.fault {
	case "changes y":
		tensor.Row(y, 0)[0]++
	case "keeps y":
		s.kept = mean
	case "order":
		s.sum = 0.5*s.sum + float64(tensor.Row(mean, y.Rows-1)[0])
	}
	return nil
}

func (s *biasState) Merge(o metric.State) error {
	other, ok := o.(*biasState)
	if !ok && s.fault == "any state" {
		return nil
	}
	if !ok {
		return errors.New("another state")
	}
	s.sum += other.sum
	s.weights += other.weights
	s.batches += other.batches
	switch s.fault {
	case "empties":
		*other = biasState{fault: s.fault}
	case "last one":
		s.sum, s.weights = other.sum, other.weights
	}
	return nil
}

func (s *biasState) Value() float64 {
	switch {
	case s.fault == "0 of nothing" && s.weights == 0:
		return 0
	case s.fault == "mean of means":
		return s.sum / s.weights / float64(s.batches)
	case s.kept.Data != nil:
		return float64(s.kept.Data[0])
	}
	v := s.sum / s.weights
	if s.fault == "forgets" {
		s.sum = 0
	}
	return v
}

func TestCheckMetricFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"none":               "",
		"takes nothing":      "takes none of the outputs and targets tried",
		"0 of nothing":       "before anything is added",
		"changes y":          "Add changes",
		"keeps y":            "Add keeps",
		"order":              "in parts",
		"mean of means":      "in parts",
		"no weights":         "without the rows of weight 0",
		"empties":            "a state that was merged",
		"last one":           "merged of parts",
		"any targets":        "targets of fewer rows: no error",
		"any weights":        "a negative weight: no error",
		"any state":          "nil to merge: no error",
		"forgets":            "and then",
		"state after errors": "which must leave the state as it was",
	} {
		err := CheckMetric(bias{fault})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}
