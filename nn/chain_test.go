package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// unchained is a backend that makes no chains.
type unchained struct{ blas.Backend }

// eachChainer runs a subtest on native for each ISA whose kernels are made for
// chains.
func eachChainer(t *testing.T, test func(t *testing.T, b blas.Backend)) {
	for _, k := range kernels.Sets() {
		if k.Chains[0].Width == 1 {
			continue
		}
		t.Run("isa="+k.ISA, func(t *testing.T) {
			b, err := backends.Open("native", backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			if b.Kernels().ISA != k.ISA {
				t.Skipf("the backend has the ISA %s", b.Kernels().ISA)
			}
			test(t, b)
		})
	}
}

// TestGoldenChained sees that the files that TestGolden reproduces are
// reproduced by chains, all but the one that is too wide and those of losses and functions that
// are not theirs, and reproduces them without.
func TestGoldenChained(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, name := range reproduced(t) {
			t.Run(name, func(t *testing.T) {
				g := readGolden(t, name)
				l, err := lossOf(g.Loss)
				if err != nil {
					t.Fatal(err)
				}
				tr, err := NewTrainer(g.network(t, b), l, g.rule(t))
				if err != nil {
					t.Fatal(err)
				}
				if got, want := tr.chain != nil, name != "wide_odd" && isChained(l) && inChain(g.HiddenActivation); got != want {
					t.Errorf("chained: %t, want %t", got, want)
				}
				g.run(t, unchained{b})
			})
		}
	})
}

// chainNet is a network that fits into a chain.
func chainNet(t testing.TB, b blas.Backend, opts ...Option) *Network {
	t.Helper()
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), activation.Tanh(), layer.Dense(5), activation.ReLU(), layer.Dense(3)), append(opts, Backend(b), Seed(3))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

// chainData is samples with targets for each loss.
func chainData(l loss.Loss, rows int) (tensor.Matrix, data.Target) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := testMatrix(rows, 6, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
	if l.Link() == loss.Softmax {
		labels := make([]int, rows)
		for i := range labels {
			labels[i] = rng.IntN(3)
		}
		return x, data.Labels(labels)
	}
	return x, data.Values(testMatrix(rows, 3, func(_, _ int) float32 { return float32(rng.IntN(2)) }))
}

func chainLosses() []loss.Loss {
	return []loss.Loss{loss.MSE(), loss.BinaryCrossEntropy(), loss.CrossEntropy()}
}

func newChainTrainer(t testing.TB, net *Network, l loss.Loss, rule optim.Rule, opts ...OptimizerOption) *Trainer {
	t.Helper()
	tr, err := NewTrainer(net, l, rule, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// flatWeights is all parameters of a network.
func flatWeights(n *Network) []float32 {
	var all []float32
	n.eachParameter(func(values []float32) { all = append(all, values...) })
	return all
}

// eachParameter calls f with the memory of each block's parameters and of each
// parameter of a stage, in order.
func (n *Network) eachParameter(f func(values []float32)) {
	for _, node := range n.nodes {
		switch op := node.op.(type) {
		case *block:
			f(op.plan.Parameters())
		case *staged:
			for _, t := range op.all {
				f(t.Value)
			}
		}
	}
}

// TestChainTrains expects chains to train as other networks do, whatever the
// optimizer does with the gradients.
func TestChainTrains(t *testing.T) {
	configs := []struct {
		name string
		rule optim.Rule
		opts []OptimizerOption
	}{
		{"sgd", optim.SGD(0.1), nil},
		{"momentum", optim.SGD(0.05, optim.Momentum(0.9), optim.Nesterov(), optim.Decay(0.01)), nil},
		{"schedule", optim.SGD(0.1), []OptimizerOption{Schedule(optim.Warmup(3, optim.Cosine(optim.Over(20))))}},
		{"clip", optim.SGD(0.5), []OptimizerOption{ClipNorm(0.05)}},
		{"accumulate", optim.SGD(0.1), []OptimizerOption{Accumulate(3)}},
		{"everything", optim.Adam(0.01), []OptimizerOption{ClipNorm(1), Accumulate(2), InspectGradients()}},
	}
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, l := range chainLosses() {
			for _, config := range configs {
				t.Run(l.String()+"/"+config.name, func(t *testing.T) {
					for _, rows := range []int{5, 37, 100} {
						x, target := chainData(l, rows)
						chained := newChainTrainer(t, chainNet(t, b), l, config.rule, config.opts...)
						plain := newChainTrainer(t, chainNet(t, unchained{b}), l, config.rule, config.opts...)
						if chained.chain == nil || plain.chain != nil {
							t.Fatalf("chains: %t and %t, want one", chained.chain != nil, plain.chain != nil)
						}
						trainAlike(t, chained, plain, x, target)
					}
				})
			}
		}
	})
}

