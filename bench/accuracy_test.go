package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
)

// BenchmarkTimeToAccuracy trains on MNIST until enough of the test part is
// right and reports the training seconds, the median of 5 seeds.
func BenchmarkTimeToAccuracy(b *testing.B) {
	const seeds = 5
	dir := mnistDir(b)
	train, test, err := datasets.LoadMNIST(dir)
	if err != nil {
		b.Fatal(err)
	}
	r := MNISTRecipe()
	prefix := fmt.Sprintf("data=mnist/target=%v/net=%s/batch=%d/optimizer=%s/", r.Target, r.Step.Net(), r.Step.Batch, r.Step.Optimizer)
	eachBackend(b, prefix, func(b *testing.B, be blas.Backend, precision blas.Precision) {
		for b.Loop() {
			var seconds, epochs []float64
			for seed := range uint64(seeds) {
				got, err := TimeToAccuracy(b.Context(), r, train, test, nn.Backend(be), nn.Precision(precision), nn.Seed(seed))
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

// TestTimeToAccuracy learns three clouds of points, far apart, and asks for
// more than there is.
func TestTimeToAccuracy(t *testing.T) {
	be, err := backends.Open("auto", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	clouds, err := datasets.Blobs(300, 3, 0.05, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := Recipe{
		Step:   TrainStep{[]int{clouds.Features, 16, 3}, 10, "relu", "identity", "ce", "adam"},
		Rate:   0.01,
		Target: 0.95,
		Epochs: 50,
	}
	got, err := TimeToAccuracy(t.Context(), r, clouds, clouds, nn.Backend(be), nn.Seed(1))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Reached || !(got.Accuracy >= r.Target) || got.Epochs < 1 || got.Epochs >= r.Epochs || got.Training <= 0 {
		t.Errorf("%+v, want %v reached before %d epochs are over", got, r.Target, r.Epochs)
	}
	r.Target, r.Epochs = 1.01, 3
	got, err = TimeToAccuracy(t.Context(), r, clouds, clouds, nn.Backend(be), nn.Seed(1))
	if err != nil {
		t.Fatal(err)
	}
	if got.Reached || got.Epochs != 3 {
		t.Errorf("%+v, want 3 epochs that do not reach %v", got, r.Target)
	}
}

// TestPrecisionsLearn trains pairs of networks from the same seeds, in float32
// and with products in bf16 or bf16x3, and expects the same share of unseen
// samples to be right: within 0.15 points, the mean of five seeds. With -short it
// leaves out MNIST.
func TestPrecisionsLearn(t *testing.T) {
	const (
		seeds  = 5
		points = 0.15
	)
	unit, missing := kernels.UnitGeneric, ""
	for _, name := range kernels.PairUnits() {
		why := kernels.MissingUnit(name)
		if why == "" {
			unit = name
			break
		}
		missing += name + ": " + why + "; "
	}
	if unit == kernels.UnitGeneric { // Go code would take an hour
		t.Skip(missing)
	}
	be, err := native.Open(native.Options{Unit: unit})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	type data struct{ train, test *datasets.Set }
	sets := map[string]data{}
	all, err := datasets.Digits(12_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	train, test, err := all.Split(0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	sets["digits"] = data{train, test}
	if dir := os.Getenv("NEURONA_DATA"); dir != "" && !testing.Short() {
		train, test, err := datasets.LoadMNIST(filepath.Join(dir, "mnist"))
		if err != nil {
			t.Fatal(err)
		}
		sets["mnist"] = data{train, test}
	}
	for name, d := range sets {
		r := MNISTRecipe()
		r.Step.Sizes = []int{d.train.Features, 512, 10}
		r.Target, r.Epochs = 1.01, 3
		sums := map[blas.Precision]float64{}
		for _, p := range []blas.Precision{blas.Float32, blas.BF16, blas.BF16x3} {
			for seed := range uint64(seeds) {
				got, err := TimeToAccuracy(t.Context(), r, d.train, d.test, nn.Backend(be), nn.Precision(p), nn.StrictPrecision(), nn.Seed(seed))
				if err != nil {
					t.Fatal(err)
				}
				sums[p] += 100 * got.Accuracy / seeds
			}
		}
		t.Logf("%s on %s: %.3f %% right in float32, %.3f in bf16, %.3f in bf16x3", name, unit, sums[blas.Float32], sums[blas.BF16], sums[blas.BF16x3])
		for _, p := range []blas.Precision{blas.BF16, blas.BF16x3} {
			if diff := sums[blas.Float32] - sums[p]; !(diff <= points) {
				t.Errorf("%s: %s is %.3f points behind float32", name, p, diff)
			}
		}
	}
}
