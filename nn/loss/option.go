package loss

import (
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
)

// checkPositive reports an option that is 0, below, or not finite in float32, which
// gradients are.
func checkPositive(of, name string, v float64) error {
	if v > 0 && v <= math.MaxFloat32 && float32(v) > 0 {
		return nil
	}
	return fault.Value(of, name, v, "a number above 0 and finite in float32")
}

// checkClassWeight reports a weight of a class that is below 0 or not finite in
// float32, in which one that is not 0 must not be 0 either.
func checkClassWeight(of, name string, v float64) error {
	if v == 0 || checkPositive(of, name, v) == nil {
		return nil
	}
	return fault.Value(of, name, v, "0, or a number above that is finite in float32")
}
