package optim

// Bounds are magnitudes that nothing in an optimizer exceeds: Param no parameter,
// Slots[i] no element of state vector i.
type Bounds struct {
	Param float64
	Slots [MaxSlots]float64
}

// Bounder is implemented by a Stepper that can tell beforehand how far a step goes.
// With it, an optimizer knows that nothing will overflow before it writes
// anything. It tries the steps of other rules on copies first, which costs
// time.
type Bounder interface {
	// Bound turns bounds before the step that Begin has prepared into bounds after
	// it, if no gradient is larger than grad in magnitude, and returns what no
	// intermediate result exceeds. It may be called several times for a step, and for one
	// that is not taken. The rounding of the step's own arithmetic, up
	// to 2^-20 of a result, is left to the caller.
	Bound(b *Bounds, grad float64) (between float64)
}

// Measurer is implemented by a Stepper that knows the largest parameter that an update has
// written, as a kernel does that has it in a register anyway: bounds then do not pile up
// from step to step.
type Measurer interface {
	// UpdateMeasured does what Update does, and is called in its place: p are elements
	// lo and on of the state vectors, which are whole. It returns the largest magnitude
	// in p afterwards.
	UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32)
}
