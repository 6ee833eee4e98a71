// Package fault is what parts of every family, layers, rules, schedules, report about
// the values that they were given. Package nn has its types under the same names.
package fault

import (
	"fmt"
	"math"
)

// HyperparameterError reports a number that a rule, a schedule, a layer or an
// option cannot work with.
type HyperparameterError struct {
	Of    string  // what it was given to: "adam", "cosine"
	Name  string  // "lr", "beta1"
	Value float64 // what came
	Want  string  // what was wanted: "at least 0"
}

func (e *HyperparameterError) Error() string {
	return fmt.Sprintf("%s: %s is %v, want %s", e.Of, e.Name, e.Value, e.Want)
}

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

// Value returns a *HyperparameterError.
func Value(of, name string, v float64, want string) error {
	return &HyperparameterError{of, name, v, want}
}

// Nil returns a *NilError.
func Nil(of, what, want string) error { return &NilError{of, what, want} }

// Option reports that option i is nil.
func Option(of string, i int) error {
	return Nil(of, fmt.Sprintf("option %d", i), "an option, or none at its place")
}

// NonNegative reports a value that is not finite in float32, which is what kernels are
// given, or below zero.
func NonNegative(of, name string, v float64) error {
	if v >= 0 && v <= math.MaxFloat32 {
		return nil
	}
	return Value(of, name, v, "a finite number, at least 0")
}

// Fraction reports a value outside [0, 1).
func Fraction(of, name string, v float64) error {
	if v >= 0 && v < 1 {
		return nil
	}
	return Value(of, name, v, "at least 0 and below 1")
}
