package native_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/kernels"
)

func randomMatrix(rng *rand.Rand, rows, cols int) blas.Matrix {
	m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = 2*rng.Float32() - 1
	}
	return m
}

// peakRate measures the FMA rate of one core, in FLOP/s, on random registers.
func peakRate(p *kernels.Product, rng *rand.Rand) float64 {
	random := make([]float32, p.PeakRandom)
	for i := range random {
		random[i] = 2*rng.Float32() - 1
	}
	iterations := 2_000_000 / p.PeakFlops * 100
	start := time.Now()
	p.Peak(iterations, &random[0])
	return float64(iterations) * float64(p.PeakFlops) / time.Since(start).Seconds()
}

// BenchmarkGemm prints the rate of the plain product and, measured in the same
// run, its share of the FMA rate on random data.
func BenchmarkGemm(b *testing.B) {
	for _, set := range kernels.Sets() {
		for _, form := range []string{"nn", "nt", "tn"} {
			for _, size := range []int{64, 256, 512, 1024} {
				b.Run(fmt.Sprintf("op=%s/m=%d/k=%d/n=%d/isa=%s/workers=1", form, size, size, size, set.ISA), func(b *testing.B) {
					be, err := native.Open(native.Options{ISA: set.ISA, Workers: 1})
					if err != nil {
						b.Fatal(err)
					}
					defer be.Close()
					rng := rand.New(rand.NewPCG(1, 2))
					x, y, z := randomMatrix(rng, size, size), randomMatrix(rng, size, size), randomMatrix(rng, size, size)
					tA, tB := blas.Transpose(blas.NoTrans), blas.Transpose(blas.NoTrans)
					if form[0] == 't' {
						tA = blas.Trans
					}
					if form[1] == 't' {
						tB = blas.Trans
					}
					b.ReportAllocs()
					peak := peakRate(&set.Product, rng)
					for b.Loop() {
						if err := be.Gemm(tA, tB, 1, x, y, 0, z); err != nil {
							b.Fatal(err)
						}
					}
					rate := 2 * float64(size) * float64(size) * float64(size) * float64(b.N) / b.Elapsed().Seconds()
					peak = max(peak, peakRate(&set.Product, rng))
					b.ReportMetric(rate/1e9, "GFLOP/s")
					b.ReportMetric(100*rate/peak, "%peak")
				})
			}
		}
	}
}
