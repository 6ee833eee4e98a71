package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type coverage struct{ levels }

// Coverage is the part of the targets that are at most the output: of a quantile that is predicted
// well, its level, which is better than more or less. Of several outputs it is the mean of
// theirs, and Details has each; of means and variances the means are compared.
//
// With taus, all between 0 and 1, it is of the outputs of loss.Quantile with the same: each target has a quantile of
// each, and Details has, in the order of the outputs, what comes near the levels where they are predicted well. The
// mean of all comes near the mean of the levels then.
func Coverage(taus ...float64) Metric { return coverage{levelsOf(taus)} }

func coveragePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "coverage", Help: "targets that are at most the output; of quantiles, near their level", Formula: "Σ w·[t ≤ y] / Σ w",
		Params:   []catalog.Param{levelsParam()},
		Formerly: map[string]string{"quantile_coverage": "coverage"},
		New:      func(a catalog.Args) (Metric, error) { return Coverage(a.Floats("taus")...), nil },
	}
}

func (m coverage) String() string { return m.levels.spell(coveragePart().Spell()).String() }

func (m coverage) Higher() bool { return true }

func (m coverage) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m coverage) Start() State { return &state{metric: m} }

func (m coverage) about() subject { return numbers }

func (m coverage) fits(form) error { return m.levels.fits(m) }

func (m coverage) tally(f form) tally {
	if m.levels != "" {
		return newQuantileMeans(f, m.levels.list(), func(y, t, _ float64) float64 { return covered(y, t) })
	}
	return newColumnMeans(f, covered)
}

func covered(y, t float64) float64 {
	if y != y {
		return y
	}
	return float64(bit(t <= y))
}
