package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type logLoss struct{}

// LogLoss is the mean of -log p, p being the probability that was given to the class that came
// (scikit-learn's log_loss): cross-entropy, in nats. p is limited to what lies between 2⁻⁵² and 1-2⁻⁵², as
// it is there, so that nothing is infinite.
func LogLoss() Metric { return logLoss{} }

func logLossPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "log_loss", Help: "minus the logarithm of the probability of the class that came", Formula: "-Σ w·log p / Σ w",
		Formerly: map[string]string{"cross_entropy_loss": "log_loss"},
		New:      func(catalog.Args) (Metric, error) { return LogLoss(), nil },
	}
}

func (m logLoss) String() string { return "log_loss" }

func (m logLoss) Higher() bool { return false }

func (m logLoss) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m logLoss) Start() State { return &state{metric: m} }

func (m logLoss) about() subject { return chances }

func (m logLoss) fits(f form) error { return exclusive(m, f) }

func (m logLoss) tally(form) tally {
	return &sampleMean{of: surprise}
}

// surprise is -log of the probability of the sample's class.
func surprise(s *sample) float64 {
	const least = 0x1p-52
	p := s.mean[0]
	switch {
	case s.want == nil:
		p = s.mean[s.label]
	case s.want[0] == 0:
		p = complement(s.y[0], p)
	}
	return -math.Log(min(max(p, least), 1-least))
}

// complement is 1-p. A p that was rounded to float32 is 1 from a logit of 17 on, where
// the logit y still has the digits of 1-p.
func complement(y, p float64) float64 {
	if q := 1 / (1 + math.Exp(y)); math.Abs(1-p-q) <= 0x1p-24 {
		return q
	}
	return 1 - p
}
