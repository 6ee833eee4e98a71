package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type rmse struct{}

// RMSE is the root of the mean squared error, in the unit of the targets
// (scikit-learn's root_mean_squared_error). Of several outputs it is the mean of the
// roots, and so not the root of loss.MSE. Of outputs that are means and variances the
// means are compared.
func RMSE() Metric { return rmse{} }

func rmsePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "rmse", Help: "root of the mean squared error; the mean of those of outputs", Formula: "√(Σ w·(y-t)² / Σ w)",
		Formerly: map[string]string{"root_mean_squared_error": "rmse"},
		New:      func(catalog.Args) (Metric, error) { return RMSE(), nil },
	}
}

func (m rmse) String() string { return "rmse" }

func (m rmse) Higher() bool { return false }

func (m rmse) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m rmse) Start() State { return &state{metric: m} }

func (m rmse) about() subject { return numbers }

func (m rmse) fits(form) error { return nil }

func (m rmse) tally(f form) tally {
	return rootMeans(f)
}

func rootMeans(f form) *columnMeans {
	means := newColumnMeans(f, squared)
	means.finish = math.Sqrt
	return means
}
