package nn

import "math/rand/v2"

// golden is 2^64 divided by the golden ratio, the increment of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix64 is the output function of SplitMix64 (Steele, Lea and Flood, 2014,
// with the constants of Stafford's variant 13): mix64(s), mix64(s+golden),
// mix64(s+2·golden), … are independent uniform numbers for any s.
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// The streams that a network's seed is split into.
const (
	streamLayers  = 1 // one more for each layer
	streamShuffle = 1 << 32
	streamExplain = 1 << 33
)

// streamSeed returns the seed of one of the independent streams that belong
// to a network's seed.
func streamSeed(seed, stream uint64) uint64 { return mix64(mix64(seed) + stream*golden) }

// newRand returns the generator of a stream.
func newRand(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, streamSeed(seed, stream)))
}

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
