package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
)

// BenchmarkTimeToAccuracy trains on MNIST until 98 % of the test part is
// right and reports the training seconds, the median of 5 seeds.
func BenchmarkTimeToAccuracy(b *testing.B) {
	const target, seeds = 0.98, 5
	dir := mnistDir(b)
	train, test, err := datasets.LoadMNIST(dir)
	if err != nil {
		b.Fatal(err)
	}
	r := MNISTRecipe()
	prefix := fmt.Sprintf("data=mnist/target=%v/net=784-%d-10/batch=%d/optimizer=adam/", target, r.Hidden, r.Batch)
	eachBackend(b, prefix, func(b *testing.B, be blas.Backend) {
		for b.Loop() {
			var seconds, epochs []float64
			for seed := range uint64(seeds) {
				got, err := TimeToAccuracy(b.Context(), be, r, train, test, target, seed)
				if err != nil {
					b.Fatal(err)
				}
				if !got.Reached {
					b.Fatalf("seed %d: %.4f after %d epochs", seed, got.Accuracy, got.Epochs)
				}
				seconds = append(seconds, got.Training.Seconds())
				epochs = append(epochs, float64(got.Epochs))
			}
			slices.Sort(seconds)
			slices.Sort(epochs)
			b.ReportMetric(seconds[seeds/2], "train-s")
			b.ReportMetric(epochs[seeds/2], "epochs")
		}
	})
}
