package bench

import (
	"math"
	"math/rand/v2"
	"os"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/roof"
)

// WithoutRoofs is the environment variable that, when set, keeps MeasurePeak
// and MeasureRoof from measuring: they return NaN. It is for instruction counts
// under an emulator, where a roof means nothing and takes minutes, and for the
// gate, whose processes would spend more time on roofs than on benchmarks.
const WithoutRoofs = "NEURONA_BENCH_WITHOUT_ROOFS"

// MeasureRoof measures the rate of products in a precision and the bandwidth of
// the levels that hold up to maxBytes.
func MeasureRoof(be blas.Backend, precision blas.Precision, maxBytes float64) roof.Roof {
	if os.Getenv(WithoutRoofs) != "" {
		return roof.Roof{FLOPs: math.NaN(), Levels: []roof.Level{{Name: "none", Bytes: math.Inf(1), Bandwidth: math.NaN()}}}
	}
	r := roof.Measure(be.Kernels(), be.Workers(), maxBytes)
	if precision != blas.Float32 {
		r.FLOPs = MeasurePeak(be, precision)
	}
	return r
}

// MeasurePeak measures the most that products in a precision can reach, in
// FLOP/s, on all workers at once and on random register contents, for about two
// milliseconds: the FMA rate, or that of the unit that multiplies bf16 over the
// number of products that it adds up.
func MeasurePeak(be blas.Backend, precision blas.Precision) float64 {
	if os.Getenv(WithoutRoofs) != "" {
		return math.NaN()
	}
	if m, ok := be.(blas.PairMultiplier); ok {
		if unit, products := m.PairUnit(precision); unit != nil {
			return roof.PeakPairs(unit, be.Workers()) / float64(products)
		}
	}
	return roof.Peak(be.Kernels(), be.Workers())
}

// StepSeconds is the least time that a training step can take under r.
func StepSeconds(r roof.Roof, s TrainStep) float64 {
	var sum float64
	for _, p := range s.Phases() {
		seconds, _ := r.Seconds(p.FLOPs, p.Bytes)
		sum += seconds
	}
	return sum
}

// RandomFloats returns n random numbers in [-1, 1).
func RandomFloats(rng *rand.Rand, n int) []float32 { return roof.RandomFloats(rng, n) }
