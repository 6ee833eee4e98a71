package nn

import "github.com/neurona-ml/neurona/kernels"

// MaxSlots is the most state vectors that a rule may keep.
const MaxSlots = 3

// Rule is how an optimizer turns a gradient into a step: SGD, Adam, AdamW.
type Rule interface {
	// Name is the rule's name in files and flags.
	Name() string
	// Rate is the base learning rate, which a Schedule may scale.
	Rate() float64
	// Validate reports impossible hyper-parameters.
	Validate() error
	// Slots is how many state vectors, each as long as the parameters and
	// starting at zero, the rule keeps: 0 to MaxSlots.
	Slots() int
	// Stepper returns the rule at work on the kernels k.
	Stepper(k *kernels.Set) Stepper
}

// Stepper applies a rule. Begin is called at each step, and again with
// the same number after a step that was refused, then Update for
// every range of the parameters, possibly from several goroutines at once.
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
