package native

import (
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// The bf16 road. A number of float32 is rounded to pieces of bf16, and a product is the
// sum of some products of pieces, its terms (kernels.Terms). Two neighbours along k
// are a pair, an element of 32 bits: what moves float32 on the other road moves pairs on
// this one, and what multiplies is a unit's kernel. So a product in bf16 is one of
// float32's, of operands that have been rounded, on another kernel, for one term after
// the other.
//
//	bf16_plan.go     the plan
//	bf16_product.go  the sum of terms
//	bf16_gradient.go the same for BackwardWeights
//	bf16_weights.go  the plan's weights in pairs
//	bf16_round.go    operands in pairs, made by all workers together
//	bf16_own.go      or by each for itself

// bf16 is what a backend has for this road.
type bf16 struct {
	unit    *kernels.Pairs // nil if there is none
	forced  bool           // by Options.Unit
	missing string         // why units are missing
	kern    kernel         // of unit

	// For the owner of the pool, as Backend.jobs.
	multiply bf16Job
	gradient bf16GradientJob
	rounding roundJob
	special  atomic.Bool // some of the numbers that rounding saw are infinite or NaN
	own      ownOperands
}

var (
	_ blas.Precisioner    = (*Backend)(nil)
	_ blas.PairMultiplier = (*Backend)(nil)
)

// terms is how many terms a precision sums; 0 for float32.
func terms(p blas.Precision) int {
	switch p {
	case blas.BF16x6:
		return 6
	case blas.BF16x3:
		return 3
	case blas.BF16:
		return 1
	}
	return 0
}

// useUnit makes unit the one that multiplies.
func (b *Backend) useUnit(unit *kernels.Pairs) {
	b.bf16.unit = unit
	b.bf16.kern = kernel{Product: unit.Product, tuning: tuningOfUnit(unit.Unit, b.kern.tuning), step: unit.KStep, scale: b.set.Scale}
}

// PairUnit implements blas.PairMultiplier.
func (b *Backend) PairUnit(p blas.Precision) (unit *kernels.Pairs, n int) {
	if as, _ := b.Precision(p); as == blas.Float32 {
		return nil, 0
	}
	return b.bf16.unit, terms(p)
}

// half is how many pairs n numbers make.
func half(n int) int { return (n + 1) / 2 }

// depth is how many pairs a product over n numbers takes: as many as they
// make, and pairs of zeros that fill up the unit's last step.
func (x *bf16) depth(n int) int {
	step := x.unit.KStep
	return (half(n) + step - 1) / step * step
}
