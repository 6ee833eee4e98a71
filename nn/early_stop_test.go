package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
)

// plain makes a trainer without anything random but its first weights and without a state of
// the optimizer: another with the same weights goes on where it has stopped.
func plain(t *testing.T, opts ...nn.OptimizerOption) *nn.Trainer {
	t.Helper()
	net := newNetwork(t, 6, []layer.Layer{layer.Dense(12), activation.ReLU(), layer.Dense(3)}, nn.Seed(7), nn.Init(initial.GlorotUniform()))
	tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.5), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// noisy is samples of which a third has labels of others, so that training on the first
// part soon harms the loss on the second.
func noisy(samples int) (train, validation data.Set) {
	all := classes(1, 2*samples, 6, 3)
	for i := 0; i < samples; i += 3 {
		all.Target.Labels[i] = (all.Target.Labels[i] + 1) % 3
	}
	return part(all, 0, samples), part(all, samples, 2*samples)
}

// TestStatesRoundTrip cuts a training in two, at every epoch, and goes on with another
// trainer that has the weights and the callbacks' states: early stopping and a plateau
// end as in a training that nobody has cut.
func TestStatesRoundTrip(t *testing.T) {
	train, validation := noisy(30)
	schedule := optim.Plateau(0.5, 1, optim.Threshold(0.02))
	options := func(epochs int, more ...nn.FitOption) []nn.FitOption {
		return append([]nn.FitOption{nn.NoShuffle(), nn.Batch(10), nn.Epochs(epochs), nn.Validate(validation), nn.EarlyStop(nn.ValidationLoss(), 6)}, more...)
	}
	whole := plain(t, nn.Schedule(schedule))
	want := fit(t, whole, train, options(200)...)
	if !want.StoppedEarly || want.Restored.Epoch < 2 || want.Epochs[len(want.Epochs)-1].Rate >= 0.25 {
		t.Fatalf("early %t, %d epochs, best %+v: the test says little", want.StoppedEarly, len(want.Epochs), want.Restored)
	}
	for cut := 1; cut < len(want.Epochs); cut++ {
		one, two := plain(t, nn.Schedule(schedule)), plain(t, nn.Schedule(schedule))
		var weights nn.Snapshot
		var states map[string][]byte
		fit(t, one, train, options(cut, nn.Callback{Epoch: func(r *nn.Run, e *nn.EpochInfo) (err error) {
			if states, err = r.State(); err == nil {
				err = weights.Take(r.Trainer.Network())
			}
			return err
		}})...)
		if err := weights.Restore(two.Network()); err != nil {
			t.Fatal(err)
		}
		got := fit(t, two, train, options(200, nn.Callback{Start: func(r *nn.Run) error { return r.SetState(states) }})...)
		if len(got.Epochs) != len(want.Epochs)-cut || !got.StoppedEarly || got.Restored.Loss != want.Restored.Loss {
			t.Errorf("cut after %d: %d more epochs, the best of loss %v; want %d, %v", cut, len(got.Epochs), got.Restored.Loss, len(want.Epochs)-cut, want.Restored.Loss)
		}
		for i, e := range got.Epochs {
			if w := want.Epochs[cut+i]; e.Rate != w.Rate || e.Validation.Loss != w.Validation.Loss {
				t.Fatalf("cut after %d: epoch %d has rate %v and loss %v, want %v and %v", cut, cut+i+1, e.Rate, e.Validation.Loss, w.Rate, w.Validation.Loss)
			}
		}
		sameBits(t, "best weights", allWeights(t, two.Network()), allWeights(t, whole.Network()))
		if a, b := two.Optimizer().Observer().State(), whole.Optimizer().Observer().State(); !slices.Equal(a, b) {
			t.Errorf("cut after %d: the plateau has %v, want %v", cut, a, b)
		}
	}
}

// scripted is a metric whose values are given.
type scripted struct {
	name   string
	higher bool
	values *[]float64
}

func (m scripted) String() string      { return m.name }
func (m scripted) Higher() bool        { return m.higher }
func (m scripted) Start() metric.State { return m }
func (m scripted) Value() float64 {
	v := (*m.values)[0]
	*m.values = (*m.values)[1:]
	return v
}

