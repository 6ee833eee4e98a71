package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type accuracy struct{}

// Accuracy is the part of the samples that are right (scikit-learn's
// accuracy_score). Where a sample has several labels of yes or no, all must be.
func Accuracy() Metric { return accuracy{} }

func accuracyPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "accuracy", Help: "samples that are right, in all of their labels", Formula: "Σ w·[right] / Σ w",
		Formerly: map[string]string{"acc": "accuracy", "accuracy_score": "accuracy"},
		New:      func(catalog.Args) (Metric, error) { return Accuracy(), nil },
	}
}

func (m accuracy) String() string { return "accuracy" }

func (m accuracy) Higher() bool { return true }

func (m accuracy) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m accuracy) Start() State { return &state{metric: m} }

func (m accuracy) about() subject { return classes }

func (m accuracy) fits(form) error { return nil }

func (m accuracy) tally(form) tally {
	return &sampleMean{of: right}
}

// right is 1 if the sample is right in all that it says, and 0 otherwise.
func right(s *sample) float64 {
	if s.want == nil {
		return float64(bit(argmax(s.y) == s.label))
	}
	for j, want := range s.want {
		if s.yes(j) != (want == 1) {
			return 0
		}
	}
	return 1
}
