package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// Jaccard is how many of the samples that are of a class or answered so are both, TP/(TP + FP + FN),
// averaged over classes (scikit-learn's jaccard_score).
// Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where there is nothing to divide by, it is 0.
//
// Outputs of which any is NaN answer the class that is farthest from the right one.
func Jaccard(average Average) Metric { return jaccard{average} }

type jaccard struct{ average Average }

func jaccardPart() catalog.Part[Metric] {
	return scoredPart("jaccard", "samples of a class or answered so that are both, averaged over classes", "TP/(TP + FP + FN)",
		func(_ catalog.Args, average Average) Metric { return Jaccard(average) })
}

func (m jaccard) String() string {
	return jaccardPart().Spell().Word("average", m.average.String()).String()
}

func (m jaccard) Higher() bool { return true }

func (m jaccard) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m jaccard) Start() State { return &state{metric: m} }

func (m jaccard) about() subject { return classes }

func (m jaccard) fits(f form) error { return m.average.fits(m, f) }

func (m jaccard) tally(f form) tally {
	return newScores(m, m.average, f)
}

func (jaccard) score(c counts) float64 { return ratio(c.both, c.both+c.answered+c.came) }