// TestEarlyStopByMetric plays series of values: where it ends, and which weights come back.
func TestEarlyStopByMetric(t *testing.T) {
	known := classes(1, 20, 6, 3)
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		higher     bool
		values     []float64
		patience   int
		delta      float64
		ends, best int
		early      bool
	}{
		"higher":                       {true, []float64{0.5, 0.7, 0.6, 0.7, 0.9}, 2, 0, 4, 2, true},
		"lower":                        {false, []float64{5, 4, 4, 3, 3, 3}, 2, 0, 6, 4, true},
		"a change below the least":     {true, []float64{0.5, 0.55, 0.58, 0.9}, 2, 0.1, 3, 3, true},
		"the best is by any change":    {false, []float64{5, 4.95, 4.9, 0}, 2, 0.5, 3, 3, true},
		"NaN is never better":          {true, []float64{0.5, nan, nan, 0.6}, 2, 0, 3, 1, true},
		"a number is better than NaN":  {false, []float64{nan, nan, 1000, nan, nan, nan}, 3, 0, 6, 3, true},
		"NaN alone":                    {true, []float64{nan, nan, nan, 1}, 2, 0, 3, 1, true},
		"infinity is better than NaN":  {false, []float64{nan, inf, 3, 3}, 1, 0, 4, 3, true},
		"no end before that of epochs": {true, []float64{1, 2, 3, 4, 5, 6}, 1, 0, 6, 6, false},
	} {
		t.Run(name, func(t *testing.T) {
			values := append(slices.Clone(c.values), make([]float64, 6)...)
			m := scripted{"mine", c.higher, &values}
			tr := newTrainer(t)
			var weights [][]float32
			h := fit(t, tr, known, nn.Epochs(6), nn.Validate(known), nn.EarlyStop(m, c.patience, nn.MinDelta(c.delta)),
				onEpoch(func(*nn.EpochInfo) error { weights = append(weights, allWeights(t, tr.Network())); return nil }))
			if len(h.Epochs) != c.ends || h.Restored == nil || h.Restored.Epoch != c.best || h.StoppedEarly != c.early {
				t.Fatalf("%d epochs, went back to %+v, early %t; want %d, %d, %t", len(h.Epochs), h.Restored, h.StoppedEarly, c.ends, c.best, c.early)
			}
			sameBits(t, "weights", allWeights(t, tr.Network()), weights[c.best-1])
			if got, ok := h.Restored.Value("mine"); !ok || math.Float64bits(got) != math.Float64bits(c.values[c.best-1]) {
				t.Errorf("the best value is %v, %t", got, ok)
			}
		})
	}
}

// TestEarlyStopValueIsUsedAgain: in a second Fit it begins afresh.
func TestEarlyStopValueIsUsedAgain(t *testing.T) {
	known := classes(1, 20, 6, 3)
	values := []float64{9, 1, 1, 1, 3, 2, 2, 2}
	stop := nn.EarlyStop(scripted{"mine", false, &values}, 2)
	tr := newTrainer(t)
	for _, want := range []int{2, 6} {
		if h := fit(t, tr, known, nn.Validate(known), stop); len(h.Epochs) != 4 || h.Restored.Epoch != want {
			t.Errorf("%d epochs, went back to %+v, want 4 and epoch %d", len(h.Epochs), h.Restored, want)
		}
	}
}

func TestStopAt(t *testing.T) {
	known := classes(1, 20, 6, 3)
	for _, c := range []struct {
		higher bool
		values []float64
		at     float64
		want   int
	}{
		{true, []float64{0.1, math.NaN(), 0.8, 0.9, 1}, 0.9, 4},
		{true, []float64{0.1, 0.95}, 0.9, 2},
		{false, []float64{3, math.NaN(), 2, 1.9}, 2, 3},
		{false, []float64{3, 3, 3, 3, 3}, 2, 5},
	} {
		values := slices.Clone(c.values)
		h := fit(t, newTrainer(t), known, nn.Epochs(5), nn.Validate(known), nn.StopAt(scripted{"mine", c.higher, &values}, c.at))
		if len(h.Epochs) != c.want || h.StoppedEarly != (c.want < 5) {
			t.Errorf("%v: %d epochs, early %t, want %d", c.values, len(h.Epochs), h.StoppedEarly, c.want)
		}
	}
	h := fit(t, newTrainer(t), known, nn.Epochs(50), nn.Validate(known), nn.StopAt(nn.ValidationLoss(), 0.9))
	if last := h.Epochs[len(h.Epochs)-1].Validation.Loss; !h.StoppedEarly || !(last <= 0.9) || len(h.Epochs) < 2 {
		t.Errorf("stopped early %t after %d epochs at a loss of %v", h.StoppedEarly, len(h.Epochs), last)
	}
}
