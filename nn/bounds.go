package nn

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

// measurer is a Stepper that returns the largest parameter that an update has written, which
// it has in a register anyway. With others a bound grows from step to step: see loose.
// Vectors of state are whole: p is their elements lo and on.
type measurer interface {
	update(p, grad []float32, lo int, state *[MaxSlots][]float32) (largest float32)
}

// set makes b the first slots of from. Numbers are copied one by one, as they are written:
// reading two at once right after would wait for memory.
func (b *Bounds) set(from *Bounds, slots int) {
	b.Param = from.Param
	for i := range slots {
		b.Slots[i] = from.Slots[i]
	}
}

// step takes b, with so many slots, through a step with gradients of at most grad, and
// reports whether everything is finite then.
func (b *Bounds) step(s Bounder, slots int, grad float64) bool {
	sum := s.Bound(b, grad)
	b.Param *= boundRounding
	sum += b.Param
	for i := range slots {
		b.Slots[i] *= boundRounding
		sum += b.Slots[i]
	}
	return sum <= boundLimit // not if any is NaN
}

const (
	// boundLimit is what bounds may be, half of what float32 holds: it leaves room for
	// rounding in whatever was bounded.
	boundLimit = 0x1p127
	// boundRounding makes up for the rounding of a step: a few operations of 2^-24
	// each. Bounds so grow by a factor of 3 in a million steps; when they are too
	// large to say anything, what they bound is looked at.
	boundRounding = 1 + 0x1p-20
)
