package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// muonIterations is how often Muon iterates unless it is told to otherwise.
const muonIterations = 5

// muonFLOPs is what the products of a step of Muon take for a matrix: each iteration has XXᵀ, its
// square, and what that is multiplied by X, with X turned so that it has no more rows than columns.
func muonFLOPs(rows, cols int) float64 {
	k, n := float64(min(rows, cols)), float64(max(rows, cols))
	return muonIterations * (4*k*k*n + 2*k*k*k)
}

// BenchmarkMatrixRule measures steps of the rule that works on whole matrices, of one matrix each, by
// its products' FLOPs.
func BenchmarkMatrixRule(b *testing.B) {
	for _, size := range [][2]int{{128, 128}, {512, 512}, {512, 784}, {2048, 1024}} {
		rows, cols := size[0], size[1]
		eachBackend(b, fmt.Sprintf("rule=muon/rows=%d/cols=%d/", rows, cols), func(b *testing.B, be blas.Backend, precision blas.Precision) {
			if precision != blas.Float32 {
				b.Skip("rules are float32")
			}
			stepper := optim.Muon(1e-6).Stepper().(optim.Matrixwise)
			rng := rand.New(rand.NewPCG(1, 2))
			random := func() tensor.Matrix {
				m := plainMatrix(rows, cols) // what a rule is given has no gaps between rows
				copy(m.Data, RandomFloats(rng, rows*cols))
				return m
			}
			p, grad, mean := random(), random(), random()
			scratch := make([]float32, stepper.Scratch(rows, cols))
			stepper.Begin(1, 1e-6)
			before := MeasurePeak(be, precision)
			for b.Loop() {
				if err := stepper.UpdateMatrix(p, grad, [optim.MaxSlots]tensor.Matrix{mean}, scratch, be); err != nil {
					b.Fatal(err)
				}
			}
			reportRate(b, be, precision, muonFLOPs(rows, cols), before)
		})
	}
}
