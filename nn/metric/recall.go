package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// Recall is how many of the samples of a class are answered so, TP/(TP + FN), averaged over
// classes (scikit-learn's recall_score).
// Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where there is nothing to divide by, it is 0.
//
// Outputs of which any is NaN answer the class that is farthest from the right one.
func Recall(average Average) Metric { return recall{average} }

type recall struct{ average Average }

func recallPart() catalog.Part[Metric] {
	return scoredPart("recall", "samples of a class that are answered so, averaged over classes", "TP/(TP + FN)",
		func(_ catalog.Args, average Average) Metric { return Recall(average) })
}

func (m recall) String() string {
	return recallPart().Spell().Word("average", m.average.String()).String()
}

func (m recall) Higher() bool { return true }

func (m recall) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m recall) Start() State { return &state{metric: m} }

func (m recall) about() subject { return classes }

func (m recall) fits(f form) error { return m.average.fits(m, f) }

func (m recall) tally(f form) tally {
	return newScores(m, m.average, f)
}

func (recall) score(c counts) float64 { return ratio(c.both, c.both+c.came) }
