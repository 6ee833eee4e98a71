package nn

import "github.com/neurona-ml/neurona/nn/fault"

// HyperparameterError reports a number that a rule, a schedule, a layer or an
// option cannot work with.
type HyperparameterError = fault.HyperparameterError

// NilError reports a nil where something has to be. errors.As finds it as a
// *HyperparameterError too.
type NilError = fault.NilError

// apply calls each option with what it may change, and reports one that is nil.
func apply[T any, O ~func(T)](of string, opts []O, t T) error {
	for i, o := range opts {
		if o == nil {
			return fault.Option(of, i)
		}
		o(t)
	}
	return nil
}
