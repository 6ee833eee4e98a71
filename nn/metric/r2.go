package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type r2 struct {
	average columnAverage
	err     error // of an option that was nil
}

// R2 is the part of the targets' variance that is explained, 1 - Σ w·(y-t)² / Σ
// w·(t-t̄)² (scikit-learn's r2_score): 1 is perfect, 0 as good as their mean. Of several
// outputs it is the mean of theirs, and of means and variances the means are compared. Where
// targets are constant it is 0, or 1 if all are met. It is NaN for fewer than two samples.
func R2(opts ...ColumnOption) Metric {
	average, err := columnAverageOf("r2", opts)
	return r2{average, err}
}

func r2Part() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "r2", Help: "variance of the targets that is explained; the mean of those of outputs", Formula: "1 - Σ w·(y-t)² / Σ w·(t-t̄)²",
		Params:   []catalog.Param{columnAverageParam()},
		Formerly: map[string]string{"r2_score": "r2"},
		New:      func(a catalog.Args) (Metric, error) { return R2(spreadOptions(a)...), nil },
	}
}

func (m r2) String() string {
	return r2Part().Spell().Word("average", columnAverages[m.average]).String()
}

func (m r2) Higher() bool { return true }

func (m r2) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m r2) Start() State { return &state{metric: m} }

func (m r2) about() subject { return numbers }

func (m r2) fits(form) error { return m.err }

func (m r2) tally(f form) tally {
	return &spreads{average: m.average, bias: true, columns: make([]spread, f.columns)}
}
