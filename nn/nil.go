package nn

import (
	"fmt"
	"math"
)

// NilError reports a nil where something has to be. errors.As finds it as a
// *HyperparameterError too.
type NilError struct {
	Of   string // what it was given to: "network", "fit"
	What string // what was nil: "backend", "option 2", counted from 0
	Want string // what was wanted
}

func (e *NilError) Error() string {
	return fmt.Sprintf("%s: %s is nil, want %s", e.Of, e.What, e.Want)
}

// As makes a nil one of the values that cannot work, for who does not tell them
// apart.
func (e *NilError) As(target any) bool {
	h, ok := target.(**HyperparameterError)
	if ok {
		*h = &HyperparameterError{Of: e.Of, Name: e.What, Value: math.NaN(), Want: e.Want}
	}
	return ok
}

// nilOption reports that option i is nil.
func nilOption(of string, i int) error {
	return &NilError{of, fmt.Sprintf("option %d", i), "an option, or none at its place"}
}

// apply calls each option with what it may change, and reports one that is nil.
func apply[T any, O ~func(T)](of string, opts []O, t T) error {
	for i, o := range opts {
		if o == nil {
			return nilOption(of, i)
		}
		o(t)
	}
	return nil
}
