//go:build cgo && openblas

package openblas_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/openblas"
)

func TestConformance(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
			return open(tb, isa, workers)
		}, blastest.Options{Depths: []int{256, 384}, Heights: []int{512}}) // its GEMM_Q and GEMM_P of many processors
	})
}

func open(tb testing.TB, isa string, workers int) blas.Backend {
	tb.Helper()
	be, err := openblas.Open(openblas.Options{ISA: isa, Workers: workers})
	if err != nil {
		tb.Fatal(err)
	}
	return be
}

func TestLibrary(t *testing.T) {
	if got := open(t, "", 1).Library(); !strings.HasPrefix(got, "OpenBLAS ") {
		t.Errorf("Library is %q, want the name and version of OpenBLAS", got)
	}
}

func TestWorkersAreWhatTheLibraryAccepts(t *testing.T) {
	for _, tt := range []struct{ ask, most int }{{0, blas.MaxWorkers}, {1, 1}, {2, 2}, {blas.MaxWorkers, blas.MaxWorkers}} {
		if got := open(t, "", tt.ask).Workers(); got < 1 || got > tt.most {
			t.Errorf("asked for %d workers: got %d, want 1 to %d", tt.ask, got, tt.most)
		}
	}
	_, err := openblas.Open(openblas.Options{Workers: -1})
	var workers *blas.WorkersError
	if !errors.As(err, &workers) {
		t.Errorf("asked for -1 workers: got %v, want a *blas.WorkersError", err)
	}
}

// Backends with different numbers of threads share one setting of the
// process; none must change it under another's product.
func TestBackendsShareTheProcess(t *testing.T) {
	const n = 96
	rng := rand.New(rand.NewPCG(1, 2))
	mat := func() blas.Matrix {
		m := blas.Matrix{Rows: n, Cols: n, Stride: n, Data: make([]float32, n*n)}
		for i := range m.Data {
			m.Data[i] = float32(rng.IntN(9) - 4) // products of these are exact
		}
		return m
	}
	a, b := mat(), mat()
	want := make([]float32, n*n)
	for i := range n {
		for j := range n {
			for k := range n {
				want[i*n+j] += a.Data[i*n+k] * b.Data[k*n+j]
			}
		}
	}
	var wg sync.WaitGroup
	for g := range 6 {
		be := open(t, "", 1+g%3)
		wg.Go(func() {
			for range 50 {
				c := blas.Matrix{Rows: n, Cols: n, Stride: n, Data: make([]float32, n*n)}
				if err := be.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c); err != nil {
					t.Error(err)
					return
				}
				for i, x := range c.Data {
					if x != want[i] {
						t.Errorf("%d threads: element %d is %v, want %v", be.Workers(), i, x, want[i])
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

// benchmark runs body with one thread and with as many as there are.
func benchmark(b *testing.B, body func(*testing.B, blas.Backend)) {
	for _, workers := range []int{1, 0} {
		body(b, open(b, "", workers))
	}
}

func BenchmarkGemm(b *testing.B)  { benchmark(b, blastest.BenchmarkGemm) }
func BenchmarkDense(b *testing.B) { benchmark(b, blastest.BenchmarkDense) }
