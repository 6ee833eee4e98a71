package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type mape struct{}

// MAPE is the mean absolute error as a fraction of the target, not in percent (scikit-learn's
// mean_absolute_percentage_error). A target of 0 counts as 2⁻⁵², so that its error outweighs all
// others. Of several outputs it
// is the mean of theirs, and of means and variances the means are compared.
func MAPE() Metric { return mape{} }

func mapePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "mape", Help: "mean absolute error as a fraction of the target", Formula: "Σ w·|y-t|/max(|t|, 2⁻⁵²) / Σ w",
		Formerly: map[string]string{"mean_absolute_percentage_error": "mape"},
		New:      func(catalog.Args) (Metric, error) { return MAPE(), nil },
	}
}

func (m mape) String() string { return "mape" }

func (m mape) Higher() bool { return false }

func (m mape) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m mape) Start() State { return &state{metric: m} }

func (m mape) about() subject { return numbers }

func (m mape) fits(form) error { return nil }

func (m mape) tally(f form) tally {
	return newColumnMeans(f, relative)
}

func relative(y, t float64) float64 { return math.Abs(y-t) / max(math.Abs(t), 0x1p-52) }
