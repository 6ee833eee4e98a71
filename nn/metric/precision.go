package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// Precision is how many of the answers of a class are right, TP/(TP + FP), averaged over classes
// (scikit-learn's precision_score).
// Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where there is nothing to divide by, it is 0.
//
// Outputs of which any is NaN answer the class that is farthest from the right one.
func Precision(average Average) Metric { return precision{average} }

type precision struct{ average Average }

func precisionPart() catalog.Part[Metric] {
	return scoredPart("precision", "answers of a class that are right, averaged over classes", "TP/(TP + FP)",
		func(_ catalog.Args, average Average) Metric { return Precision(average) })
}

func (m precision) String() string {
	return precisionPart().Spell().Word("average", m.average.String()).String()
}

func (m precision) Higher() bool { return true }

func (m precision) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m precision) Start() State { return &state{metric: m} }

func (m precision) about() subject { return classes }

func (m precision) fits(f form) error { return m.average.fits(m, f) }

func (m precision) tally(f form) tally {
	return newScores(m, m.average, f)
}

func (precision) score(c counts) float64 { return ratio(c.both, c.both+c.answered) }
