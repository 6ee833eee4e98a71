package metric

import (
	"math"
	"strconv"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// FBeta is F1 with recall counting beta times as much as precision (scikit-learn's fbeta_score).
// beta is a finite number above 0. Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where there is nothing to divide by, it is 0.
//
// Outputs of which any is NaN answer the class that is farthest from the right one.
func FBeta(beta float64, average Average) Metric { return fBeta{beta, average} }

type fBeta struct {
	beta    float64
	average Average
}

func fBetaPart() catalog.Part[Metric] {
	part := scoredPart("fbeta", "F1 with recall counting beta times as much", "(1+β²)·TP/((1+β²)·TP + FP + β²·FN)",
		func(a catalog.Args, average Average) Metric { return FBeta(a.Float("beta"), average) },
		catalog.Param{Name: "beta", Kind: catalog.Number, Default: "2", Range: catalog.Above(0), Help: "how much more recall counts than precision"})
	part.Example = "fbeta(beta=0.5)"
	part.Formerly = map[string]string{"fbeta_score": "fbeta", "f2": "fbeta"}
	return part
}

func (m fBeta) String() string {
	return fBetaPart().Spell().Float("beta", m.beta).Word("average", m.average.String()).String()
}

func (m fBeta) Higher() bool { return true }

func (m fBeta) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m fBeta) Start() State { return &state{metric: m} }

func (m fBeta) about() subject { return classes }

func (m fBeta) fits(f form) error {
	if !(m.beta > 0 && m.beta <= math.MaxFloat64) {
		return &MismatchError{m.String(), "beta", strconv.FormatFloat(m.beta, 'g', -1, 64), "a finite number above 0"}
	}
	return m.average.fits(m, f)
}

func (m fBeta) tally(f form) tally {
	return newScores(m, m.average, f)
}

// score divides by 1+β², which may be infinite.
func (m fBeta) score(c counts) float64 {
	part := 1 / (1 + 1/m.beta/m.beta) // β²/(1+β²)
	return ratio(c.both, c.both+float64((1-part)*c.answered)+float64(part*c.came))
}
