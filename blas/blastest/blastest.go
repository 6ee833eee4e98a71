// Package blastest is the conformance suite of package blas: every backend
// passes it, on every ISA of the machine, from one line in its own test file.
//
// Each check compares with a naive float64 computation under a bound derived
// in oracle.go, on operands that lie between unmapped pages, with NaN wherever
// nothing may be read and a sentinel wherever nothing may be written.
package blastest

import (
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// Opener opens the backend under test with the given number of workers. It
// ends the test if it cannot. Run closes what it opens, or drops it to see that it
// then closes itself: an Opener must keep nothing that leads to it.
type Opener func(tb testing.TB, workers int) blas.Backend

// Options says what a backend does not promise, or promises beyond the
// contract of blas.Backend.
type Options struct {
	// SkipsZeros: the product leaves out zero elements of A, so that 0·Inf and
	// 0·NaN may count as 0.
	SkipsZeros bool
	// SameBits: results are the same bits for any number of workers.
	SameBits bool
	// Precision is what plans multiply in, whatever their specs say; empty
	// for float32. Gemm is float32 in any case.
	Precision blas.Precision
	// Depths and Heights are sizes of k and of m at which the backend is known to cut
	// products: sizes around them are tested.
	Depths, Heights []int
}

// Run runs the whole suite. Its subtests are not parallel: they count
// allocations and share guarded memory.
func Run(t *testing.T, open Opener, o Options) {
	t.Run("Gemm", func(t *testing.T) { runGemm(t, open, o) })
	t.Run("Dense", func(t *testing.T) { runDense(t, open, o) })
	t.Run("Workers", func(t *testing.T) { runWorkers(t, open, o) })
	t.Run("Panics", func(t *testing.T) { runPanics(t, open, o) })
	t.Run("Unclosed", func(t *testing.T) { report(t, checkUnclosed(t, open, 10*time.Second)) })
}

// EachISA runs f as a subtest for every ISA that this build has kernels for
// and this machine can run.
func EachISA(t *testing.T, f func(t *testing.T, isa string)) {
	for _, set := range kernels.Sets() {
		t.Run("isa="+set.ISA, func(t *testing.T) { f(t, set.ISA) })
	}
}

// EachUnit runs f as a subtest for every unit that multiplies bf16, and skips
// those that this machine or build lacks.
func EachUnit(t *testing.T, f func(t *testing.T, unit string)) {
	for _, unit := range kernels.PairUnits() {
		t.Run("unit="+unit, func(t *testing.T) {
			if missing := kernels.MissingUnit(unit); missing != "" {
				t.Skip(missing)
			}
			f(t, unit)
		})
	}
}

// thinned returns some of cases where time counts: with -short, as under an
// emulator, and under the race detector. 7 shares no factor with the cycles in
// which cases repeat their transposes, scalars and activations.
func thinned[T any](cases []T) []T {
	if !testing.Short() && !raceEnabled {
		return cases
	}
	var some []T
	for i := 0; i < len(cases); i += 7 {
		some = append(some, cases[i])
	}
	return some
}

// with calls f with a backend that is closed afterwards.
func with(t *testing.T, open Opener, workers int, f func(be blas.Backend)) {
	t.Helper()
	be := open(t, workers)
	defer func() {
		if err := be.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}()
	f(be)
}
