package datasets

import (
	"math"
	"math/rand/v2"
)

// spiralTurns is how far each arm winds: with three arms, a straight line from
// the origin crosses about four of them.
const spiralTurns = 1.25

// Spiral returns n points on interleaved spiral arms, one per class, that run
// from near the origin to radius 1. Points go to the arms in turn and are moved
// by Gaussian noise, given as a standard deviation.
func Spiral(n, classes int, noise float64, seed uint64) (*Set, error) {
	s, err := planar("Spiral", n, classes, noise)
	if err != nil {
		return nil, err
	}
	s.Name = "spiral"
	rng := rand.New(rand.NewPCG(seed, streamSpiral))
	for i := range n {
		class := i % classes
		// The arms meet at the origin, where no point could be told apart.
		r := 0.05 + 0.95*rng.Float64()
		sin, cos := math.Sincos(2 * math.Pi * (float64(class)/float64(classes) + spiralTurns*r))
		s.put(i, class, r*cos, r*sin, noise, rng)
	}
	s.binaryTargets()
	return s, nil
}
