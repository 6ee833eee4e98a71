package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type mse struct{}

// MSE is the mean squared error (scikit-learn's mean_squared_error). Of several outputs it
// is the mean of theirs, and of means and variances the means are compared.
func MSE() Metric { return mse{} }

func msePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "mse", Help: "mean squared error; the mean of those of outputs", Formula: "Σ w·(y-t)² / Σ w",
		Formerly: map[string]string{"mean_squared_error": "mse"},
		New:      func(catalog.Args) (Metric, error) { return MSE(), nil },
	}
}

func (m mse) String() string { return "mse" }

func (m mse) Higher() bool { return false }

func (m mse) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m mse) Start() State { return &state{metric: m} }

func (m mse) about() subject { return numbers }

func (m mse) fits(form) error { return nil }

func (m mse) tally(f form) tally {
	return newColumnMeans(f, squared)
}

func squared(y, t float64) float64 {
	d := y - t
	return d * d
}
