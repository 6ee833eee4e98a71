package optim

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// Assignment is what is done with a tensor.
type Assignment struct {
	Rule       Rule    // used as it is, an Assigner too
	RateFactor float64 // what the rate of Rule is multiplied by
	Frozen     bool    // it is left as it is, and its gradient counts for nothing
}

// Assigner is a Rule that does not treat all tensors alike: Groups, EMA, Muon. Its Slots and
// Stepper are those of a tensor that is no exception.
type Assigner interface {
	Rule
	// Assign says what is done with each of a network's tensors, in the network's
	// order. They have names as in files ("layers.0.weight"), roles and dimensions, and no
	// values.
	Assign(tensors []tensor.Tensor) ([]Assignment, error)
}

// Assign returns what r does with each of a network's tensors: see Assigner.
func Assign(r Rule, tensors []tensor.Tensor) ([]Assignment, error) {
	if a, ok := r.(Assigner); ok {
		list, err := a.Assign(tensors)
		if err == nil && len(list) != len(tensors) {
			err = fmt.Errorf("%s: %d assignments for %d tensors", r, len(list), len(tensors))
		}
		return list, err
	}
	return alike(r, tensors), nil
}

// alike assigns r to all tensors.
func alike(r Rule, tensors []tensor.Tensor) []Assignment {
	list := make([]Assignment, len(tensors))
	for i := range list {
		list[i] = Assignment{Rule: r, RateFactor: 1}
	}
	return list
}
