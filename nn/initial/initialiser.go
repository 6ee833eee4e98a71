package initial

import "math/rand/v2"

// Initialiser draws the first weights of a Dense layer. nntest.CheckInitialiser checks one of one's own.
type Initialiser interface {
	// String is the initialiser's spelling, by which its catalogue parses it.
	String() string
	// Fill writes the weights w [fanIn][fanOut], row-major without slack, and
	// the biases b [fanOut]. All it draws comes from rng: the same stream
	// gives the same weights.
	Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32)
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
