package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/roof"
	"github.com/neurona-ml/neurona/kernels"
)

// vectorKernel is a vector kernel with how many vectors it reads and writes:
// its traffic is 4 bytes for each of their elements. Neither z nor w has numbers below 0.
type vectorKernel struct {
	name    string
	vectors int
	run     func(s *kernels.Set, x, y, z, w []float32)
}

func vectorKernels() []vectorKernel {
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
		{"squaresfrom", 1, func(s *kernels.Set, x, _, _, _ []float32) { s.SquaresFrom(x, 0.5) }},
		{"normrow", 4, func(s *kernels.Set, x, y, z, w []float32) { s.NormRow(y, x, z, w, 0.1, 2) }},
		{"normrowinput", 4, func(s *kernels.Set, x, y, z, w []float32) { s.NormRowInput(w, y, x, z, 0.1, 2, 0.1, 0.1) }},
		{"centredsums", 6, func(s *kernels.Set, x, y, z, w []float32) { s.CentredSums(z, w, x, y) }},
		{"multiply", 3, func(s *kernels.Set, x, y, z, _ []float32) { s.Multiply(z, x, y) }},
		{"addproducts", 4, func(s *kernels.Set, x, y, z, _ []float32) { s.AddProducts(z, x, y) }},
		{"dropout", 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Dropout(y, x, 0, 1, 2, 1<<30, 1.5) }},
		{"alphadropout", 2, func(s *kernels.Set, x, y, _, _ []float32) { s.AlphaDropout(y, x, 0, 1, 2, 1<<30, 0.9, 0.4, -1) }},
		{"gaussiannoise", 4, func(s *kernels.Set, x, y, z, w []float32) { s.GaussianNoise(y, w, x, z, 0, 1, 2, 0.1) }},
	}
	list = append(list, ruleKernels()...)
	for _, f := range kernels.Functions() {
		list = append(list,
			vectorKernel{f.String(), 2, func(s *kernels.Set, x, y, _, _ []float32) { s.Functions[f].Apply(y, x, 0.5, 1) }},
			vectorKernel{"slope-" + f.String(), 3, func(s *kernels.Set, x, y, z, _ []float32) { s.Functions[f].Slope(y, z, x, 0.5, 1) }})
	}
	for _, l := range kernels.Losses() {
		list = append(list, vectorKernel{"loss-" + l.String(), 4, func(s *kernels.Set, x, y, z, w []float32) { s.Losses[l].Gradient(y, x, z, w, 1, 1, 1) }})
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

// ruleKernels are those of optimizers.
func ruleKernels() []vectorKernel {
	sgd := &kernels.SGDConstants{Rate: 1e-3, Momentum: 0.9, Undamped: 1}
	adam := &kernels.AdamConstants{
		Shrink: 1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.999, OneMinusBeta2: 0.001,
		StepSize: 1e-3, InvSqrtBias2: 1, Epsilon: 1e-8,
	}
	adamax := &kernels.AdamaxConstants{Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.999, Epsilon: 1e-8, StepSize: 1e-3}
	nadam := &kernels.NAdamConstants{
		Shrink: 1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.999, OneMinusBeta2: 0.001,
		GradientStep: 1e-4, MeanStep: 1e-3, InvSqrtBias2: 1, Epsilon: 1e-8,
	}
	rmsprop := &kernels.RMSPropConstants{Rate: 1e-3, Alpha: 0.99, OneMinusAlpha: 0.01, Epsilon: 1e-8}
	adagrad := &kernels.AdagradConstants{Rate: 1e-3, Epsilon: 1e-10}
	adadelta := &kernels.AdadeltaConstants{Rate: 1, Rho: 0.9, OneMinusRho: 0.1, Epsilon: 1e-6}
	lion := &kernels.LionConstants{Rate: 1e-4, Shrink: 1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01}
	rprop := &kernels.RpropConstants{Shorter: 0.5, Longer: 1.2, Least: 1e-6, Most: 50}
	free := &kernels.ScheduleFreeConstants{
		Beta2: 0.999, OneMinusBeta2: 0.001, InvSqrtBias2: 1, Epsilon: 1e-8, Stay: 0.9, Go: 0.1, Step: 1e-4, Rate: 1e-3,
	}
	return []vectorKernel{
		{"sgd", 3, func(s *kernels.Set, x, y, _, _ []float32) { s.SGD(x, y, sgd) }},
		{"momentum", 5, func(s *kernels.Set, x, y, z, _ []float32) { s.Momentum(x, y, z, sgd) }},
		{"adam", 7, func(s *kernels.Set, x, y, z, w []float32) { s.Adam(x, y, z, w, adam) }},
		{"adamax", 7, func(s *kernels.Set, x, y, z, w []float32) { s.Adamax(x, y, z, w, adamax) }},
		{"nadam", 7, func(s *kernels.Set, x, y, z, w []float32) { s.NAdam(x, y, z, w, nadam) }},
		{"rmsprop", 5, func(s *kernels.Set, x, y, z, _ []float32) { s.RMSProp[0](x, y, z, nil, nil, rmsprop) }},
		{"adagrad", 5, func(s *kernels.Set, x, y, z, _ []float32) { s.Adagrad(x, y, z, adagrad) }},
		{"adadelta", 7, func(s *kernels.Set, x, y, z, w []float32) { s.Adadelta(x, y, z, w, adadelta) }},
		{"lion", 5, func(s *kernels.Set, x, y, z, _ []float32) { s.Lion(x, y, z, lion) }},
		{"rprop", 7, func(s *kernels.Set, x, y, z, w []float32) { s.Rprop(x, y, z, w, rprop) }},
		{"schedulefree", 7, func(s *kernels.Set, x, y, z, w []float32) { s.ScheduleFree(x, y, z, w, free) }},
		{"average", 3, func(s *kernels.Set, x, y, _, _ []float32) { s.Average(x, y, 0.999, 0.001) }},
	}
}

// BenchmarkKernel measures the vector kernels on data in L1 (1000 elements a
// vector), in L2 (20000) and in memory (16 million), on one worker, also as a share of what is
// read from that level at most. More than all is possible, since stores have a way of their own.
func BenchmarkKernel(b *testing.B) {
	most, sets := readBandwidths(), chosenSets()
	for _, k := range vectorKernels() {
		for _, size := range kernelSizes {
			n := size.n
			for _, set := range sets {
				b.Run(fmt.Sprintf("kernel=%s/n=%d/isa=%s", k.name, n, set.ISA), func(b *testing.B) {
					rng := rand.New(rand.NewPCG(1, uint64(n)))
					x, y, z, w := repeated(rng, n), repeated(rng, n), repeated(rng, n), repeated(rng, n)
					for i := range w { // second moments
						z[i], w[i] = max(z[i], -z[i]), max(w[i], -w[i])
					}
					for b.Loop() {
						k.run(set, x, y, z, w)
					}
					rate := float64(4*n*k.vectors) * float64(b.N) / b.Elapsed().Seconds()
					b.ReportMetric(rate/1e9, "GB/s")
					reportShare(b, 100*rate/most(set, size.level), "%read")
				})
			}
		}
	}
}

// kernelSizes are how many elements vectors have, and in which level four of them are.
var kernelSizes = []struct {
	n     int
	level string
}{{10, "L1"}, {1000, "L1"}, {20_000, "L2"}, {16_000_000, "DRAM"}}

// readBandwidths returns what tells how many bytes a second one worker reads at most from a level, which it measures when it
// is first asked for an ISA.
func readBandwidths() func(set *kernels.Set, level string) float64 {
	measured := map[string]roof.Roof{}
	return func(set *kernels.Set, level string) float64 {
		if os.Getenv(WithoutRoofs) != "" {
			return math.NaN()
		}
		r, ok := measured[set.ISA]
		if !ok {
			r = roof.Measure(set, 1, math.Inf(1))
			measured[set.ISA] = r
		}
		i := slices.IndexFunc(r.Levels, func(l roof.Level) bool { return l.Name == level })
		return r.Levels[i].Bandwidth
	}
}

// repeated is n random numbers, of which no more than a million differ: drawing them takes longer than
// the kernels.
func repeated(rng *rand.Rand, n int) []float32 {
	x := arena.Float32(n)
	drawn := copy(x, RandomFloats(rng, min(n, 1<<20)))
	for drawn < n {
		drawn += copy(x[drawn:], x[:drawn])
	}
	return x
}

// chosenSets are the kernel sets of the settings: the best, or those named.
func chosenSets() []*kernels.Set {
	sets := kernels.Sets()
	if slices.Equal(widened.isas, []string{""}) {
		return sets[len(sets)-1:]
	}
	return slices.DeleteFunc(sets, func(s *kernels.Set) bool { return !slices.Contains(widened.isas, s.ISA) })
}
