package datasets

import (
	"math"
	"math/rand/v2"
)

// Blobs returns n points in Gaussian clouds, one per class, whose centres are
// spaced evenly on the unit circle. Points go to the clouds in turn; spread is
// the standard deviation of a cloud.
func Blobs(n, classes int, spread float64, seed uint64) (*Set, error) {
	s, err := planar("Blobs", n, classes, spread)
	if err != nil {
		return nil, err
	}
	s.Name = "blobs"
	rng := rand.New(rand.NewPCG(seed, streamBlobs))
	for i := range n {
		class := i % classes
		sin, cos := math.Sincos(2 * math.Pi * float64(class) / float64(classes))
		s.put(i, class, cos, sin, spread, rng)
	}
	s.binaryTargets()
	return s, nil
}
