package native_test

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/kernels"
)

func TestConformance(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
			b, err := native.Open(native.Options{ISA: isa, Workers: workers})
			if err != nil {
				tb.Fatal(err)
			}
			return b
		}, options(t, native.Options{ISA: isa}, blastest.Options{SameBits: true}))
	})
}

// options adds to o where a backend of native's cuts products.
func options(t *testing.T, n native.Options, o blastest.Options) blastest.Options {
	b, err := native.Open(n)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	depth, height := b.Cuts(o.Precision)
	o.Depths, o.Heights = []int{depth}, []int{height}
	return o
}

// inPrecision is native with plans of a precision.
type inPrecision struct {
	*native.Backend
	precision blas.Precision
}

func (b inPrecision) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	if spec.Precision == "" {
		spec.Precision = b.precision
	}
	return b.Backend.Dense(spec)
}

// TestPrecisions runs the suite in all precisions on each unit that this
// machine has, with layers of any size.
func TestPrecisions(t *testing.T) {
	generic := blas.BF16x3 // Go code is slow, and this has sums of terms
	if testing.Short() {
		generic = blas.BF16 // a third of the work: the race detector makes Go ten times slower
	}
	blastest.EachUnit(t, func(t *testing.T, unit string) {
		for _, precision := range blas.Precisions() {
			if precision == blas.Float32 || unit == kernels.UnitGeneric && precision != generic {
				continue
			}
			t.Run("precision="+string(precision), func(t *testing.T) {
				blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
					b, err := native.Open(native.Options{Workers: workers, Unit: unit})
					if err != nil {
						tb.Fatal(err)
					}
					if as, why := b.Precision(precision); as != precision {
						tb.Fatalf("%s falls back to %s: %s", precision, as, why)
					}
					return inPrecision{b, precision}
				}, options(t, native.Options{Unit: unit}, blastest.Options{SameBits: true, Precision: precision}))
			})
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, o := range []native.Options{{Workers: -1}, {ISA: "avx9"}, {Ceiling: "fast"}, {Unit: "gpu"}} {
		if b, err := native.Open(o); err == nil {
			b.Close()
			t.Errorf("Open(%+v) succeeded", o)
		}
	}
}
