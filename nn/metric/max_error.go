package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type maxError struct{}

// MaxError is the largest absolute error of any output of the samples that count (scikit-learn's
// max_error). Of means and variances the means are compared.
func MaxError() Metric { return maxError{} }

func maxErrorPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "max_error", Help: "largest absolute error", Formula: "max |y-t|",
		Formerly: map[string]string{"max_absolute_error": "max_error"},
		New:      func(catalog.Args) (Metric, error) { return MaxError(), nil },
	}
}

func (m maxError) String() string { return "max_error" }

func (m maxError) Higher() bool { return false }

func (m maxError) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m maxError) Start() State { return &state{metric: m} }

func (m maxError) about() subject { return numbers }

func (m maxError) fits(form) error { return nil }

func (m maxError) tally(form) tally {
	return new(largest)
}

type largest struct{ error float64 }

func (l *largest) add(s *sample) {
	for j, t := range s.want {
		l.error = max(l.error, math.Abs(s.mean[j]-t)) // NaN if either is
	}
}

func (l *largest) merge(from tally) { l.error = max(l.error, from.(*largest).error) }

func (l *largest) value() float64 { return l.error }
