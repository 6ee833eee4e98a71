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

// Layers with fewer inputs, outputs or weights than these, and batches of fewer
// rows, multiply in float32: operands have to be rounded and written first,
// weights after each update, which little work does not pay back. Steps in µs in
// float32 and bf16, AVX512_BF16 of a Zen 4, two workers:
//
//	784-128-10         batch 8     26   35       128-128-128-10  batch 32    54   58
//	                   batch 32    73   70                       batch 256  262  243
//	784-512-512-10     batch 4    147  219       256-64-64-10    batch 64    53   57
//	                   batch 64  1179  715
const (
	pairsWidth   = 64
	pairsWeights = 2 * 128 * 128
	pairsBatch   = 32
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
