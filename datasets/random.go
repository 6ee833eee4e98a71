package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Streams keep the random numbers of different generators apart: the same user
// seed must not give circle and moons the same points.
const (
	streamSplit uint64 = iota + 1
	streamCircle
	streamMoons
	streamSpiral
	streamBlobs
	streamDigits
)

// maxElements bounds a generated table: 4 GiB of float32, or 1 GiB where an int has 32
// bits. A size beyond it is a mistake to report, not memory to ask for.
const (
	maxElements = min(1<<30, math.MaxInt/8+1)
	_           = uint(math.MaxInt - 4*maxElements) // an int holds its bytes
)

// planar allocates a set of n points in the plane and checks the arguments that
// all planar generators share.
func planar(fn string, n, classes int, noise float64) (*Set, error) {
	if classes < 2 || classes > maxElements/2 {
		return nil, &ArgumentError{fn, "classes", classes, fmt.Sprintf("2 to %d", maxElements/2)}
	}
	if n < classes || n > maxElements/2 {
		return nil, &ArgumentError{fn, "n", n,
			fmt.Sprintf("%d (one for each class) to %d", classes, maxElements/2)}
	}
	if !(noise >= 0 && noise <= math.MaxFloat32/16) { // 16 sigma still fits float32
		return nil, &ArgumentError{fn, "noise", noise, "a finite standard deviation of at least 0"}
	}
	return &Set{
		X: make([]float32, 2*n), Rows: n, Features: 2, FeatureNames: []string{"x", "y"},
		Labels: make([]int, n), Classes: classes,
	}, nil
}

// put writes point i, moved by Gaussian noise of the given standard deviation.
func (s *Set) put(i, label int, x, y, noise float64, rng *rand.Rand) {
	// The noise is drawn even when it is 0, so that the clean points do not
	// depend on it.
	s.X[2*i] = float32(x + noise*rng.NormFloat64())
	s.X[2*i+1] = float32(y + noise*rng.NormFloat64())
	s.Labels[i] = label
}

// plural returns "1 row", "2 rows".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
