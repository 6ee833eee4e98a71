package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
)

// manyTrainings is how many networks BenchmarkTrainMany trains.
const manyTrainings = 8

// BenchmarkTrainMany measures nn.TrainMany against as many calls of Fit, one after the other, on the
// same backend with all its workers: x/sequential is how many times as fast they are together.
func BenchmarkTrainMany(b *testing.B) {
	for _, want := range []struct {
		net   string
		batch int
		rows  int
	}{{"30-64-32-1", 32, 4096}, {"784-512-512-10", 256, 2048}} {
		steps := Steps()
		s := steps[slices.IndexFunc(steps, func(s TrainStep) bool { return s.Net() == want.net && s.Batch == want.batch })]
		eachBackend(b, fmt.Sprintf("net=%s/batch=%d/", s.Net(), s.Batch), func(b *testing.B, be blas.Backend, precision blas.Precision) {
			rng := rand.New(rand.NewPCG(5, 6))
			whole := s
			whole.Batch = want.rows
			samples, err := data.FromMemory(Random(rng, want.rows, s.Sizes[0]), whole.target(rng))
			if err != nil {
				b.Fatal(err)
			}
			var list []nn.Training
			for i := range manyTrainings {
				tr, err := s.NewTrainer(s.gentleRate(), nn.Backend(be), nn.Seed(uint64(i)), nn.Precision(precision))
				if err != nil {
					b.Fatal(err)
				}
				defer tr.Network().Close()
				list = append(list, nn.Training{Trainer: tr, Source: samples, Options: []nn.FitOption{nn.Epochs(1), nn.Batch(s.Batch)}})
			}
			var sequential, many []time.Duration
			for b.Loop() {
				start := time.Now()
				for _, t := range list {
					if _, err := t.Trainer.Fit(b.Context(), t.Source, t.Options...); err != nil {
						b.Fatal(err)
					}
				}
				sequential = append(sequential, time.Since(start))
				start = time.Now()
				if _, err := nn.TrainMany(b.Context(), list); err != nil {
					b.Fatal(err)
				}
				many = append(many, time.Since(start))
			}
			slices.Sort(sequential)
			slices.Sort(many)
			b.ReportMetric(float64(sequential[len(sequential)/2])/float64(many[len(many)/2]), "x/sequential")
			b.ReportMetric(float64(manyTrainings*want.rows)/many[len(many)/2].Seconds(), "samples/s")
		})
	}
}
