package kernels

// Loss names a loss that is a function of an output y and its target t, and has a
// derivative that is computed with it.
//
// The losses are described in _asm/losses.go, and all kernels for them are made from
// that, the generic ones too.
type Loss uint8

// LossKernels is the kernels of a loss l. w is a number for each element, as long as y, or nil
// where the loss has none; a and b are numbers for all. What is given must be finite and, but for 0, of
// magnitudes from 2^-60 to 2^60, and of y where e^y is taken below 80: the results are no use otherwise.
// An element's loss is float32, within some ulp of itself or of the terms that it is a difference of, and
// the sum of them float64.
type LossKernels struct {
	Sum      func(y, t, w []float32, a, b float32) float64             // Σ l(y[i])
	Gradient func(dy, y, t, w []float32, factor, a, b float32) float64 // the same, and dy[i] = factor*l'(y[i]); dy may be y
}

// String returns the name of the kernels.
func (l Loss) String() string {
	if l < losses {
		return lossNames[l]
	}
	return "loss(?)"
}

// Losses returns all of them.
func Losses() []Loss {
	all := make([]Loss, losses)
	for i := range all {
		all[i] = Loss(i)
	}
	return all
}
