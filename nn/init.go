package nn

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/internal/names"
)

// Initialiser draws the first weights of a Dense layer.
type Initialiser interface {
	// Name is the initialiser's name in files and flags.
	Name() string
	// Fill writes the weights w [fanIn][fanOut], row-major without slack, and
	// the biases b [fanOut]. All it draws comes from rng: the same stream
	// gives the same weights.
	Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32)
}

// ParseInitialiser returns the initialiser called name: "glorot_uniform",
// "glorot_normal", "he_uniform", "he_normal" or "torch_linear". An unknown
// name is an error that suggests the nearest known one.
func ParseInitialiser(name string) (Initialiser, error) {
	known := []Initialiser{GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), TorchLinear()}
	list := make([]string, len(known))
	for i, init := range known {
		if list[i] = init.Name(); list[i] == name {
			return init, nil
		}
	}
	return nil, names.Unknown("initialiser", name, list)
}

// fillUniform draws from the uniform distribution on [-bound, bound).
func fillUniform(rng *rand.Rand, bound float64, w []float32) {
	for i := range w {
		w[i] = float32((2*rng.Float64() - 1) * bound)
	}
}

// fillNormal draws from the normal distribution around 0.
func fillNormal(rng *rand.Rand, deviation float64, w []float32) {
	for i := range w {
		w[i] = float32(rng.NormFloat64() * deviation)
	}
}
