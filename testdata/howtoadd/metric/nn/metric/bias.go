package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type bias struct{}

// Bias is the mean of y-t: how much outputs are too high. Of several outputs it is the mean of theirs.
func Bias() Metric { return bias{} }

func biasPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "bias", Help: "how much outputs are too high", Formula: "Σ w·(y-t) / Σ w",
		New: func(catalog.Args) (Metric, error) { return Bias(), nil },
	}
}

func (m bias) String() string { return "bias" }

func (m bias) Higher() bool { return false }

func (m bias) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m bias) Start() State { return &state{metric: m} }

func (m bias) about() subject { return numbers }

func (m bias) fits(form) error { return nil }

func (m bias) tally(f form) tally {
	return newColumnMeans(f, difference)
}

func difference(y, t float64) float64 { return y - t }
