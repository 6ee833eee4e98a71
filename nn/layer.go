package nn

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Matrix is a row-major float32 matrix, one sample a row: gonum's
// blas32.General.
type Matrix = blas.Matrix

// A Layer describes one stage of a network. It holds no weights and may be
// used in several networks. The package's own layers are made by Dense, ReLU,
// Dropout and so on; any other type that implements the interface trains as
// well.
type Layer interface {
	// Kind names the layer in messages and summaries: "dense", "relu".
	Kind() string
	// Build makes the stage that runs, for rows of in features. It is called
	// once for each network that the layer is part of.
	Build(in int, env *Environment) (Stage, error)
}

// Environment is what New offers to a layer that it builds.
type Environment struct {
	Backend blas.Backend // multiplies matrices; Backend.Kernels has the vector kernels
	Rand    *rand.Rand   // the layer's own stream, seeded by the network's seed and the layer's position
	Seed    uint64       // the layer's own seed, for randomness in passes
}

// check reports an environment, or a number of features, that no stage can be
// built with.
func (e *Environment) check(of string, in int) error {
	if e == nil || e.Backend == nil {
		return fault.Nil(of, "the environment, or its Backend,", "what New gives to a layer that it builds")
	}
	return checkWidth(of, "number of inputs", in)
}

// Stage is a layer at work in one network. It must keep nothing between
// Forward and Backward: several passes may be under way at once, and all a
// Backward may need is handed to it again.
type Stage interface {
	// Outputs is the number of features that come out.
	Outputs() int
	// Forward writes y [batch][Outputs] for x [batch][in], all of it: what is
	// left is of another pass. It may be called from several goroutines at once.
	Forward(pass Pass, x, y Matrix) error
	// Backward is given what Forward was, and dy, the gradient of the loss at
	// y. It adds the gradients of its parameters to their Grad, and writes
	// dx, the gradient at x, unless dx.Data is nil. dy may be overwritten.
	Backward(pass Pass, x, y, dy, dx Matrix) error
	// Parameters returns what is trained, nil if nothing is. It is called once:
	// Value and Grad must keep their lengths.
	Parameters() []*Parameter
}

// Pass tells a stage about the pass it is part of.
type Pass struct {
	Training bool   // false when predicting: no dropout
	Step     uint64 // number of training passes before this one; the same in Forward and Backward
}

// Parameter is a weight matrix or vector of a custom layer.
type Parameter struct {
	Name       string // last part of its name in files: "weight", "bias"
	Rows, Cols int    // a vector has one row
	Value      []float32
	Grad       []float32 // of the same length
}

// activationLayer applies an element-wise function.
type activationLayer struct{ f kernels.Activation }

// Identity passes its input on: f(z) = z.
func Identity() Layer { return activationLayer{kernels.Identity} }

// Heaviside is 1 for positive input and 0 otherwise: the first artificial
// neurons' activation. Its derivative is zero wherever it exists, so a network
// with it predicts but cannot be trained.
func Heaviside() Layer { return activationLayer{kernels.Heaviside} }

// Sigmoid is 1/(1+e^-z), between 0 and 1.
func Sigmoid() Layer { return activationLayer{kernels.Sigmoid} }

// Tanh is the hyperbolic tangent, between -1 and 1.
func Tanh() Layer { return activationLayer{kernels.Tanh} }

// ReLU is max(0, z).
func ReLU() Layer { return activationLayer{kernels.ReLU} }

// Kind implements Layer.
func (l activationLayer) Kind() string { return l.f.String() }
