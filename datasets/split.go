package datasets

import (
	"math"
	"math/rand/v2"
)

// Split shuffles the rows with the seed and divides them into two copies:
// round(fraction x Rows) rows to test with, the others to train with. It is an
// *ArgumentError if either part would be empty.
func (s *Set) Split(fraction float64, seed uint64) (train, test *Set, err error) {
	n := math.Round(fraction * float64(s.Rows))
	if !(n >= 1 && n <= float64(s.Rows-1)) { // written so that NaN fails
		return nil, nil, &ArgumentError{"Split", "fraction", fraction,
			"a test part that leaves both parts at least one of " + plural(s.Rows, "row")}
	}
	order := rand.New(rand.NewPCG(seed, streamSplit)).Perm(s.Rows)
	return s.Subset(order[int(n):]), s.Subset(order[:int(n)]), nil
}
