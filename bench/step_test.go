package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn"
)

// BenchmarkTrainStep measures whole training steps: forward, loss, backward,
// update.
func BenchmarkTrainStep(b *testing.B) {
	for _, s := range Steps() {
		eachBackend(b, fmt.Sprintf("%v/", s), func(b *testing.B, be blas.Backend, precision blas.Precision) {
			run, err := NewRun(be, s, 1, nn.Precision(precision))
			if err != nil {
				b.Fatal(err)
			}
			defer run.Close()
			if as, why := run.Trainer.Network().Precision(); as != precision {
				b.Skip(why)
			}
			skipUnlessIn(b, be, precision, s.Sizes, s.Batch, blas.ForwardProduct, blas.DataProduct, blas.WeightsProduct)
			if _, err := run.Step(); err != nil { // warm up: the first step plans memory
				b.Fatal(err)
			}
			b.ReportAllocs()
			top := MeasureRoof(be, precision, largestPhase(s))
			for b.Loop() {
				if _, err := run.Step(); err != nil {
					b.Fatal(err)
				}
			}
			top.FLOPs = max(top.FLOPs, MeasurePeak(be, precision))
			seconds := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(float64(s.Batch)/seconds, "samples/s")
			b.ReportMetric(s.FLOPs()/seconds/1e9, "GFLOP/s")
			reportShare(b, 100*s.FLOPs()/seconds/top.FLOPs, "%peak")
			reportShare(b, 100*StepSeconds(top, s)/seconds, "%roof")
			b.ReportMetric(s.FLOPs(), "flops/op")
		})
	}
}

// skipUnlessIn skips a benchmark that would stand under the name of a precision that
// none of its products has.
func skipUnlessIn(b *testing.B, be blas.Backend, p blas.Precision, sizes []int, batch int, kinds ...blas.Which) {
	b.Helper()
	if in, err := MultipliesIn(be, p, sizes, batch, kinds...); err != nil {
		b.Fatal(err)
	} else if !in {
		b.Skipf("all products of a batch of %d are so small that float32 is faster", batch)
	}
}

// largestPhase is the most bytes that a phase of s touches.
func largestPhase(s TrainStep) float64 {
	var most float64
	for _, p := range s.Phases() {
		most = max(most, p.Bytes)
	}
	return most
}

// predictBatches are the rows that are predicted at once.
var predictBatches = []int{1, 256}

// BenchmarkPredict measures the forward pass alone, for one sample and for a
// batch, into memory that is there already.
func BenchmarkPredict(b *testing.B) {
	seen := map[string]bool{}
	for _, s := range Steps() {
		if seen[s.Net()] {
			continue // it stands in the list with another batch or optimizer
		}
		seen[s.Net()] = true
		for _, batch := range predictBatches {
			prefix := fmt.Sprintf("net=%s/batch=%d/activation=%s/", s.Net(), batch, s.Activation)
			eachBackend(b, prefix, func(b *testing.B, be blas.Backend, precision blas.Precision) {
				run, err := NewRun(be, s, 1, nn.Precision(precision))
				if err != nil {
					b.Fatal(err)
				}
				defer run.Close()
				net := run.Trainer.Network()
				if as, why := net.Precision(); as != precision {
					b.Skip(why)
				}
				skipUnlessIn(b, be, precision, s.Sizes, batch, blas.PredictProduct)
				rng := rand.New(rand.NewPCG(3, 4))
				x, y := Random(rng, batch, net.Inputs()), Random(rng, batch, net.Outputs())
				if err := net.PredictInto(x, y); err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := net.PredictInto(x, y); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(batch)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
			})
		}
	}
}

// TestRunsTrain takes a few steps of every run that is small enough: the loss
// is finite and falls.
func TestRunsTrain(t *testing.T) {
	be, err := backends.Open("auto", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	for _, s := range Steps() {
		if s.FLOPs() > 2e9 {
			continue
		}
		run, err := NewRun(be, s, 1)
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		first, last := math.NaN(), math.NaN()
		for i := range 30 {
			if last, err = run.Step(); err != nil {
				t.Fatalf("%v: %v", s, err)
			}
			if i == 0 {
				first = last
			}
		}
		if !(last < first) {
			t.Errorf("%v: loss %v after 30 steps, %v before", s, last, first)
		}
		run.Close()
	}
}
