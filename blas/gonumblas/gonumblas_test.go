package gonumblas_test

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/gonumblas"
)

func TestConformance(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
			be, err := gonumblas.Open(gonumblas.Options{ISA: isa, Workers: workers})
			if err != nil {
				tb.Fatal(err)
			}
			return be
		}, blastest.Options{SkipsZeros: true, SameBits: true, Depths: []int{64}, Heights: []int{64}})
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, o := range []gonumblas.Options{{Workers: -1}, {ISA: "avx9"}, {Ceiling: "fast"}} {
		if be, err := gonumblas.Open(o); err == nil {
			be.Close()
			t.Errorf("Open(%+v) succeeded", o)
		}
	}
}

// benchmark runs body with one worker and with as many as there are.
func benchmark(b *testing.B, body func(*testing.B, blas.Backend)) {
	for _, workers := range []int{1, 0} {
		be, err := gonumblas.Open(gonumblas.Options{Workers: workers})
		if err != nil {
			b.Fatal(err)
		}
		body(b, be)
		be.Close()
	}
}

func BenchmarkGemm(b *testing.B)  { benchmark(b, blastest.BenchmarkGemm) }
func BenchmarkDense(b *testing.B) { benchmark(b, blastest.BenchmarkDense) }
