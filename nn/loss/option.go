package loss

import (
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
)

// isPositive reports whether v is above 0 and finite in float32, which gradients are.
func isPositive(v float64) bool { return float32(v) > 0 && v <= math.MaxFloat32 }

// checkPositive reports an option that is not.
func checkPositive(of, name string, v float64) error {
	if isPositive(v) {
		return nil
	}
	return fault.Value(of, name, v, "a number above 0 and finite in float32")
}
