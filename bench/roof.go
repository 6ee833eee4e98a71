package bench

import (
	"math"
	"math/rand/v2"
	"os"

	"github.com/neurona-ml/neurona/internal/roof"
	"github.com/neurona-ml/neurona/kernels"
)

// WithoutRoofs is the environment variable that, when set, keeps MeasurePeak
// and MeasureRoof from measuring: they return NaN. It is for instruction counts
// under an emulator, where a roof means nothing and takes minutes.
const WithoutRoofs = "NEURONA_BENCH_WITHOUT_ROOFS"

// MeasureRoof measures the FMA rate and the bandwidth of the levels that
// hold up to maxBytes.
func MeasureRoof(set *kernels.Set, workers int, maxBytes float64) roof.Roof {
	if os.Getenv(WithoutRoofs) != "" {
		return roof.Roof{FLOPs: math.NaN(), Levels: []roof.Level{{Name: "none", Bytes: math.Inf(1), Bandwidth: math.NaN()}}}
	}
	return roof.Measure(set, workers, maxBytes)
}

// MeasurePeak measures the FMA rate, in FLOP/s, of workers cores at once, on
// random register contents, for about two milliseconds.
func MeasurePeak(set *kernels.Set, workers int) float64 {
	if os.Getenv(WithoutRoofs) != "" {
		return math.NaN()
	}
	return roof.Peak(set, workers)
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
