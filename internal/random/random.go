// Package random splits a seed into independent streams of random numbers, each
// a function of the seed and of what it is for, not of who draws from it.
package random

import "math/rand/v2"

// Golden is 2^64 divided by the golden ratio, the increment of SplitMix64.
const Golden = 0x9e3779b97f4a7c15

// The streams that a network's seed is split into.
const (
	Layers  = 1       // one more for each layer
	Shuffle = 1 << 32 // one more for each epoch
	Explain = 1 << 33
)

// Mix64 is the output function of SplitMix64 (Steele, Lea and Flood, 2014,
// with the constants of Stafford's variant 13): Mix64(s), Mix64(s+Golden),
// Mix64(s+2·Golden), … are independent uniform numbers for any s.
func Mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Seed returns the seed of one of the independent streams that belong to a
// seed.
func Seed(seed, stream uint64) uint64 { return Mix64(Mix64(seed) + stream*Golden) }

// New returns the generator of a stream.
func New(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, Seed(seed, stream)))
}
