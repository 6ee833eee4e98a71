package nn_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// No pass allocates once its memory has been planned.
func TestStepsAllocateNothing(t *testing.T) {
	data := classes(1, 32, 50, 10)
	options := []struct {
		name string
		rule optim.Rule
		opts []nn.OptimizerOption
	}{
		{"plain sgd", optim.SGD(0.01), nil},
		{"plain momentum", optim.SGD(0.01, optim.Momentum(0.9)), nil},
		{"plain adamw", optim.AdamW(0.01), nil},
		{"schedule", optim.SGD(0.01), []nn.OptimizerOption{nn.Schedule(optim.Warmup(5, optim.Cosine(optim.Over(100))))}},
		{"momenta", optim.EMA(optim.AdamW(0.01), 0.9), []nn.OptimizerOption{nn.Schedule(optim.Warmup(5, optim.OneCycle(optim.Over(1000))))}},
		{"clip", optim.Adam(0.01), []nn.OptimizerOption{nn.ClipNorm(1)}},
		{"accumulation", optim.Adam(0.01), []nn.OptimizerOption{nn.Accumulate(3)}},
		{"gradient check", optim.SGD(0.01), []nn.OptimizerOption{nn.InspectGradients()}},
		{"groups", optim.Groups(optim.AdamW(0.01, optim.NoDecay(tensor.Bias)), optim.ByName("layers.0.*").RateFactor(0.1), optim.ByName("layers.4.bias").Freeze()), nil},
		{"rmsprop", optim.RMSProp(0.01, optim.Momentum(0.9), optim.Centered()), nil},
		{"average", optim.EMA(optim.AdamW(0.01), 0.99), nil},
		{"muon", optim.Muon(0.02, optim.On("layers.6.weight"), optim.Others(optim.AdamW(0.01))), nil},
		{"average of muon, clipped", optim.EMA(optim.Muon(0.02, optim.On("layers.6.weight"), optim.Others(optim.SGD(0.01))), 0.9), []nn.OptimizerOption{nn.ClipNorm(1)}},
		{"by value", optim.NAdam(0.01), []nn.OptimizerOption{nn.ClipValue(0.1)}},
		{"adaptively", optim.ScheduleFreeAdamW(0.01), []nn.OptimizerOption{nn.ClipAdaptive(0.01, 0.001)}},
		{"lamb", optim.LAMB(0.01), nil},
		{"everything", optim.AdamW(0.01), []nn.OptimizerOption{nn.ClipNorm(1), nn.Accumulate(2), nn.InspectGradients()}},
	}
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, o := range options {
			// Wide enough that the update of the parameters is shared out.
			net := newNetwork(t, 50, []layer.Layer{layer.Dense(250), activation.ReLU(), layer.Dropout(0.5), activation.Tanh(), layer.Dense(250), activation.Sigmoid(), layer.Dense(10)},
				nn.Backend(b), nn.InputGradient())
			tr, err := nn.NewTrainer(net, loss.CrossEntropy(), o.rule, o.opts...)
			if err != nil {
				t.Fatal(err)
			}
			noAllocations(t, "Trainer.Step, "+o.name, func() error {
				_, err := tr.Step(data.X, data.Target)
				return err
			})
		}
		net := newNetwork(t, 50, []layer.Layer{layer.Dense(300), activation.ReLU(), layer.Dropout(0.5), layer.Dense(10), activation.Tanh()}, nn.Backend(b))
		opt, err := nn.NewOptimizer(net, optim.Adam(0.01))
		if err != nil {
			t.Fatal(err)
		}
		dy := randomMatrix(rand.New(rand.NewPCG(1, 1)), 32, 10, 0)
		noAllocations(t, "Forward, Backward, Optimizer.Step", func() error {
			if _, err := net.Forward(data.X); err != nil {
				return err
			}
			if err := net.Backward(dy); err != nil {
				return err
			}
			return opt.Step()
		})
		y := randomMatrix(rand.New(rand.NewPCG(1, 1)), 32, 10, 0)
		noAllocations(t, "PredictInto", func() error { return net.PredictInto(data.X, y) })
	})
}

// TestFitAllocatesNothingInAStep compares a Fit of few steps with one of many, with callbacks
// that do nothing and without, on sources of all kinds. The runtime may allocate now and then; what
// a step allocates shows hundreds of times.
func TestFitAllocatesNothingInAStep(t *testing.T) {
	const few, many = 10, 410
	known := classes(1, many, 6, 3)
	weighted := known
	weighted.Target.Weights = slices.Repeat([]float32{1, 2}, many/2)
	idle := nn.Callback{Name: "idle", Step: func(*nn.Run, *nn.StepInfo) error { return nil }}
	set := func(set data.Set) data.Source { return set }
	stream := func(set data.Set) data.Source { return data.FromSeq(set.Info(), sequence(set, many)) }
	for name, c := range map[string]struct {
		set    data.Set
		source func(data.Set) data.Source
		opts   []nn.FitOption
	}{
		"plain":               {known, set, nil},
		"callbacks":           {known, set, []nn.FitOption{idle, nn.Callback{}, idle}},
		"as they are":         {known, set, []nn.FitOption{nn.NoShuffle()}},
		"a set ahead":         {known, func(s data.Set) data.Source { return data.Prefetch(s, 2) }, nil},
		"a stream":            {known, stream, nil},
		"a stream of weights": {weighted, stream, nil},
		"a stream ahead":      {known, func(s data.Set) data.Source { return data.Prefetch(stream(s), 2) }, nil},
	} {
		tr := newTrainer(t, nn.Schedule(optim.Warmup(5, optim.Plateau(0.5, 3))))
		allocations := func(rows int) float64 {
			first := part(c.set, 0, rows)
			if c.set.Target.Weights != nil {
				first.Target.Weights = c.set.Target.Weights[:rows]
			}
			return testing.AllocsPerRun(2, func() {
				if _, err := tr.Fit(context.Background(), c.source(first), append(c.opts, nn.Batch(1), nn.Epochs(1))...); err != nil {
					t.Fatal(err)
				}
			})
		}
		if more := allocations(many) - allocations(few); !(more < (many-few)/10) {
			t.Errorf("%s: %v allocations in %d steps, want none", name, more, many-few)
		}
	}
}

func noAllocations(t *testing.T, what string, f func() error) {
	t.Helper()
	// AllocsPerRun does one run before it counts, and drops fractions: a run
	// takes as many calls as accumulation needs for several steps, so that one
	// allocation in each step is a whole one in each run. The runtime allocates
	// now and then for goroutines that wait; what a step allocates shows each
	// time.
	allocations := 0.0
	for range 3 {
		allocations = testing.AllocsPerRun(2, func() {
			for range 6 {
				if err := f(); err != nil {
					t.Fatal(err)
				}
			}
		})
		if allocations == 0 {
			return
		}
	}
	t.Errorf("%s: %v allocations in 6 calls, want none", what, allocations)
}
