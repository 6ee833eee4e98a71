package datasets

import (
	"math"
	"math/rand/v2"
)

// Circle returns n points uniform in the square [-1, 1] x [-1, 1]; class 1
// ("inside") is the disc around the origin. Its radius, sqrt(2/pi), makes the
// disc half of the square, so the classes are about balanced.
//
// Each point is labelled where it fell and then moved by Gaussian noise, given
// as a standard deviation: with noise, no curve separates the classes.
func Circle(n int, noise float64, seed uint64) (*Set, error) {
	s, err := planar("Circle", n, 2, noise)
	if err != nil {
		return nil, err
	}
	s.Name, s.ClassNames = "circle", []string{"outside", "inside"}
	rng := rand.New(rand.NewPCG(seed, streamCircle))
	for i := range n {
		x, y := 2*rng.Float64()-1, 2*rng.Float64()-1
		label := 0
		if x*x+y*y < 2/math.Pi {
			label = 1
		}
		s.put(i, label, x, y, noise, rng)
	}
	s.binaryTargets()
	return s, nil
}
