package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type d2AbsoluteError struct{}

// D2AbsoluteError is the part of the absolute error that is saved beside the best constant, the median of
// the same targets (scikit-learn's d2_absolute_error_score): D2Pinball of level ½, which says more.
func D2AbsoluteError() Metric { return d2AbsoluteError{} }

func d2AbsoluteErrorPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "d2_absolute_error", Help: "absolute error that is saved beside the median", Formula: "1 - Σ w·|t-y| / Σ w·|t-median|",
		Formerly: map[string]string{"d2_absolute_error_score": "d2_absolute_error"},
		New:      func(catalog.Args) (Metric, error) { return D2AbsoluteError(), nil },
	}
}

func (m d2AbsoluteError) String() string { return "d2_absolute_error" }

func (m d2AbsoluteError) Higher() bool { return true }

func (m d2AbsoluteError) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m d2AbsoluteError) Start() State { return &state{metric: m} }

func (m d2AbsoluteError) about() subject { return numbers }

func (m d2AbsoluteError) fits(form) error { return nil }

func (m d2AbsoluteError) tally(f form) tally { return newSaved(0.5, f) }
