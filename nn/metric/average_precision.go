package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type averagePrecision struct{ average Average }

// AveragePrecision is the area under the curve of precision by recall, in steps and not in
// trapezoids, which would be too kind: Σ (recallₙ - recallₙ₋₁)·precisionₙ over the scores from the highest
// on, equal ones together (scikit-learn's average_precision_score). It is exact, and a state keeps
// what ROCAUC's does, of the same scores. Of several classes it is the average of each against the rest,
// of several labels of yes or no that of theirs: Macro, Micro or Weighted. A class that did not come
// has 0. It is NaN if an output was.
func AveragePrecision(average Average) Metric { return averagePrecision{average} }

func averagePrecisionPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "average_precision", Help: "area under the curve of precision by recall; of several classes, each against the rest",
		Formula:  "Σ (recallₙ - recallₙ₋₁)·precisionₙ",
		Params:   []catalog.Param{averageParam(int(Weighted)+1, "of classes or labels: the mean, that of all scores together, or by how often they are true")},
		Formerly: map[string]string{"average_precision_score": "average_precision", "pr_auc": "average_precision"},
		New:      func(a catalog.Args) (Metric, error) { return AveragePrecision(averageOf(a)), nil },
	}
}

func (m averagePrecision) String() string {
	return averagePrecisionPart().Spell().Word("average", m.average.String()).String()
}

func (m averagePrecision) Higher() bool { return true }

func (m averagePrecision) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m averagePrecision) Start() State { return &state{metric: m} }

func (m averagePrecision) about() subject { return orders }

func (m averagePrecision) fits(f form) error { return fitsRanks(m, m.average, f) }

func (m averagePrecision) tally(f form) tally { return &precisions{newRanks(f), m.average} }

type precisions struct {
	ranks
	by Average
}

func (p *precisions) merge(from tally) { p.mergeRanks(&from.(*precisions).ranks) }

func (p *precisions) value() float64 {
	if p.nan {
		return math.NaN()
	}
	return p.average(p.by, averagePrecisionOf)
}

func (p *precisions) details() [][]float64 {
	return p.detailed(averagePrecisionOf)
}
