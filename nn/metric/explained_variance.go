package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type explainedVariance struct {
	average columnAverage
	err     error // of an option that was nil
}

// ExplainedVariance is R2 of outputs from which what they are wrong by on average is taken,
// 1 - Var(t-y)/Var(t) (scikit-learn's explained_variance_score). Where targets are constant it is 0,
// or 1 if the error is. Of several outputs it is the mean of theirs, and of means and variances the
// means are compared.
func ExplainedVariance(opts ...ColumnOption) Metric {
	average, err := columnAverageOf("explained_variance", opts)
	return explainedVariance{average, err}
}

func explainedVariancePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "explained_variance", Help: "R² of outputs without their bias; the mean of those of outputs", Formula: "1 - Var(t-y)/Var(t)",
		Params:   []catalog.Param{columnAverageParam()},
		Formerly: map[string]string{"explained_variance_score": "explained_variance"},
		New:      func(a catalog.Args) (Metric, error) { return ExplainedVariance(spreadOptions(a)...), nil },
	}
}

func (m explainedVariance) String() string {
	return explainedVariancePart().Spell().Word("average", columnAverages[m.average]).String()
}

func (m explainedVariance) Higher() bool { return true }

func (m explainedVariance) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m explainedVariance) Start() State { return &state{metric: m} }

func (m explainedVariance) about() subject { return numbers }

func (m explainedVariance) fits(form) error { return m.err }

func (m explainedVariance) tally(f form) tally {
	return &spreads{average: m.average, bias: false, columns: make([]spread, f.columns)}
}
