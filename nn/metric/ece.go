package metric

import (
	"math"
	"strconv"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// maxBins bounds the memory of a state.
const maxBins = 1 << 16

type ece struct{ bins int }

// ECE is the expected calibration error: how far confidence c is from how often it is right, in bins of equal
// width of c, Σ |Σ w·(hit-c)| / Σ w (Guo et al., "On calibration of modern neural networks", 2017). Of a
// single output c is the probability of class 1, and hit whether that came; of classes it is the largest
// probability, and hit whether that class came. bins is from 1 to 65536; a c on the edge of two is in the
// higher one.
func ECE(bins int) Metric { return ece{bins} }

func ecePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "ece", Help: "expected calibration error: how far probabilities are from what came", Formula: "Σ |Σ w·([hit]-c)| / Σ w",
		Params: []catalog.Param{{
			Name: "bins", Kind: catalog.Integer, Default: "10", Range: catalog.Between(1, maxBins), Help: "of equal width, for confidence",
		}},
		Example:  "ece(bins=15)",
		Formerly: map[string]string{"expected_calibration_error": "ece"},
		New:      func(a catalog.Args) (Metric, error) { return ECE(a.Int("bins")), nil },
	}
}

func (m ece) String() string { return ecePart().Spell().Int("bins", m.bins).String() }

func (m ece) Higher() bool { return false }

func (m ece) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m ece) Start() State { return &state{metric: m} }

func (m ece) about() subject { return chances }

func (m ece) fits(f form) error {
	if m.bins < 1 || m.bins > maxBins {
		return &MismatchError{m.String(), "bins", strconv.Itoa(m.bins), "1 to " + strconv.Itoa(maxBins)}
	}
	return exclusive(m, f)
}

func (m ece) tally(form) tally { return &calibration{bins: make([]float64, m.bins)} }

type calibration struct {
	weight float64
	bins   []float64 // Σ w·(hit-c)
}

func (c *calibration) add(s *sample) {
	confidence, hit := s.mean[0], 0.0
	if s.want != nil {
		hit = s.want[0]
	} else {
		answer := 0
		for j, p := range s.mean {
			if !(p <= confidence) { // NaN too, to which nothing is larger
				answer, confidence = j, p
			}
		}
		hit = float64(bit(answer == s.label))
	}
	c.weight += s.weight
	bin := 0 // of NaN too, which it makes NaN
	if n := len(c.bins); confidence > 0 {
		bin = min(int(confidence*float64(n)), n-1)
	}
	c.bins[bin] += float64(s.weight * (hit - confidence))
}

func (c *calibration) merge(from tally) {
	o := from.(*calibration)
	c.weight += o.weight
	for i, b := range o.bins {
		c.bins[i] += b
	}
}

func (c *calibration) value() float64 {
	sum := 0.0
	for _, b := range c.bins {
		sum += math.Abs(b)
	}
	return sum / c.weight
}
