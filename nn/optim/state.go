package optim

import (
	"fmt"
	"math"
)

// StateChecker is a Stepper whose numbers of state depend on each other, or have a sign. State
// that comes from outside, of a file, is checked by it: what a Bounder says of steps holds
// for state that the rule could have made, if only with momenta that another schedule has moved.
type StateChecker interface {
	Stepper
	// CheckState reports state that no steps of the rule lead to, whatever their momenta, as far as it matters, and
	// takes note of what a Bound needs to know of the rest. All slots have one length; their numbers are finite.
	CheckState(slots [MaxSlots][]float32) error
}

// checkSquares reports a square, or another magnitude, that is negative.
func checkSquares(name string, squares []float32) error {
	for i, v := range squares {
		if v < 0 {
			return fmt.Errorf("%s [%d] is %v, want at least 0", name, i, v)
		}
	}
	return nil
}

// checkMeans reports a mean that is larger than so many roots of the mean square beside it, and
// a residue, allow.
func checkMeans(means, squares []float32, ratio, residue float64) error {
	for i, m := range means {
		if most := ratio*math.Sqrt(float64(squares[i])) + residue; math.Abs(float64(m)) > most {
			return fmt.Errorf("mean [%d] is %v, want at most %v with a mean_square of %v", i, m, most, squares[i])
		}
	}
	return nil
}
