package optim

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// MaxSlots is the most state vectors that a rule may keep.
const MaxSlots = 5

// Slot is a state vector of a rule, as long as the parameters.
type Slot struct {
	Name string  // what it is: "velocity"; no two of a rule have the same
	Init float32 // what all of it is before the first step
}

// Rule is how an optimizer turns a gradient into a step: SGD, Adam, AdamW. A rule of
// one's own is these methods, and a line of a catalogue if it is to be found by name:
// see Rules.
type Rule interface {
	// String is the rule's spelling: its name, and all hyper-parameters that differ
	// from their defaults, as in "adamw(lr=0.01, decay=0.05)". Rules of the same spelling are
	// taken for the same.
	String() string
	// Rate is the base learning rate, which a Schedule may scale.
	Rate() float64
	// Validate reports impossible hyper-parameters.
	Validate() error
	// Slots are the state vectors that the rule keeps, MaxSlots at most.
	Slots() []Slot
	// Stepper returns the rule at work, with nothing done yet.
	Stepper() Stepper
}

// Stepper is a rule at work. It is Elementwise, Normwise or Matrixwise, and may be a Bounder, a
// Measurer, Averaged and a MomentumStepper too.
type Stepper interface {
	// Begin prepares step number step, counted from 1, at the given learning
	// rate. It is called at each step, and again with the same number after a step
	// that was refused.
	Begin(step int, rate float64)
}

// Elementwise is a Stepper to which parameters are numbers, each with its gradient and
// its state: an optimizer gives it ranges of them as their gradients are finished.
type Elementwise interface {
	Stepper
	// Update takes a step on p with gradient grad; slots hold the same range
	// of the state. They come by value, so that a caller that cuts a range
	// out of longer vectors allocates nothing. It is called for every range of the
	// parameters, possibly from several goroutines at once. What it does depends on nothing but
	// these and Begin: an optimizer may try it on copies first, and does for a
	// Stepper that is no Bounder. The weights are locked meanwhile, so that the
	// network must not be used.
	Update(p, grad []float32, slots [MaxSlots][]float32)
}

// Normwise is a Stepper that needs two sums over all of a tensor, of any dimensions, and takes it for numbers otherwise: LAMB.
// With one such rule an optimizer gathers all gradients before a step, and takes it on copies: what is not finite
// afterwards refuses it, and nothing has been written.
type Normwise interface {
	Stepper
	// Direction takes gradient grad, which is finite, into the state, and writes to d what the step on p goes along. It is called for
	// ranges, possibly from several goroutines at once, and depends on nothing but these and Begin.
	Direction(d, p, grad []float32, slots [MaxSlots][]float32)
	// Follow makes the parameters after the step of d, which Direction has written for p. own is Σp² and along Σd²
	// over the whole tensor, in float64, in an order that depends on the tensor alone. It is called as
	// Direction is.
	Follow(d, p []float32, slots [MaxSlots][]float32, own, along float64)
}

// Matrixwise is a Stepper that needs a whole matrix with all of its gradient. With one such
// rule an optimizer gathers all gradients before a step. Tensors that are no
// matrices are errors: see Assigner.
type Matrixwise interface {
	Stepper
	// Scratch is how many floats UpdateMatrix needs for a matrix.
	Scratch(rows, cols int) int
	// UpdateMatrix takes a step on p [outputs][inputs], the way files have it, with gradient grad and
	// a state of the same shape, on one goroutine. All are copies, without gaps between
	// rows: what is not finite afterwards, or an error, refuses the step, and nothing has
	// been written. scratch is of the length that Scratch has asked for, with anything in
	// it. Products are b's.
	UpdateMatrix(p, grad tensor.Matrix, slots [MaxSlots]tensor.Matrix, scratch []float32, b blas.Backend) error
}

// Averaged is implemented by a Stepper that trains some parameters to use others, an
// average of theirs.
type Averaged interface {
	// Average writes to dst what is to be used in place of p, elements of parameters whose state
	// slots hold, after at least one step.
	Average(dst, p []float32, slots [MaxSlots][]float32)
}

// Vector is implemented by a Rule that has kernels: its steps on a set of them are
// those of Stepper but for rounding, and faster.
type Vector interface {
	// Bind returns the rule at work on the kernels k.
	Bind(k *kernels.Set) Stepper
}

// Bind returns r at work, on the kernels k if it is a Vector.
func Bind(r Rule, k *kernels.Set) Stepper {
	if v, ok := r.(Vector); ok {
		return v.Bind(k)
	}
	return r.Stepper()
}

// plain are the kernels that are loops in Go.
func plain() *kernels.Set { return kernels.Sets()[0] }
