package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
)

// vectorKernel is a vector kernel with the vectors that it reads and writes:
// its traffic is 4 bytes for each of their elements.
type vectorKernel struct {
	name    string
	vectors int
	run     func(s *kernels.Set, x, y, z, w []float32)
}

func vectorKernels() []vectorKernel {
	sgd := &kernels.SGDConstants{Rate: 1e-3, Momentum: 0.9, Undamped: 1}
	adam := &kernels.AdamConstants{
		Shrink: 1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.999, OneMinusBeta2: 0.001,
		StepSize: 1e-3, InvSqrtBias2: 1, Epsilon: 1e-8,
	}
	list := []vectorKernel{
		{"axpy", 3, func(s *kernels.Set, x, y, _, _ []float32) { s.Axpy(1e-3, x, y) }},
		{"scale", 2, func(s *kernels.Set, x, _, _, _ []float32) { s.Scale(-1, x) }},
		{"dot", 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Dot(x, y) }},
		{"sum", 1, func(s *kernels.Set, x, _, _, _ []float32) { s.Sum(x) }},
		{"sumsquares", 1, func(s *kernels.Set, x, _, _, _ []float32) { s.SumSquares(x) }},
		{"maxabs", 1, func(s *kernels.Set, x, _, _, _ []float32) { s.MaxAbs(x) }},
		{"exp", 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Exp(y, x) }},
		{"softmax", 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Softmax(y, x, 1) }},
		{"squarederror", 3, func(s *kernels.Set, x, y, z, _ []float32) { s.SquaredError(z, x, y, 1) }},
		{"sgd", 3, func(s *kernels.Set, x, y, _, _ []float32) { s.SGD(x, y, sgd) }},
		{"momentum", 5, func(s *kernels.Set, x, y, z, _ []float32) { s.Momentum(x, y, z, sgd) }},
		{"adam", 7, func(s *kernels.Set, x, y, z, w []float32) { s.Adam(x, y, z, w, adam) }},
	}
	for _, a := range kernels.Activations() {
		if a == kernels.Identity {
			continue
		}
		list = append(list, vectorKernel{a.String(), 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Activate[a](y, x) }})
		if a.Trainable() {
			list = append(list, vectorKernel{"derive-" + a.String(), 3, func(s *kernels.Set, x, y, z, _ []float32) { s.Derive[a](z, x, y) }})
		}
	}
	return list
}

// BenchmarkKernel measures the vector kernels on data in L1 (1000 elements a
// vector) and in L2 (20000).
func BenchmarkKernel(b *testing.B) {
	for _, k := range vectorKernels() {
		for _, n := range []int{10, 1000, 20000} {
			for _, set := range chosenSets() {
				b.Run(fmt.Sprintf("kernel=%s/n=%d/isa=%s", k.name, n, set.ISA), func(b *testing.B) {
					rng := rand.New(rand.NewPCG(1, uint64(n)))
					x, y, z, w := RandomFloats(rng, n), RandomFloats(rng, n), RandomFloats(rng, n), RandomFloats(rng, n)
					for i := range w {
						w[i] = max(w[i], -w[i]) // Adam's second moment
					}
					for b.Loop() {
						k.run(set, x, y, z, w)
					}
					b.ReportMetric(float64(4*n*k.vectors)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
				})
			}
		}
	}
}

// chosenSets are the kernel sets of the settings: the best, or those named.
func chosenSets() []*kernels.Set {
	sets := kernels.Sets()
	if slices.Equal(widened.isas, []string{""}) {
		return sets[len(sets)-1:]
	}
	return slices.DeleteFunc(sets, func(s *kernels.Set) bool { return !slices.Contains(widened.isas, s.ISA) })
}
