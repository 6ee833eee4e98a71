package nn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// weightedData is lossData with weights, one in four of which is 0.
func weightedData(t testing.TB, l loss.Loss, rows int) (tensor.Matrix, data.Target) {
	t.Helper()
	x, target := lossData(t, l, rows)
	rng := rand.New(rand.NewPCG(3, 4))
	target.Weights = make([]float32, rows)
	for i := range target.Weights {
		if i%4 > 0 {
			target.Weights[i] = 2 * rng.Float32()
		}
	}
	return x, target
}

// near compares weights of two networks up to rounding.
func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		if diff := math.Abs(float64(got[i] - w)); !(diff <= 2e-6*max(1, math.Abs(float64(w)))) {
			t.Fatalf("%s: parameter %d is %v, want %v", what, i, got[i], w)
		}
	}
}

// TestWeightedSteps takes steps on weighted batches: by plans where there is a chain, too, and
// without anything allocated.
func TestWeightedSteps(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, l := range catalogLosses(t) {
			x, target := weightedData(t, l, 37)
			chained, plain := newChainTrainer(t, lossNet(t, b, l), l, optim.Adam(0.01)), newChainTrainer(t, lossNet(t, unchained{b}, l), l, optim.Adam(0.01))
			if got, want := chained.chain != nil, isChained(l); got != want {
				t.Fatalf("%s: chained: %t, want %t", l, got, want)
			}
			for range 3 {
				for _, tr := range []*Trainer{chained, plain} {
					if _, err := tr.Step(x, target); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got, want := flatWeights(chained.net), flatWeights(plain.net); !slices.Equal(got, want) {
				t.Errorf("%s: steps of weighted batches are not those of plans", l)
			}
			var err error
			if allocations := testing.AllocsPerRun(5, func() { _, err = chained.Step(x, target) }); allocations != 0 || err != nil {
				t.Errorf("%s: a step allocates %v times, error %v", l, allocations, err)
			}
		}
	})
}

// TestWeightedAccumulation expects the step of one large batch of parts that differ in rows and in
// weights, some without weights, and their losses' mean by weight.
func TestWeightedAccumulation(t *testing.T) {
	cuts := []int{0, 5, 6, 20, 37}
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, backend := range []blas.Backend{b, unchained{b}} {
			for _, l := range catalogLosses(t) {
				for _, opts := range [][]OptimizerOption{nil, {ClipNorm(0.1)}} {
					x, target := weightedData(t, l, 37)
					for i := range 5 {
						target.Weights[i] = 1 // the first part does without
					}
					whole := newChainTrainer(t, lossNet(t, unchained{b}, l), l, optim.SGD(0.5), opts...)
					wantLoss, err := whole.Step(x, target)
					if err != nil {
						t.Fatal(err)
					}
					parts := newChainTrainer(t, lossNet(t, backend, l), l, optim.SGD(0.5), append(opts, Accumulate(len(cuts)-1))...)
					sum, weight := 0.0, 0.0
					for i, lo := range cuts[:len(cuts)-1] {
						part := target.Rows(lo, cuts[i+1])
						if i == 0 {
							part.Weights = nil
						}
						got, err := parts.Step(rowsOf(x, lo, cuts[i+1]), part)
						if err != nil {
							t.Fatal(err)
						}
						w := l.Weight(part, cuts[i+1]-lo, parts.net.outputs)
						sum += got * w
						weight += w
					}
					if !(math.Abs(sum/weight-wantLoss) <= 1e-6) {
						t.Errorf("%s: the parts' loss is %v, want %v", l, sum/weight, wantLoss)
					}
					if parts.opt.Steps() != 1 {
						t.Fatalf("%d steps, want 1", parts.opt.Steps())
					}
					near(t, fmt.Sprint(l), flatWeights(parts.net), flatWeights(whole.net))
				}
			}
		}
	})
}

// TestWeightedFit changes the targets of rows that weigh nothing: whatever the order, nobody
// notices. Losses of epochs and evaluations are means by weight.
func TestWeightedFit(t *testing.T) {
	for _, l := range catalogLosses(t) {
		const rows = 600 // several parts of an evaluation
		x, target := weightedData(t, l, rows)
		run := func(target data.Target) (*History, []float32) {
			outputs, _ := outputsOf(t, l)
			net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), activation.Tanh(), layer.Dense(outputs)), Seed(3))
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			d := data.Set{X: x, Target: target}
			h, err := newChainTrainer(t, net, l, optim.Adam(0.01), Accumulate(2)).Fit(t.Context(), d, Batch(64), Epochs(3), Validate(d))
			if err != nil {
				t.Fatal(err)
			}
			return h, flatWeights(net)
		}
		history, want := run(target)
		other := target
		other.Labels = slices.Clone(target.Labels)
		other.Values.Data = slices.Clone(target.Values.Data)
		for i, w := range target.Weights {
			if w > 0 {
				continue
			}
			if target.Labels != nil {
				other.Labels[i] = 1 - min(target.Labels[i], 1)
			} else {
				row := rowOf(other.Values, i)
				if slices.Reverse(row); len(row) == 1 {
					row[0] = 1 - row[0]
				}
			}
		}
		again, got := run(other)
		if !slices.Equal(got, want) {
			t.Errorf("%s: targets of weight 0 count", l)
		}
		if a, b := history.Epochs[2], again.Epochs[2]; a.Loss != b.Loss || a.Validation.Loss != b.Validation.Loss {
			t.Errorf("%s: targets of weight 0 count in the loss of an epoch", l)
		}
	}
}

