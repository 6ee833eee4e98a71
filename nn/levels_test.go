package nn_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// classes makes data that a small network can learn: the class of a sample is
// that of the nearest of some random points.
func classes(seed uint64, samples, features, classes int) data.Set {
	rng := rand.New(rand.NewPCG(seed, 5))
	points := randomMatrix(rng, classes, features, 0)
	x := randomMatrix(rng, samples, features, 0)
	labels := make([]int, samples)
	for i := range labels {
		labels[i] = rng.IntN(classes)
		for j := range features {
			x.Data[i*features+j] = 0.5*x.Data[i*features+j] + points.Data[labels[i]*features+j]
		}
	}
	return data.Set{X: x, Target: data.Labels(labels)}
}

// part returns samples lo to hi-1.
func part(d data.Set, lo, hi int) data.Set {
	x := d.X
	x.Rows, x.Data = hi-lo, x.Data[lo*x.Stride:]
	return data.Set{X: x, Target: data.Labels(d.Target.Labels[lo:hi])}
}

// allWeights returns all weights and biases of net's Dense layers.
func allWeights(t *testing.T, net *nn.Network) []float32 {
	t.Helper()
	var all []float32
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, b, err := net.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, w.Data...), b...)
	}
	return all
}

// sameBits fails the test at the first element that differs.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Errorf("%s: number %d is %v, want exactly %v", what, i, got[i], want[i])
			return
		}
	}
}

// trainings trains the same network on the same batches on every level.
var trainings = []struct {
	name  string
	train func(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int)
}{
	{"Trainer.Step", func(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int) {
		trainBySteps(t, net, rule, known, batch, epochs)
	}},
	{"Trainer.Step, unfused", func(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int) {
		trainBySteps(t, net, rule, known, batch, epochs, nn.InspectGradients())
	}},
	{"Fit", func(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int) {
		tr, err := nn.NewTrainer(net, loss.CrossEntropy(), rule)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Fit(context.Background(), known, nn.Batch(batch), nn.Epochs(epochs), nn.NoShuffle()); err != nil {
			t.Fatal(err)
		}
	}},
	{"Forward, Backward, Optimizer.Step", func(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int) {
		opt, err := nn.NewOptimizer(net, rule)
		if err != nil {
			t.Fatal(err)
		}
		l := loss.Bind(loss.CrossEntropy(), net.Backend().Kernels())
		eachBatch(known, batch, epochs, func(b data.Set) {
			y, err := net.Forward(b.X)
			if err != nil {
				t.Fatal(err)
			}
			dy := tensor.Matrix{Rows: y.Rows, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, y.Rows*y.Cols)}
			l.Sum(y, b.Target, dy, 1/l.Weight(b.Target, y.Rows, y.Cols))
			if err := net.Backward(dy); err != nil {
				t.Fatal(err)
			}
			if err := opt.Step(); err != nil {
				t.Fatal(err)
			}
		})
	}},
}

func trainBySteps(t *testing.T, net *nn.Network, rule optim.Rule, known data.Set, batch, epochs int, opts ...nn.OptimizerOption) {
	t.Helper()
	tr, err := nn.NewTrainer(net, loss.CrossEntropy(), rule, opts...)
	if err != nil {
		t.Fatal(err)
	}
	eachBatch(known, batch, epochs, func(b data.Set) {
		if _, err := tr.Step(b.X, b.Target); err != nil {
			t.Fatal(err)
		}
	})
}

func eachBatch(known data.Set, batch, epochs int, f func(data.Set)) {
	for range epochs {
		for lo := 0; lo < known.X.Rows; lo += batch {
			f(part(known, lo, min(lo+batch, known.X.Rows)))
		}
	}
}

// Rules are element-wise, and gradients are the same whether they are handed
// to the rule where they are computed or kept: so are the bits.
func TestLevelsGiveTheSameWeights(t *testing.T) {
	data := classes(1, 75, 37, 5)
	rules := []optim.Rule{optim.SGD(0.1), optim.SGD(0.1, optim.Momentum(0.9), optim.Nesterov(), optim.Decay(0.01)), optim.AdamW(0.01)}
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, rule := range rules {
			t.Run(rule.String(), func(t *testing.T) {
				var want []float32
				for _, level := range trainings {
					net := newNetwork(t, 37, []layer.Layer{layer.Dense(70), activation.ReLU(), layer.Dropout(0.25), layer.Dense(33), activation.Tanh(), layer.Dense(5)}, nn.Backend(b), nn.Seed(9))
					before := allWeights(t, net)
					level.train(t, net, rule, data, 32, 3)
					got := allWeights(t, net)
					if want == nil {
						want = got
						if changed(before, got) < len(got)/2 {
							t.Fatalf("training changed %d of %d weights", changed(before, got), len(got))
						}
					}
					sameBits(t, level.name, got, want)
				}
			})
		}
	})
}

func changed(a, b []float32) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// The network is wide enough that products, updates and gathering are shared
// out among workers.
func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	data := classes(2, 120, 300, 7)
	configs := map[string][]nn.OptimizerOption{
		"fused":      nil,
		"clipped":    {nn.ClipNorm(0.5)},
		"accumulate": {nn.Accumulate(2)},
	}
	blastest.EachISA(t, func(t *testing.T, isa string) {
		for name, opts := range configs {
			t.Run(name, func(t *testing.T) {
				var want []float32
				for _, workers := range []int{1, 2, 3} {
					b := openBackend(t, "native", isa, workers)
					net := newNetwork(t, 300, []layer.Layer{layer.Dense(160), activation.ReLU(), layer.Dropout(0.1), layer.Dense(129), activation.Sigmoid(), layer.Dense(7)}, nn.Backend(b), nn.Seed(4))
					tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.Adam(0.01), opts...)
					if err != nil {
						t.Fatal(err)
					}
					h, err := tr.Fit(context.Background(), data, nn.Batch(110), nn.Epochs(2), nn.Validate(data))
					if err != nil {
						t.Fatal(err)
					}
					y, err := net.Predict(data.X)
					if err != nil {
						t.Fatal(err)
					}
					got := append(allWeights(t, net), y.Data...)
					got = append(got, float32(h.Epochs[1].Loss), float32(h.Epochs[1].Validation.Loss))
					if want == nil {
						want = got
					}
					sameBits(t, fmt.Sprintf("%d workers", workers), got, want)
				}
			})
		}
	})
}

// A batch larger than what the network was planned for brings new plans; the
// results do not show it.
func TestLargerBatchThanPlanned(t *testing.T) {
	data := classes(3, 96, 20, 4)
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, opts := range [][]nn.OptimizerOption{nil, {nn.Accumulate(2)}} {
			var want []float32
			for _, planned := range []int{96, 1} {
				net := newNetwork(t, 20, []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(4)}, nn.Backend(b), nn.MaxBatch(planned))
				tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.Adam(0.01), opts...)
				if err != nil {
					t.Fatal(err)
				}
				// The first step of an accumulation is over, and the second
				// half done, when the batch grows.
				for _, rows := range []int{1, 1, 1, 96, 50, 96} {
					d := part(data, 0, rows)
					if _, err := tr.Step(d.X, d.Target); err != nil {
						t.Fatal(err)
					}
				}
				got := allWeights(t, net)
				if want == nil {
					want = got
				}
				sameBits(t, fmt.Sprintf("planned for %d", planned), got, want)
			}
		}
	})
}
