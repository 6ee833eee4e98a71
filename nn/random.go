package nn

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/internal/random"
)

// golden is the distance between the inputs of mix64 that give independent numbers.
const golden = random.Golden

func mix64(z uint64) uint64 { return random.Mix64(z) }

// The streams that a network's seed is split into.
const (
	streamLayers  = random.Layers
	streamShuffle = random.Shuffle
	streamExplain = random.Explain
)

// streamSeed returns the seed of one of the independent streams that belong
// to a network's seed.
func streamSeed(seed, stream uint64) uint64 { return random.Seed(seed, stream) }

// newRand returns the generator of a stream.
func newRand(seed, stream uint64) *rand.Rand { return random.New(seed, stream) }

// fillUniform draws from the uniform distribution on [-bound, bound).
func fillUniform(rng *rand.Rand, bound float64, v []float32) {
	for i := range v {
		v[i] = float32((2*rng.Float64() - 1) * bound)
	}
}

// fillNormal draws from the normal distribution around 0.
func fillNormal(rng *rand.Rand, deviation float64, v []float32) {
	for i := range v {
		v[i] = float32(rng.NormFloat64() * deviation)
	}
}