// TestWeightedEvaluate compares an evaluation in parts with the loss of the whole.
func TestWeightedEvaluate(t *testing.T) {
	for _, l := range catalogLosses(t) {
		x, target := weightedData(t, l, 1500)
		clear(target.Weights[:700]) // a part that weighs nothing
		outputs, _ := outputsOf(t, l)
		net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), activation.Tanh(), layer.Dense(outputs)))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		m, err := newChainTrainer(t, net, l, optim.SGD(1)).Evaluate(data.Set{X: x, Target: target})
		if err != nil {
			t.Fatal(err)
		}
		y, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		want := l.Sum(y, target, tensor.Matrix{}, 1) / l.Weight(target, y.Rows, y.Cols)
		if !(math.Abs(m.Loss-want) <= 1e-12*math.Abs(want)) {
			t.Errorf("%s: the loss of parts is %v, of the whole %v", l, m.Loss, want)
		}
	}
}

// weightless is a loss that lets any weights pass.
type weightless struct{ loss.Loss }

func (weightless) Check(data.Target, int, int) error { return nil }

// TestWeightsThatDoNotFit expects errors.
func TestWeightsThatDoNotFit(t *testing.T) {
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(3)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x, target := chainData(loss.MSE(), 8)
	for _, c := range []struct {
		loss    loss.Loss
		weights []float32
		fits    bool // in Step, whose batch such a loss alone looks at
	}{
		{loss.MSE(), make([]float32, 7), false},
		{loss.MSE(), make([]float32, 8), false},
		{weightless{loss.MSE()}, make([]float32, 8), false},
		{weightless{loss.MSE()}, []float32{1}, true},
	} {
		target.Weights = c.weights
		tr := newChainTrainer(t, net, c.loss, optim.SGD(0.1))
		var wrong *loss.TargetError
		if _, err := tr.Fit(t.Context(), data.Set{X: x, Target: target}, Epochs(1)); !errors.As(err, &wrong) {
			t.Errorf("Fit with weights %v returned %v, want a *TargetError", c.weights, err)
		}
		if _, err := tr.Step(x, target); !c.fits && !errors.As(err, &wrong) {
			t.Errorf("Step with weights %v returned %v, want a *TargetError", c.weights, err)
		}
	}
}

// TestMixedGradients: a Trainer's batches and gradients of Backward count differently and do
// not go into one step: what is there is dropped, and either may begin the next.
func TestMixedGradients(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		l := loss.MSE()
		x, target := chainData(l, 8)
		net := chainNet(t, b)
		tr, err := NewTrainer(net, l, optim.SGD(0.1), Accumulate(3))
		if err != nil {
			t.Fatal(err)
		}
		backward := func() error {
			y, err := net.Forward(x)
			if err != nil {
				return err
			}
			dy := tensor.Matrix{Rows: y.Rows, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, y.Rows*y.Cols)}
			return net.Backward(dy)
		}
		if _, err := tr.Step(x, target); err != nil {
			t.Fatal(err)
		}
		if err := backward(); !errors.Is(err, ErrMixedGradients) {
			t.Errorf("Backward after a trainer's batch: %v, want ErrMixedGradients", err)
		}
		if err := backward(); err != nil {
			t.Errorf("Backward again: %v", err)
		}
		if err := tr.opt.Step(); err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Step(x, target); !errors.Is(err, ErrMixedGradients) {
			t.Errorf("a trainer's batch after Backward: %v, want ErrMixedGradients", err)
		}
		if _, err := tr.Step(x, target); err != nil {
			t.Errorf("a trainer's batch again: %v", err)
		}
	})
}

// uncounted is a loss of one's own that counts no row.
type uncounted struct{ loss.Loss }

func (uncounted) Weight(data.Target, int, int) float64 { return 0 }

// TestEvaluateOfNothing: a mean over rows none of which counts is an error, not NaN.
func TestEvaluateOfNothing(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		x, target := chainData(loss.MSE(), 8)
		tr, err := NewTrainer(chainNet(t, b), uncounted{loss.MSE()}, optim.SGD(0.1))
		if err != nil {
			t.Fatal(err)
		}
		var wrong *loss.TargetError
		if m, err := tr.Evaluate(data.Set{X: x, Target: target}); !errors.As(err, &wrong) {
			t.Errorf("Evaluate: %+v, %v; want a *TargetError", m, err)
		}
		if _, err := tr.Step(x, target); !errors.As(err, &wrong) {
			t.Errorf("Step: %v, want a *TargetError", err)
		}
	})
}
