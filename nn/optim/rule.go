package optim

import "github.com/neurona-ml/neurona/kernels"

// MaxSlots is the most state vectors that a rule may keep.
const MaxSlots = 3

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
	// from their defaults, as in "adamw(lr=0.01, decay=0.05)".
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

// Stepper applies a rule. Begin is called at each step, and again with
// the same number after a step that was refused, then Update for
// every range of the parameters, possibly from several goroutines at once.
//
// A Stepper may be a Bounder and a Measurer too.
type Stepper interface {
	// Begin prepares step number step, counted from 1, at the given learning
	// rate.
	Begin(step int, rate float64)
	// Update takes a step on p with gradient grad; slots hold the same range
	// of the state. They come by value, so that a caller that cuts a range
	// out of longer vectors allocates nothing. What it does depends on nothing but
	// these and Begin: an optimizer may try it on copies first, and does for a
	// Stepper that is no Bounder. The weights are locked meanwhile, so that the
	// network must not be used.
	Update(p, grad []float32, slots [MaxSlots][]float32)
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
