package blas

import "github.com/neurona-ml/neurona/kernels"

// Slope is f'(z) of the activation f that a layer's input y = f(z) comes out of, as the
// forward pass has kept it: that input itself, of which f' is a function, or the slope.
// The zero Slope is Identity's: 1 everywhere, with nothing kept.
type Slope struct {
	Of      kernels.Activation // f; with IsSlope it does not matter
	Kept    Matrix             // [batch][In]: y, which for Identity is not read; with IsSlope f'(z)
	IsSlope bool               // Kept is f'(z) itself, whatever f is
}

// Derive returns what multiplies a gradient dy by the slope, where kept is the same part
// of Kept: dz[i] = dy[i]*f'; or nil for a slope of 1. The activation must have a
// derivative.
func (s *Slope) Derive(k *kernels.Set) func(dz, dy, kept []float32) {
	switch {
	case s.IsSlope:
		return k.Multiply
	case s.Of == kernels.Identity:
		return nil
	}
	return k.Derive[s.Of]
}

// check reports a slope that op cannot take, for a batch of rows.
func (s *Slope) check(op string, rows, in int) error {
	switch {
	case s.IsSlope:
		return CheckShape(op, "slope", s.Kept, rows, in)
	case s.Of == kernels.Identity:
		return nil
	}
	return CheckShape(op, "the kept output", s.Kept, rows, in)
}

// trainable reports whether there is a slope at all.
func (s *Slope) trainable() bool {
	return s.IsSlope || int(s.Of) < activations && s.Of.Trainable()
}
