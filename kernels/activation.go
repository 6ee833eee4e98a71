package kernels

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/names"
)

// Activation names an element-wise non-linearity f. Its derivative is always
// written in terms of the output y = f(z), so that a forward pass keeps y and
// nothing else.
type Activation uint8

// The activations. The comment gives f(z) and f'(z) as a function of y.
const (
	Identity    Activation = iota // z; 1
	Heaviside                     // 1 if z > 0, else 0, NaN for NaN; no usable derivative
	Sigmoid                       // 1/(1+e^-z); y·(1-y)
	Tanh                          // tanh z; 1-y²
	ReLU                          // 0 if z < 0, else z; 1 if y > 0, else 0
	activations                   // how many there are
)

var activationNames = [activations]string{"identity", "heaviside", "sigmoid", "tanh", "relu"}

// String returns the name used in files, flags and messages.
func (a Activation) String() string {
	if a < activations {
		return activationNames[a]
	}
	return "activation(?)"
}

// ParseActivation is the inverse of String.
func ParseActivation(name string) (Activation, error) {
	for a, known := range activationNames {
		if name == known {
			return Activation(a), nil
		}
	}
	if name == "step" { // its name once; a step is something else in training
		return 0, fmt.Errorf("activation %q is written heaviside", name)
	}
	return 0, names.Unknown("activation", name, activationNames[:])
}

// Activations returns all of them.
func Activations() []Activation {
	all := make([]Activation, activations)
	for i := range all {
		all[i] = Activation(i)
	}
	return all
}

// Trainable reports whether the activation has a derivative to train
// through.
func (a Activation) Trainable() bool { return a != Heaviside }

// InChain reports whether chains know the activation. They would take one that they do
// not know for the identity.
func (a Activation) InChain() bool {
	switch a {
	case Identity, Sigmoid, Tanh, ReLU:
		return true
	}
	return false
}
