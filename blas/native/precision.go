package native

import (
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

var (
	_ blas.Precisioner    = (*Backend)(nil)
	_ blas.PairMultiplier = (*Backend)(nil)
)

// products is how many products of pieces a precision sums: see kernels.Terms; 0 for
// float32.
func products(p blas.Precision) int {
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

// productsGained is how many products of pieces a unit does in less time than one
// in float32 takes. Not a unit of the processor's: -1.
func productsGained(unit string) int {
	switch {
	case unit == cpu.UnitAMX:
		return 6
	case unit != cpu.UnitAVX512:
		return -1
	case cpu.FullRateBF16():
		return 1
	}
	return 0
}

// chooseUnit sets the unit that multiplies pairs: the one called name, for all
// precisions and layers of any size, or if name is empty the best of this machine.
func (b *Backend) chooseUnit(name string) error {
	if name != "" {
		unit, why := b.set.PairUnit(name)
		if unit == nil {
			return fmt.Errorf("native: no unit %q: %s", name, why)
		}
		b.unit, b.forced = unit, true
		return nil
	}
	var missing []string
	for _, name := range kernels.PairUnits() {
		gained := productsGained(name)
		if gained < 0 {
			continue
		}
		unit, why := b.set.PairUnit(name)
		if unit != nil && gained > 0 {
			b.unit = unit
			break
		}
		if unit != nil {
			why = "vectors of float32 are as fast on this processor"
		}
		missing = append(missing, name+": "+why)
	}
	b.noUnit = strings.Join(missing, "; ")
	return nil
}

// Precision implements blas.Precisioner.
func (b *Backend) Precision(p blas.Precision) (as blas.Precision, why string) {
	switch n := products(p); {
	case n == 0:
		return blas.Float32, ""
	case b.unit == nil:
		return blas.Float32, "this machine has no unit that multiplies bf16 (" + b.noUnit + ")"
	case !b.forced && n > productsGained(b.unit.Unit):
		why = fmt.Sprintf("%d products of pieces on %s take longer than one in float32", n, b.unit.Unit)
		if b.noUnit != "" {
			why += " (" + b.noUnit + ")"
		}
		return blas.Float32, why
	}
	return p, ""
}

// PairUnit implements blas.PairMultiplier.
func (b *Backend) PairUnit(p blas.Precision) (unit *kernels.Pairs, n int) {
	if as, _ := b.Precision(p); as == blas.Float32 {
		return nil, 0
	}
	return b.unit, products(p)
}

// Layers with fewer inputs, outputs or weights than these, batches of fewer rows,
// and products of fewer multiply-adds are multiplied in float32 in training: operands have to
// be rounded and written first, weights after each update, which little work does
// not pay back. Least times of a step in float32, and those of bf16 for all layers and batches
// relative to them, AVX512_BF16 of a Zen 4, on one worker and two (µs, SGD):
//
//	                  batch   one         two                         batch   one         two
//	784-512-512-10        4   254  0.98   162  0.88   128-128-128-10     16    34  0.79    28  0.97
//	                      8   377  0.82   213  0.82                      32    61  0.70    48  0.78
//	                     16   592  0.72   327  0.72                      64   113  0.65    79  0.81
//	784-128-10            8    45  0.84    27  0.88   64-64-64-10        64    34  0.75    31  0.84
//	                     16    75  0.73    44  0.83                     256   127  0.69    97  0.90
//	784-16-10            64    34  0.93    27  0.87   30-64-32-1        256    67  0.84    62  0.93
//
// Layers of ten outputs gain nothing: they fill a third of a panel.
//
// A Zen 5, whose float32 is twice as fast, gained less: 784-512-512-10 1.10 and
// 1.09 at batch 4, 0.93 and 0.97 at 8, 784-128-10 1.06 and 1.03 at 8, 128-128-128-10
// 0.76 and 1.10 at 32, before workers rounded for themselves.
const (
	pairsWidth   = 16
	pairsWeights = 32 * 32
	pairsBatch   = 8
	pairsWork    = 1 << 19
)

// productsFor is how many products of pieces a layer's products sum, 0 in float32.
func (b *Backend) productsFor(spec *blas.DenseSpec) int {
	if as, _ := b.Precision(spec.Precision); as == blas.Float32 {
		return 0
	}
	if !b.forced && (min(spec.In, spec.Out) < pairsWidth || spec.In*spec.Out < pairsWeights) {
		return 0
	}
	return products(spec.Precision)
}

// inPairs reports whether a training batch of so many rows is multiplied in bf16.
func (p *plan) inPairs(rows int) bool {
	return p.pairs != nil && (p.b.forced || rows >= pairsBatch && int64(rows)*int64(p.spec.In*p.spec.Out) >= pairsWork)
}

// predictWeights is from how many weights on a layer that has pairs predicts in bf16, if
// need be with a pass over its weights first, where batches below pairsBatch have trained
// it. One row through
// 64×64 takes as long as in float32, through 30-64-32-1 twice as long, one worker of a
// Zen 4; through 784-512-512-10 20 µs instead of 39, and through 1024-2048-2048-1024 280
// instead of 1060: weights are most of what is read, and there is half as much of them.
const predictWeights = 64 * 64

// predictsInPairs reports whether a batch of so many rows is multiplied in bf16 if its
// weights stay what they are. Rows do not count, so that the result for one does not
// depend on others, unless pieces take more memory than float32 does.
func (p *plan) predictsInPairs(rows int) bool {
	switch {
	case p.pairs == nil || p.b.forced:
		return p.pairs != nil
	case p.pairs.pieces > 2:
		return p.inPairs(rows)
	}
	return p.spec.In*p.spec.Out >= predictWeights
}
