package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// GaussianNoise adds to each element a normally distributed number of that standard deviation
// while training (Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995).
// When predicting it does nothing. sigma is at least 0, in the unit of the input, and finite in
// float32. Like what Dropout drops, the noise is a function of the network's seed, the layer's
// place, the number of the pass, and the element's row and column. None is farther
// out than 6.66 standard deviations, as one in 3.7·10^10 would be.
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
	sigma, k := float32(l.sigma), b.Env().Backend.Kernels()
	return b.Stage(x, &noisy{
		shape: x.Shape, seed: b.Env().Seed,
		forth: func(dst, src []float32, key0, key1 uint32) {
			// The numbers come in pairs: one for a column of the first half of the row, one of the second.
			half := len(src) / 2
			k.GaussianNoise(dst[:half], dst[half:2*half], src[:half], src[half:2*half], 0, key0, key1, sigma)
			if last := 2 * half; last < len(src) { // for which one of a pair is enough
				k.GaussianNoise(dst[last:], dst[last:], src[last:], src[last:], uint32(half), key0, key1, sigma)
			}
		},
		back: func(dst, src []float32, _, _ uint32) { copy(dst, src) },
	})
}
