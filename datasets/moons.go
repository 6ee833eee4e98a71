package datasets

import (
	"math"
	"math/rand/v2"
)

// Moons returns n points on two interleaved half circles of radius 1: class 0
// ("upper") around (0, 0), class 1 ("lower") around (1, 0.5). Points alternate
// between the classes and are moved by Gaussian noise, given as a standard
// deviation; 0.1 keeps the moons apart, 0.3 makes them overlap.
func Moons(n int, noise float64, seed uint64) (*Set, error) {
	s, err := planar("Moons", n, 2, noise)
	if err != nil {
		return nil, err
	}
	s.Name, s.ClassNames = "moons", []string{"upper", "lower"}
	rng := rand.New(rand.NewPCG(seed, streamMoons))
	for i := range n {
		sin, cos := math.Sincos(math.Pi * rng.Float64())
		if i%2 == 0 {
			s.put(i, 0, cos, sin, noise, rng)
		} else {
			s.put(i, 1, 1-cos, 0.5-sin, noise, rng)
		}
	}
	s.binaryTargets()
	return s, nil
}