// trainAlike takes ten steps by both trainers: an odd number for some
// accumulation, which Flush ends.
func trainAlike(t *testing.T, a, b *Trainer, x tensor.Matrix, target data.Target) {
	t.Helper()
	for step := range 10 {
		got, err := a.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		want, err := b.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= trainingTolerance*want) {
			t.Fatalf("%d rows: loss of step %d is %v, want %v", x.Rows, step, got, want)
		}
	}
	for _, tr := range []*Trainer{a, b} {
		if err := tr.opt.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if a.opt.Steps() != b.opt.Steps() || a.opt.Rate() != b.opt.Rate() || a.batches != b.batches {
		t.Errorf("%d steps, rate %v, %d batches; want %d, %v, %d", a.opt.Steps(), a.opt.Rate(), a.batches, b.opt.Steps(), b.opt.Rate(), b.batches)
	}
	compareGolden(t, "weights", [][]float32{flatWeights(a.net)}, [][]float32{flatWeights(b.net)}, trainingTolerance)
}

// TestChainActivations compares chains and plans for every activation that there is:
// whichever a network has, its gradients are the same.
func TestChainActivations(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, a := range kernels.Activations() {
			if !a.Trainable() {
				continue
			}
			t.Run(a.String(), func(t *testing.T) {
				f, err := activation.Catalog().Parse(a.String())
				if err != nil {
					t.Fatal(err)
				}
				trainer := func(b blas.Backend) *Trainer {
					net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), f, layer.Dense(5), f, layer.Dense(3), f), Backend(b), Seed(3))
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { net.Close() })
					return newChainTrainer(t, net, loss.MSE(), optim.SGD(0.1))
				}
				chained, plain := trainer(b), trainer(unchained{b})
				if got := chained.chain != nil; got != a.InChain() {
					t.Errorf("chained: %t, but chains know it: %t", got, a.InChain())
				}
				x, target := chainData(loss.MSE(), 37)
				trainAlike(t, chained, plain, x, target)
			})
		}
	})
}

// optional is a loss with an option, as one has it that knows what chains compute of it.
type optional struct {
	loss.Loss
	smoothing float32
}

func (l optional) Chain() (kernels.ChainLoss, bool) {
	return kernels.ChainCrossEntropy, l.smoothing == 0
}

// Sum adds to the gradient what makes the option show.
func (l optional) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	sum := l.Loss.Sum(y, t, dy, scale)
	if dy.Data != nil {
		for i := range dy.Rows {
			for j := range rowOf(dy, i) {
				rowOf(dy, i)[j] += l.smoothing * float32(scale)
			}
		}
	}
	return sum
}

