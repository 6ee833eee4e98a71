package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type mae struct{}

// MAE is the mean absolute error, in the unit of the targets (scikit-learn's
// mean_absolute_error). Of several outputs it
// is the mean of theirs, and of means and variances the means are compared.
func MAE() Metric { return mae{} }

func maePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "mae", Help: "mean absolute error; the mean of those of outputs", Formula: "Σ w·|y-t| / Σ w",
		Formerly: map[string]string{"mean_absolute_error": "mae", "l1": "mae"},
		New:      func(catalog.Args) (Metric, error) { return MAE(), nil },
	}
}

func (m mae) String() string { return "mae" }

func (m mae) Higher() bool { return false }

func (m mae) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m mae) Start() State { return &state{metric: m} }

func (m mae) about() subject { return numbers }

func (m mae) fits(form) error { return nil }

func (m mae) tally(f form) tally {
	return newColumnMeans(f, absolute)
}

func absolute(y, t float64) float64 { return math.Abs(y - t) }
