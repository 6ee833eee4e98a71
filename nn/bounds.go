package nn

import "github.com/neurona-ml/neurona/nn/optim"

// setBounds makes b the first slots of from. Numbers are copied one by one, as they are written:
// reading two at once right after would wait for memory.
func setBounds(b, from *optim.Bounds, slots int) {
	b.Param = from.Param
	for i := range slots {
		b.Slots[i] = from.Slots[i]
	}
}

// boundStep takes b, with so many slots, through a step with gradients of at most grad, and
// reports whether everything is finite then.
func boundStep(b *optim.Bounds, s optim.Bounder, slots int, grad float64) bool {
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