// TestChainLosses compares chains and plans for every loss that there is, and for one with
// an option that chains do not have.
func TestChainLosses(t *testing.T) {
	losses := append([]loss.Loss{optional{Loss: loss.CrossEntropy()}, optional{loss.CrossEntropy(), 0.1}}, catalogLosses(t)...)
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for i, l := range losses {
			t.Run(fmt.Sprint(i, l.String()), func(t *testing.T) {
				x, target := lossData(t, l, 37)
				chained := newChainTrainer(t, lossNet(t, b, l), l, optim.SGD(0.1))
				plain := newChainTrainer(t, lossNet(t, unchained{b}, l), l, optim.SGD(0.1))
				if got, want := chained.chain != nil, i == 0 || i > 1 && isChained(l); got != want {
					t.Errorf("chained: %t, want %t", got, want)
				}
				trainAlike(t, chained, plain, x, target)
			})
		}
	})
}

// TestChainNeeds lists networks and backends without a chain.
func TestChainNeeds(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, tt := range []struct {
			name   string
			layers []layer.Layer
			opts   []Option
			loss   loss.Loss
			want   bool
		}{
			{"small", []layer.Layer{layer.Dense(4), activation.Sigmoid(), layer.Dense(1)}, nil, loss.MSE(), true},
			{"one layer", []layer.Layer{layer.Dense(4)}, nil, loss.MSE(), true},
			{"wide", []layer.Layer{layer.Dense(100), activation.Sigmoid(), layer.Dense(1)}, nil, loss.MSE(), false},
			{"dropout", []layer.Layer{layer.Dense(4), activation.Sigmoid(), layer.Dropout(0.5), layer.Dense(1)}, nil, loss.MSE(), false},
			{"activation alone", []layer.Layer{activation.Sigmoid(), layer.Dense(4)}, nil, loss.MSE(), false},
			{"input gradient", []layer.Layer{layer.Dense(4)}, []Option{InputGradient()}, loss.MSE(), false},
			{"loss of a stranger", []layer.Layer{layer.Dense(4)}, nil, struct{ loss.Loss }{loss.MSE()}, false},
		} {
			net, err := New(tensor.Shape{3}, layer.Stack(tt.layers...), append(tt.opts, Backend(b))...)
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			if got := newChainTrainer(t, net, tt.loss, optim.SGD(0.1)).chain != nil; got != tt.want {
				t.Errorf("%s: chained: %t, want %t", tt.name, got, tt.want)
			}
		}
	})
}

// TestChainSeesBadLosses meets a loss that is not finite amid an accumulation:
// neither weights nor the gradients gathered so far change.
func TestChainSeesBadLosses(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		x, target := chainData(loss.MSE(), 20)
		bad := testMatrix(20, 6, func(i, j int) float32 { return float32(math.Inf(1 - 2*(i%2))) })
		train := func(interrupt bool) []float32 {
			net := chainNet(t, b)
			tr := newChainTrainer(t, net, loss.MSE(), optim.SGD(0.1), Accumulate(2))
			for step := range 6 {
				if interrupt {
					before := flatWeights(net)
					_, err := tr.Step(bad, target)
					var nonFinite *NonFiniteError
					if !errors.As(err, &nonFinite) || nonFinite.What != "loss" || nonFinite.Step != tr.opt.Steps()+1 {
						t.Fatalf("got %v, want a *NonFiniteError of the loss", err)
					}
					if !slices.Equal(before, flatWeights(net)) {
						t.Fatal("the weights have changed")
					}
				}
				if _, err := tr.Step(x, target); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
			}
			return flatWeights(net)
		}
		if !slices.Equal(train(false), train(true)) {
			t.Error("losses that are not finite leave a trace")
		}
	})
}

// TestChainErrorsNameTheLayer passes batches that do not fit.
func TestChainErrorsNameTheLayer(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		tr := newChainTrainer(t, chainNet(t, b), loss.MSE(), optim.SGD(0.1))
		plain := newChainTrainer(t, chainNet(t, unchained{b}), loss.MSE(), optim.SGD(0.1))
		_, target := chainData(loss.MSE(), 4)
		for _, x := range []tensor.Matrix{newMatrix(4, 5), {Rows: 0, Cols: 6}} {
			target.Values.Rows = x.Rows
			_, err := tr.Step(x, target)
			_, want := plain.Step(x, target)
			var which *LayerError
			if !errors.As(err, &which) || err.Error() != want.Error() {
				t.Errorf("got %v, want %v", err, want)
			}
		}
	})
}

