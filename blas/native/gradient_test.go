package native

import (
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestUpdates updates a layer of long panels, and compares all that is derived from the
// weights with what they give.
func TestUpdates(t *testing.T) {
	for _, p := range []blas.Precision{blas.BF16, blas.BF16x3} {
		for _, tiles := range []bool{false, true} {
			b, one := openFor(t, Options{Workers: 2, Unit: kernels.UnitGeneric}), openFor(t, Options{Workers: 1, Unit: kernels.UnitGeneric})
			if tiles {
				b.useUnit(likeTiles(b))
				one.useUnit(likeTiles(one))
			}
			h := &history{T: t, rng: rand.New(rand.NewPCG(66, 67)), b: b, one: one}
			h.spec = blas.DenseSpec{In: 1501, Out: 45, MaxBatch: 8, Precision: p}
			h.plan = h.fresh(b)
			h.check(h.plan.pairs.refreshTransposed())
			x, dz := random(8, 1501), random(8, 45)
			for range 3 {
				h.check(h.plan.BackwardWeights(x, dz, false, newMomentum(h.plan)))
				h.derived()
			}
		}
	}
}
