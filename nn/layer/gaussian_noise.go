package layer

import (
	"math"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// GaussianNoise adds to each element a normally distributed number of that standard deviation
// while training (Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995).
// When predicting it does nothing. sigma is at least 0, in the unit of the input, and finite in
// float32. Like what Dropout drops, the noise is a function of the network's seed, the layer's
// place, the number of the pass, and the element's row and column.
func GaussianNoise(sigma float64) Layer { return gaussianNoise{sigma} }

type gaussianNoise struct{ sigma float64 }

func gaussianNoisePart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "gaussian_noise",
		Params:  []catalog.Param{{Name: "sigma", Kind: catalog.Number, Range: catalog.AtLeast(0), Help: "its standard deviation", Formerly: []string{"stddev", "std"}}},
		Help:    "adds normally distributed numbers while training",
		Formula: "x + sigma·ε",
		Example: "gaussian_noise(0.1)",
		New:     func(a catalog.Args) (Layer, error) { return GaussianNoise(a.Float("sigma")), nil },
	}
}

// String implements Layer.
func (l gaussianNoise) String() string {
	return gaussianNoisePart().Spell().Float("sigma", l.sigma).String()
}

// Build implements Layer.
func (l gaussianNoise) Build(b Builder, x Value) (Value, error) {
	if err := fault.NonNegative("gaussian_noise", "sigma", l.sigma); err != nil {
		return Value{}, err
	}
	sigma := l.sigma
	return b.Stage(x, &noisy{
		shape: x.Shape, seed: b.Env().Seed,
		forth: func(state uint64, dst, src []float32) {
			var pair [2]float64
			for i, v := range src {
				if i%2 == 0 {
					pair = normalPair(random.Mix64(state))
					state += random.Golden
				}
				dst[i] = v + float32(sigma*pair[i%2])
			}
		},
		back: func(_ uint64, dst, src []float32) { copy(dst, src) },
	})
}

// normalPair makes two independent, normally distributed numbers of 64 random bits (Box and
// Muller, 1958).
func normalPair(bits uint64) [2]float64 {
	u := (float64(bits>>32) + 1) / (1 << 32) // above 0, up to 1
	radius := math.Sqrt(-2 * math.Log(u))
	sin, cos := math.Sincos(2 * math.Pi * float64(uint32(bits)) / (1 << 32))
	return [2]float64{radius * cos, radius * sin}
}
