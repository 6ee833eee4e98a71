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
// and products of fewer multiply-adds are multiplied in float32: operands have to
// be rounded and written first, weights after each update, which little work does
// not pay back. Least times of a step in float32, and those of bf16 relative to
// them, AVX512_BF16 of a Zen 5, on one worker and two (µs, SGD):
//
//	                  batch   one         two                         batch   one         two
//	784-512-512-10        4   143  1.10    78  1.09   128-128-128-10     32    28  0.76    20  1.10
//	                      8   186  0.93   101  0.97                      48    40  0.73    27  1.07
//	                     16   285  0.80   154  0.82                      64    52  0.69    35  0.85
//	784-128-10            8    20  1.06    12  1.03   64-64-64-10       256    61  0.75    44  0.98
//	                     16    33  0.84    21  0.88   40-40-40-10      1024   151  0.84   110  1.08
//	784-32-10            64    30  0.77    20  0.93   784-16-10          64    18  0.88    14  1.07
//
// With two workers the products of 128×128 are too small to share once they take
// half the time.
const (
	pairsWidth   = 32
	pairsWeights = 64 * 64
	pairsBatch   = 16
	pairsWork    = 1 << 20
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

// inPairs reports whether a batch of so many rows is multiplied in bf16.
func (p *plan) inPairs(rows int) bool {
	return p.pairs != nil && (p.b.forced || rows >= pairsBatch && rows*p.spec.In*p.spec.Out >= pairsWork)
}
