package blas

// Sizer is a plan that knows how much memory it takes.
type Sizer interface {
	// Size is in bytes: of the parameters and what is derived from them for predictions, or,
	// training, of that, gradients, and what is derived for BackwardData too. Scratch memory, which
	// a backend's plans share, is not part of it.
	Size(training bool) int64
}

// SizeOf is how many bytes a plan takes: as it says, or those of its parameters and, training,
// gradients.
func SizeOf(d Dense, training bool) int64 {
	if s, ok := d.(Sizer); ok {
		return s.Size(training)
	}
	size := floatBytes * int64(len(d.Parameters()))
	if training {
		size *= 2
	}
	return size
}

// floatBytes is the size of a float32.
const floatBytes = 4