// TestChainFollowsItsPlans trains on after a batch that the network had to
// make new plans for.
func TestChainFollowsItsPlans(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		x, target := chainData(loss.MSE(), 30)
		large, _ := chainData(loss.MSE(), 200)
		var want []float32
		for _, maxBatch := range []int{200, 10} {
			net := chainNet(t, b, MaxBatch(maxBatch))
			tr := newChainTrainer(t, net, loss.MSE(), optim.Adam(0.01))
			for range 3 {
				if _, err := tr.Step(x, target); err != nil {
					t.Fatal(err)
				}
				if _, err := net.Forward(large); err != nil {
					t.Fatal(err)
				}
			}
			if err := net.Backward(newMatrix(200, 3)); err != nil {
				t.Fatal(err)
			}
			if _, err := tr.Step(x, target); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = flatWeights(net)
			}
			if !slices.Equal(flatWeights(net), want) {
				t.Errorf("planned for %d rows, the weights differ", maxBatch)
			}
		}
	})
}

// TestChainFits compares what Fit reports with and without a chain, and sees
// the same bits for any number of workers.
func TestChainFits(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, l := range chainLosses() {
			t.Run(l.String(), func(t *testing.T) {
				x, target := chainData(l, 150)
				fit := func(b blas.Backend) (*History, []float32) {
					net := chainNet(t, b)
					h, err := newChainTrainer(t, net, l, optim.Adam(0.02)).Fit(context.Background(), data.Set{X: x, Target: target}, Batch(64), Epochs(4))
					if err != nil {
						t.Fatal(err)
					}
					return h, flatWeights(net)
				}
				got, weights := fit(b)
				want, _ := fit(unchained{b})
				for i := range want.Epochs {
					g, w := got.Epochs[i], want.Epochs[i]
					if g.Accuracy != w.Accuracy || !(math.Abs(g.Loss-w.Loss) <= trainingTolerance*w.Loss) {
						t.Errorf("epoch %d: accuracy %v, loss %v; want %v, %v", i, g.Accuracy, g.Loss, w.Accuracy, w.Loss)
					}
				}
				for _, workers := range []int{1, 2, 3} {
					other, err := backends.Open("native", backends.Options{ISA: b.Kernels().ISA, Workers: workers})
					if err != nil {
						t.Fatal(err)
					}
					defer other.Close()
					if _, again := fit(other); !slices.Equal(again, weights) {
						t.Errorf("with %d workers the weights differ", workers)
					}
				}
			})
		}
	})
}

// TestChainAllocatesNothing takes steps on a batch that has been seen before.
func TestChainAllocatesNothing(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, l := range chainLosses() {
			for _, rows := range []int{4, 500} {
				x, target := chainData(l, rows)
				tr := newChainTrainer(t, chainNet(t, b), l, optim.Adam(0.01), ClipNorm(1))
				allocations := testing.AllocsPerRun(4, func() {
					if _, err := tr.Step(x, target); err != nil {
						t.Fatal(err)
					}
				})
				if !(allocations == 0) {
					t.Errorf("%s, %d rows: %v allocations, want none", l.String(), rows, allocations)
				}
			}
		}
	})
}

// BenchmarkChain measures the smallest steps with and without a chain.
func BenchmarkChain(b *testing.B) {
	be, err := backends.Open("native", backends.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer be.Close()
	for name, backend := range map[string]blas.Backend{"chain": be, "plans": unchained{be}} {
		for _, rows := range []int{4, 64, 500} {
			b.Run(fmt.Sprintf("path=%s/batch=%d", name, rows), func(b *testing.B) {
				x, target := chainData(loss.MSE(), rows)
				tr := newChainTrainer(b, chainNet(b, backend), loss.MSE(), optim.SGD(0.01))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := tr.Step(x, target); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
