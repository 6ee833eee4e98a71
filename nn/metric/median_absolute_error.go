package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type medianAbsoluteError struct{}

// MedianAbsoluteError is the median of the absolute errors, which a few that are far off do not
// move (scikit-learn's median_absolute_error). With weights it is the first of the errors in order up to
// which half of the weight is, or the mean of it and the next where that is exactly half. A state
// keeps 8 bytes for each row and column, and with weights 8 for each row more. Of several outputs it
// is the mean of theirs, and of means and variances the means are compared.
func MedianAbsoluteError() Metric { return medianAbsoluteError{} }

func medianAbsoluteErrorPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "median_absolute_error", Help: "median of the absolute errors; the mean of those of outputs", Formula: "median |y-t|",
		Formerly: map[string]string{"median_ae": "median_absolute_error"},
		New:      func(catalog.Args) (Metric, error) { return MedianAbsoluteError(), nil },
	}
}

func (m medianAbsoluteError) String() string { return "median_absolute_error" }

func (m medianAbsoluteError) Higher() bool { return false }

func (m medianAbsoluteError) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m medianAbsoluteError) Start() State { return &state{metric: m} }

func (m medianAbsoluteError) about() subject { return numbers }

func (m medianAbsoluteError) fits(form) error { return nil }

func (m medianAbsoluteError) tally(f form) tally {
	return newMedians(f)
}

type medians struct{ kept }

func newMedians(f form) *medians { return &medians{newKept(f)} }

func (m *medians) add(s *sample) {
	m.keep(s.weight)
	for j, t := range s.want {
		m.columns[j] = append(m.columns[j], math.Abs(s.mean[j]-t))
	}
}

func (m *medians) merge(from tally) { m.mergeKept(&from.(*medians).kept) }

func (m *medians) each() []float64 {
	row := make([]float64, len(m.columns))
	for j := range row {
		row[j] = median(m.sorted(j))
	}
	return row
}

func (m *medians) value() float64 { return mean(m.each()) }

func (m *medians) details() [][]float64 {
	if len(m.columns) == 1 {
		return nil
	}
	return byColumn(m.each())
}
