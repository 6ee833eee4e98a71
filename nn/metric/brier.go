package metric

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// BrierScale is what the Brier score is of the squared errors of a sample's probabilities.
type BrierScale uint8

// The scales of the Brier score: scikit-learn's scale_by_half is "auto", true, false.
const (
	BrierAuto BrierScale = iota // half of their sum for two classes, so that it is (p-y)², and the sum for more
	BrierHalf                   // half of their sum
	BrierSum                    // their sum
)

var brierScales = []string{"auto", "half", "sum"}

// String returns the scale's word: "half".
func (s BrierScale) String() string {
	if int(s) < len(brierScales) {
		return brierScales[s]
	}
	return fmt.Sprintf("scale %d", uint8(s))
}

type brier struct{ scale BrierScale }

// Brier is the mean over samples of the squared errors of the probabilities of classes, Σ (p-y)², of which
// y is 1 for the class that came and 0 otherwise, or half of it (Brier, "Verification of
// forecasts expressed in terms of probability", 1950; scikit-learn's brier_score_loss).
func Brier(scale BrierScale) Metric { return brier{scale} }

func brierPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "brier", Help: "squared error of probabilities", Formula: "Σ w·(p-y)² / Σ w",
		Params: []catalog.Param{{
			Name: "scale", Kind: catalog.Word, Default: "auto", Choices: brierScales,
			Help: "half of the sum over classes, the sum, or auto: half for two classes",
		}},
		Formerly: map[string]string{"brier_score": "brier", "brier_score_loss": "brier"},
		New: func(a catalog.Args) (Metric, error) {
			return Brier(BrierScale(slices.Index(brierScales, a.Word("scale")))), nil
		},
	}
}

func (m brier) String() string { return brierPart().Spell().Word("scale", m.scale.String()).String() }

func (m brier) Higher() bool { return false }

func (m brier) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m brier) Start() State { return &state{metric: m} }

func (m brier) about() subject { return chances }

func (m brier) fits(f form) error {
	if m.scale > BrierSum {
		return &MismatchError{m.String(), "scales", m.scale.String(), "auto, half or sum"}
	}
	return exclusive(m, f)
}

func (m brier) tally(f form) tally {
	factor := 1.0
	if m.scale == BrierHalf || m.scale == BrierAuto && f.binary() {
		factor = 0.5
	}
	return &sampleMean{of: func(s *sample) float64 { return factor * s.brier() }}
}

// brier is the sum of the squared errors of the sample's probabilities.
func (s *sample) brier() float64 {
	if s.want != nil { // of the other class it is the same
		return 2 * squared(s.mean[0], s.want[0])
	}
	sum := 0.0
	for j, p := range s.mean {
		sum += squared(p, float64(bit(j == s.label)))
	}
	return sum
}
