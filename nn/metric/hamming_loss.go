package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type hammingLoss struct{}

// HammingLoss is the part of the labels of yes or no that are wrong, each counted for itself
// (scikit-learn's hamming_loss). Where a sample has one label it is 1 - accuracy.
func HammingLoss() Metric { return hammingLoss{} }

func hammingLossPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "hamming_loss", Help: "labels that are wrong, each for itself", Formula: "Σ w·(wrong labels / labels) / Σ w",
		Formerly: map[string]string{"hamming": "hamming_loss"},
		New:      func(catalog.Args) (Metric, error) { return HammingLoss(), nil },
	}
}

func (m hammingLoss) String() string { return "hamming_loss" }

func (m hammingLoss) Higher() bool { return false }

func (m hammingLoss) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m hammingLoss) Start() State { return &state{metric: m} }

func (m hammingLoss) about() subject { return classes }

func (m hammingLoss) fits(form) error { return nil }

func (m hammingLoss) tally(form) tally {
	return &sampleMean{of: wrong}
}

// wrong is the part of the sample's labels that are.
func wrong(s *sample) float64 {
	if s.want == nil {
		return 1 - right(s)
	}
	n := 0
	for j, want := range s.want {
		n += bit(s.yes(j) != (want == 1))
	}
	return float64(n) / float64(len(s.want))
}
