package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// F1 is the harmonic mean of precision and recall, 2·TP/(2·TP + FP + FN), of each
// class, and the average of these (scikit-learn's f1_score).
// Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where there is nothing to divide by, it is 0.
//
// Outputs of which any is NaN answer the class that is farthest from the right one.
func F1(average Average) Metric { return f1{average} }

type f1 struct{ average Average }

func f1Part() catalog.Part[Metric] {
	return scoredPart("f1", "harmonic mean of precision and recall, averaged over classes", "2·TP/(2·TP + FP + FN)",
		func(_ catalog.Args, average Average) Metric { return F1(average) })
}

func (m f1) String() string { return f1Part().Spell().Word("average", m.average.String()).String() }

func (m f1) Higher() bool { return true }

func (m f1) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m f1) Start() State { return &state{metric: m} }

func (m f1) about() subject { return classes }

func (m f1) fits(f form) error { return m.average.fits(m, f) }

func (m f1) tally(f form) tally {
	return newScores(m, m.average, f)
}

func (f1) score(c counts) float64 { return ratio(2*c.both, 2*c.both+c.answered+c.came) }
