package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type coverage struct{}

// Coverage is the part of the targets that are at most the output: of a quantile that is predicted
// well, its level, which is better than more or less. Of several outputs it is the mean of
// theirs, and Details has each; of means and variances the means are compared.
func Coverage() Metric { return coverage{} }

func coveragePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "coverage", Help: "targets that are at most the output; of quantiles, near their level", Formula: "Σ w·[t ≤ y] / Σ w",
		Formerly: map[string]string{"quantile_coverage": "coverage"},
		New:      func(catalog.Args) (Metric, error) { return Coverage(), nil },
	}
}

func (m coverage) String() string { return "coverage" }

func (m coverage) Higher() bool { return true }

func (m coverage) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m coverage) Start() State { return &state{metric: m} }

func (m coverage) about() subject { return numbers }

func (m coverage) fits(form) error { return nil }

func (m coverage) tally(f form) tally {
	return newColumnMeans(f, covered)
}

func covered(y, t float64) float64 {
	if y != y {
		return y
	}
	return float64(bit(t <= y))
}
