package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// Option changes the variance of what is drawn.
type Option func(*variance)

// Gain is the factor of the standard deviation in place of an initialiser's own, which is √2 for He's and 1 for others
// (PyTorch's calculate_gain: 5/3 for tanh, √(2/(1+slope²)) for leaky ReLU, ¾ for SELU). With one below 0, as with an
// option that is nil, all weights are NaN, which a network does not take.
func Gain(gain float64) Option {
	return func(v *variance) { v.asked, v.gain, v.square = true, gain, float64(gain*gain) }
}

// FanOut lets He's initialisers divide by the outputs in place of the inputs, which keeps the
// variance of gradients rather than that of signals (PyTorch's mode="fan_out"). Glorot's, which divide by both, take no notice.
func FanOut() Option { return func(v *variance) { v.fan = fanOut } }

// variance is gain²/fan.
type variance struct {
	asked  bool // for another gain than the initialiser's own
	gain   float64
	square float64 // of the gain
	fan    fan
}

// fan is what a variance is divided by.
type fan uint8

const (
	fanIn fan = iota
	fanOut
	fanMean // of inputs and outputs
)

var fans = []string{"fan_in", "fan_out"}

func (v variance) with(opts []Option) variance {
	own := v.fan
	for _, opt := range opts {
		if opt == nil {
			opt = Gain(math.NaN())
		}
		opt(&v)
	}
	if own == fanMean {
		v.fan = own
	}
	return v
}

// deviation is the root of the variance in a layer of so many inputs and outputs.
func (v variance) deviation(in, out int) float64 {
	if v.asked && !(v.gain >= 0) {
		return math.NaN()
	}
	n := float64(in)
	switch v.fan {
	case fanOut:
		n = float64(out)
	case fanMean:
		n = (float64(in) + float64(out)) / 2
	}
	return math.Sqrt(v.square / n)
}

func gainParam() catalog.Param {
	return catalog.Param{Name: "gain", Kind: catalog.Number, Default: "1", Range: catalog.AtLeast(0), Help: "factor of the standard deviation"}
}

// glorotOptions are what Glorot's parameter says.
func glorotOptions(a catalog.Args) []Option {
	if gain := a.Float("gain"); gain != 1 {
		return []Option{Gain(gain)}
	}
	return nil
}

// heParams are those of He's initialisers.
func heParams() []catalog.Param {
	return []catalog.Param{
		{Name: "gain", Kind: catalog.Number, Optional: true, Range: catalog.AtLeast(0), Help: "factor of the standard deviation in place of √2"},
		{Name: "mode", Kind: catalog.Word, Default: fans[fanIn], Choices: fans, Help: "what the variance is divided by: inputs or outputs"},
	}
}

// heOptions are what the parameters say.
func heOptions(a catalog.Args) (opts []Option) {
	if a.Has("gain") {
		opts = append(opts, Gain(a.Float("gain")))
	}
	if a.Word("mode") == fans[fanOut] {
		opts = append(opts, FanOut())
	}
	return opts
}

// spellHe spells one of He's initialisers.
func (v variance) spellHe(s catalog.Spelling) string {
	if v.asked {
		s = s.Float("gain", v.gain)
	}
	if v.fan == fanOut {
		s = s.Word("mode", fans[fanOut])
	}
	return s.String()
}

// twoDeviations is the standard deviation of a normal distribution of variance 1 that is cut off at
// ±2: √(1 - 4·φ(2)/(2·Φ(2) - 1)).
const twoDeviations = 0.87962566103423978

// fillCut draws from the normal distribution that is cut off at twice its standard deviation, and
// is so much wider that what is drawn has the one asked for.
func fillCut(rng *rand.Rand, deviation float64, w []float32) {
	wide := deviation / twoDeviations
	for i := range w {
		x := rng.NormFloat64()
		for math.Abs(x) > 2 {
			x = rng.NormFloat64()
		}
		w[i] = float32(x * wide)
	}
}
