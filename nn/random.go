package nn

import "math/rand/v2"

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
