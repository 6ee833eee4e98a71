package metric

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/loss"
)

// Row is a sample in float64, for numbers that float32 would round: quantities in their own unit, whose
// errors are small beside them.
type Row struct {
	Output []float64 // as of State's y; nil is Mean
	Mean   []float64 // what outputs mean
	Label  int       // the class, if Values is nil
	Values []float64 // one for each mean, or for each mean of several quantiles
	Weight float64   // how much it counts: 1, but for weights of samples; 0 is not at all

	// Threshold is above which mean an answer to a value that is 0 or 1 is yes; 0 stands for ½.
	Threshold float64
}

// RowState is a State that takes single rows too, as all of this package do.
type RowState interface {
	Detailed
	// AddRow adds a row as Add does a batch. Its errors are those of Add.
	AddRow(r Row) error
}

// AddRow implements RowState.
func (s *state) AddRow(r Row) error {
	if r.Output == nil {
		r.Output = r.Mean
	}
	f := form{len(r.Mean), r.Values == nil}
	if err := s.checkRow(r); err != nil {
		return err
	}
	if err := s.open(f); err != nil {
		return err
	}
	if r.Weight == 0 {
		return nil
	}
	s.any = true
	s.tally.add(&sample{r.Output, r.Mean, r.Label, r.Values, r.Weight, r.Threshold})
	return nil
}

func (s *state) checkRow(r Row) error {
	numeric, per := s.metric.about() == numbers, perTarget(s.metric)
	switch {
	case len(r.Mean) == 0:
		return &MismatchError{s.metric.String(), "means", "none", "at least one"}
	case len(r.Output) != len(r.Mean):
		return &MismatchError{s.metric.String(), "outputs", fmt.Sprint(len(r.Output)), fmt.Sprintf("%d, as means are", len(r.Mean))}
	case !(r.Threshold >= 0 && r.Threshold < 1):
		return &MismatchError{s.metric.String(), "the threshold", fmt.Sprint(r.Threshold), "above 0 and below 1, or 0 for a half"}
	case !(r.Weight >= 0 && r.Weight <= math.MaxFloat32):
		return targetError(s.metric, fmt.Sprintf("of weight %v", r.Weight), "a finite weight of at least 0")
	case r.Values == nil && numeric:
		return targetError(s.metric, fmt.Sprintf("label %d", r.Label), "values")
	case r.Values == nil && (r.Label < 0 || r.Label >= len(r.Mean)):
		return targetError(s.metric, fmt.Sprintf("label %d", r.Label), fmt.Sprintf("a label from 0 to %d, one for each output", len(r.Mean)-1))
	case len(r.Mean)%per != 0:
		return &MismatchError{s.metric.String(), "means", fmt.Sprint(len(r.Mean)), fmt.Sprintf("%d for each target", per)}
	case r.Values != nil && len(r.Values) != len(r.Mean)/per:
		return targetError(s.metric, fmt.Sprintf("%d values", len(r.Values)), fmt.Sprintf("%d, as means are", len(r.Mean)/per))
	}
	for j, v := range r.Values {
		switch {
		case v-v != 0:
			return &loss.TargetError{Loss: s.metric.String(), Row: -1, Col: j, Got: fmt.Sprint(v), Want: "a finite number"}
		case !numeric && v != 0 && v != 1:
			return &loss.TargetError{Loss: s.metric.String(), Row: -1, Col: j, Got: fmt.Sprint(v), Want: "0 or 1"}
		}
	}
	return nil
}
