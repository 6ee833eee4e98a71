package nn

import (
	"math"
	"math/rand/v2"
)

type he struct{ normal bool }

// HeUniform draws weights from U(-a, a) with a = √(6/fanIn), whose variance
// 2/fanIn makes up for the half of the signal that ReLU cuts off (He et al.,
// "Delving deep into rectifiers", 2015; PyTorch's kaiming_uniform_ with
// nonlinearity='relu'). Biases are 0.
func HeUniform() Initialiser { return he{} }

// HeNormal draws weights from the normal distribution of HeUniform's variance,
// 2/fanIn (PyTorch's kaiming_normal_). Biases are 0.
func HeNormal() Initialiser { return he{normal: true} }

func (h he) Name() string {
	if h.normal {
		return "he_normal"
	}
	return "he_uniform"
}

func (h he) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	deviation := math.Sqrt(2 / float64(fanIn))
	if h.normal {
		fillNormal(rng, deviation, w)
	} else {
		fillUniform(rng, math.Sqrt(3)*deviation, w)
	}
	clear(b)
}
