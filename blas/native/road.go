package native

import (
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

// There are two roads for a plan's products: float32, and bf16 where that gains. Here is
// decided which one a product takes: by the precision that is asked for, the unit that
// the processor has, the layer's size and the batch's rows, as results depend on it.

// Dense implements blas.Backend.
func (b *Backend) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if n := b.bf16Terms(&spec); n > 0 {
		return newBF16Plan(b, spec, n), nil
	}
	return newPlan(b, spec), nil
}

// termsGained is how many products in bf16 a unit does in less time than one
// in float32 takes. Not a unit of the processor's: -1.
//
// The loops of VDPBF16PS and of float32's multiply-adds, GFLOP/s on both cores: Zen 4 458 and 226,
// Zen 5 1023 and 525. Intel's start VDPBF16PS half as often, by the manual. AMX does 16 times the
// operations of float32 in a cycle, by the manual, and has not been timed here: 6 is the most there are.
func termsGained(unit string) int {
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

// chooseUnit sets the unit: the one called name, for all
// precisions and layers of any size, or if name is empty the best of this machine.
func (b *Backend) chooseUnit(name string) error {
	if name != "" {
		unit, why := b.set.PairUnit(name)
		if unit == nil {
			return fmt.Errorf("native: no unit %q: %s", name, why)
		}
		b.useUnit(unit)
		b.bf16.forced = true
		return nil
	}
	var missing []string
	for _, name := range kernels.PairUnits() {
		gained := termsGained(name)
		if gained < 0 {
			continue
		}
		unit, why := b.set.PairUnit(name)
		if unit != nil && gained > 0 {
			b.useUnit(unit)
			break
		}
		if unit != nil {
			why = "vectors of float32 are as fast on this processor"
		}
		missing = append(missing, name+": "+why)
	}
	b.bf16.missing = strings.Join(missing, "; ")
	return nil
}

// Precision implements blas.Precisioner.
func (b *Backend) Precision(p blas.Precision) (as blas.Precision, why string) {
	x := &b.bf16
	switch n := terms(p); {
	case n == 0:
		return blas.Float32, ""
	case x.unit == nil:
		return blas.Float32, "this machine has no unit that multiplies bf16 (" + x.missing + ")"
	case !x.forced && n > termsGained(x.unit.Unit):
		why = fmt.Sprintf("%d products of pieces on %s take longer than one in float32", n, x.unit.Unit)
		if x.missing != "" {
			why += " (" + x.missing + ")"
		}
		return blas.Float32, why
	}
	return p, ""
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
	bf16Width   = 16
	bf16Weights = 32 * 32
	bf16Batch   = 8
	bf16Work    = 1 << 19
)

// bf16Terms is how many products in bf16 each of a layer's is the sum of, 0 in float32.
func (b *Backend) bf16Terms(spec *blas.DenseSpec) int {
	if as, _ := b.Precision(spec.Precision); as == blas.Float32 {
		return 0
	}
	if !b.bf16.forced && (min(spec.In, spec.Out) < bf16Width || spec.In*spec.Out < bf16Weights) {
		return 0
	}
	return terms(spec.Precision)
}

// trainsInBF16 reports whether a training batch of so many rows is multiplied in bf16.
func (p *bf16Plan) trainsInBF16(rows int) bool {
	return p.b.bf16.forced || rows >= bf16Batch && int64(rows)*int64(p.spec.In*p.spec.Out) >= bf16Work
}

// predictWeights is from how many weights on a layer that has pairs predicts in bf16, if
// need be with a sweep over its weights first, where batches below bf16Batch have trained
// it. One row through
// 64×64 takes as long as in float32, through 30-64-32-1 twice as long, one worker of a
// Zen 4; through 784-512-512-10 20 µs instead of 39, and through 1024-2048-2048-1024 280
// instead of 1060: weights are most of what is read, and there is half as much of them.
const predictWeights = 64 * 64

// predictsInBF16 reports whether a batch of so many rows is multiplied in bf16 if its
// weights stay what they are. Rows do not count, so that the result for one does not
// depend on others, unless the weights take more memory than in float32.
func (p *bf16Plan) predictsInBF16(rows int) bool {
	switch {
	case p.b.bf16.forced:
		return true
	case kernels.Pieces(p.terms) > 2:
		return p.trainsInBF16(rows)
	}
	return p.spec.In*p.spec.Out >= predictWeights
}
