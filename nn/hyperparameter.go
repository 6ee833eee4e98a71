package nn

import (
	"fmt"
	"math"
)

// HyperparameterError reports a number that a rule, a schedule, a layer or an
// option cannot work with.
type HyperparameterError struct {
	Of    string  // what it was given to: "adam", "cosine schedule"
	Name  string  // "rate", "beta1"
	Value float64 // what came
	Want  string  // what was wanted: "at least 0"
}

func (e *HyperparameterError) Error() string {
	return fmt.Sprintf("%s: %s is %v, want %s", e.Of, e.Name, e.Value, e.Want)
}

// finite reports whether v is a finite number in float32, which is what the
// kernels are given.
func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat32 }

// checkNonNegative reports a value that is not finite or below zero.
func checkNonNegative(of, name string, v float64) error {
	if v >= 0 && finite(v) {
		return nil
	}
	return &HyperparameterError{of, name, v, "a finite number, at least 0"}
}

// checkFraction reports a value outside [0, 1).
func checkFraction(of, name string, v float64) error {
	if v >= 0 && v < 1 {
		return nil
	}
	return &HyperparameterError{of, name, v, "at least 0 and below 1"}
}
