package blastest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// BenchmarkGemm times products of training, of squares and of small sizes on
// be, and reports GFLOP/s (a product has 2·m·n·k floating-point operations).
// Operands are random: processors clock lower on random data than on zeros.
// They are the same at every iteration, so that caches are warm.
func BenchmarkGemm(b *testing.B, be blas.Backend) {
	for _, shape := range [][3]int{ // m, n, k
		{512, 512, 512}, {64, 512, 784}, {256, 512, 784}, {1009, 1013, 1019}, {64, 64, 64}, {16, 16, 16}, {7, 10, 33},
	} {
		for _, t := range [][2]blas.Transpose{{'N', 'N'}, {'N', 'T'}, {'T', 'N'}, {'T', 'T'}} {
			p := product{tA: t[0], tB: t[1], m: shape[0], n: shape[1], k: shape[2]}
			b.Run(fmt.Sprintf("%s/m=%d/n=%d/k=%d/op=%c%c", label(be), p.m, p.n, p.k, p.tA, p.tB), func(b *testing.B) {
				x, y := benchMatrix(p.m, p.k), benchMatrix(p.k, p.n)
				if p.tA != blas.NoTrans {
					x = benchMatrix(p.k, p.m)
				}
				if p.tB != blas.NoTrans {
					y = benchMatrix(p.n, p.k)
				}
				c := benchMatrix(p.m, p.n)
				measure(b, 2*p.m*p.n*p.k, func() error { return be.Gemm(p.tA, p.tB, 1, x, y, 0, c) })
			})
		}
	}
}

// BenchmarkDense times the three passes of fully connected layers on be, as
// BenchmarkGemm does.
func BenchmarkDense(b *testing.B, be blas.Backend) {
	for _, l := range []layer{
		{in: 784, out: 512, batch: 64},
		{in: 512, out: 512, batch: 256},
		{in: 512, out: 10, batch: 64},
		{in: 30, out: 64, batch: 32},
		{in: 2, out: 4, batch: 500},
	} {
		l.maxBatch, l.act, l.previous = l.batch, kernels.ReLU, kernels.ReLU
		plan, _, err := l.plan(be, rand.New(rand.NewPCG(31, 32)))
		if err != nil {
			b.Fatal(err)
		}
		x, y := benchMatrix(l.batch, l.in), benchMatrix(l.batch, l.out)
		dx, dz := benchMatrix(l.batch, l.in), benchMatrix(l.batch, l.out)
		sink := &idle{}
		for _, pass := range []struct {
			name string
			call func() error
		}{
			{"forward", func() error { return plan.Forward(x, y) }},
			{"data", func() error { return plan.BackwardData(dz, dx, blas.Slope{Of: l.previous, Kept: x}, false) }},
			{"weights", func() error { return plan.BackwardWeights(x, dz, false, nil) }},
			{"update", func() error { return plan.BackwardWeights(x, dz, false, sink) }},
		} {
			b.Run(fmt.Sprintf("%s/in=%d/out=%d/batch=%d/pass=%s", label(be), l.in, l.out, l.batch, pass.name), func(b *testing.B) {
				measure(b, 2*l.batch*l.in*l.out, pass.call)
			})
		}
	}
}

// label is the part of a benchmark's name that says what ran, in the words of
// flags and files.
func label(be blas.Backend) string {
	return fmt.Sprintf("backend=%s/isa=%s/precision=%s/workers=%d", be.Name(), be.Kernels().ISA, blas.Float32, be.Workers())
}

func benchMatrix(rows, cols int) blas.Matrix {
	m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	fill(m, uniform(rand.New(rand.NewPCG(uint64(rows), uint64(cols)))))
	return m
}

// measure runs call, once to warm up and then b.N times, and reports the rate of
// its operations.
func measure(b *testing.B, flops int, call func() error) {
	if err := call(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(flops)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
