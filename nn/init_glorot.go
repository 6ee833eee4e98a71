package nn

import (
	"math"
	"math/rand/v2"
)

type glorot struct{ normal bool }

// GlorotUniform draws weights from U(-a, a) with a = √(6/(fanIn+fanOut)),
// whose variance 2/(fanIn+fanOut) keeps signals and gradients of about the
// same size from layer to layer of sigmoid or tanh units (Glorot and Bengio,
// 2010; PyTorch's xavier_uniform_). Biases are 0.
func GlorotUniform() Initialiser { return glorot{} }

// GlorotNormal draws weights from the normal distribution of GlorotUniform's
// variance, 2/(fanIn+fanOut) (PyTorch's xavier_normal_). Biases are 0.
func GlorotNormal() Initialiser { return glorot{normal: true} }

func (g glorot) Name() string {
	if g.normal {
		return "glorot_normal"
	}
	return "glorot_uniform"
}

func (g glorot) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	deviation := math.Sqrt(2 / float64(fanIn+fanOut))
	if g.normal {
		fillNormal(rng, deviation, w)
	} else {
		fillUniform(rng, math.Sqrt(3)*deviation, w)
	}
	clear(b)
}
