package nn

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// recorded is a rule that writes down what momenta it is given, and when steps begin.
type recorded struct {
	optim.Rule
	to *[]float64
}

func (r recorded) Stepper() optim.Stepper {
	return &recordedStepper{r.Rule.Stepper().(recordable), r.to}
}

type recordable interface {
	optim.Elementwise
	optim.MomentumStepper
}

type recordedStepper struct {
	recordable
	to *[]float64
}

func (s *recordedStepper) Momenta(least, most float64) {
	*s.to = append(*s.to, least, most)
	s.recordable.Momenta(least, most)
}

func (s *recordedStepper) SetMomentum(m float64) {
	*s.to = append(*s.to, m)
	s.recordable.SetMomentum(m)
}

func (s *recordedStepper) Begin(step int, rate float64) {
	*s.to = append(*s.to, float64(-step))
	s.recordable.Begin(step, rate)
}

// TestMomentaAreSet: the schedule's momentum comes before each step, and after a step that was refused again.
func TestMomentaAreSet(t *testing.T) {
	b := openRules(t, "native", "")
	layers := []layer.Layer{layer.Dense(4), activation.Tanh(), layer.Dense(3)}
	var got []float64
	cycle := optim.Cyclic(2, optim.CycleMomentum(0.5, 0.7))
	tr := ruleTrainer(t, b, layers, recorded{optim.Adam(0.01), &got}, Schedule(optim.Warmup(1, cycle)))
	ruleSteps(t, tr, 0, 2)
	x, target := ruleBatch(2)
	bad := slices.Clone(target.Values.Data)
	bad[0] = float32(math.NaN())
	spoilt := target
	spoilt.Values.Data = bad
	if _, err := tr.Step(x, spoilt); err == nil {
		t.Fatal("a target of NaN is taken")
	}
	ruleSteps(t, tr, 2, 6)
	want := []float64{0.5, 0.9, 0.9, -1, 0.7, -2, 0.6, -3, 0.5, -4, 0.6, -5, 0.7, -6}
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-15 }) {
		t.Errorf("momenta and steps were %v, want %v", got, want)
	}
	got = nil
	tr = ruleTrainer(t, b, layers, recorded{optim.Adam(0.01), &got}, Schedule(optim.Warmup(1, optim.Cosine(optim.Over(9)))))
	ruleSteps(t, tr, 0, 2)
	if want := []float64{-1, -2}; !slices.Equal(got, want) {
		t.Errorf("momenta and steps without a cycle were %v, want %v", got, want)
	}
}

// TestMomentaNeedRules: a schedule that moves the momentum is refused by name beside rules whose own cannot, and taken where it
// keeps it.
func TestMomentaNeedRules(t *testing.T) {
	b := openRules(t, "native", "")
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(4), layer.Dense(4), layer.Dense(3)), Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	sgd, moving := optim.SGD(0.1), optim.SGD(0.1, optim.Momentum(0.9))
	for _, c := range []struct {
		rule optim.Rule
		says string // nothing if it is taken
	}{
		{sgd, "sgd(lr=0.1)"},
		{moving, ""},
		{optim.NAdam(0.1), "nadam(lr=0.1)"},
		{optim.Lion(0.1), "lion(lr=0.1)"},
		{optim.Adagrad(0.1), "adagrad(lr=0.1)"},
		{optim.ScheduleFreeAdamW(0.1), "schedule_free_adamw(lr=0.1)"},
		{optim.EMA(sgd, 0.9), "ema(sgd(lr=0.1), decay=0.9)"},
		{optim.EMA(moving, 0.9), ""},
		{optim.Muon(0.02), ""},
		{optim.Muon(0.02, optim.Others(sgd)), "sgd(lr=0.1)"},
		{optim.Groups(moving, optim.ByRole(tensor.Bias).RateFactor(2)), ""},
		{optim.LAMB(0.1), ""},
	} {
		for _, s := range []optim.Schedule{optim.OneCycle(optim.Over(5)), optim.Cyclic(3), optim.Sequence(optim.Constant(), 9, optim.Cyclic(3))} {
			_, err := NewOptimizer(net, c.rule, Schedule(s))
			if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, ErrMomentum) || !strings.Contains(err.Error(), " of "+c.says+":") || !strings.Contains(err.Error(), s.String())) {
				t.Errorf("%s with %s: error %v, want one about %q", c.rule, s, err, c.says)
			}
		}
		for _, s := range []optim.Schedule{optim.OneCycle(optim.Over(5), optim.KeepMomentum()), optim.Warmup(3, optim.Cyclic(3, optim.KeepMomentum()))} {
			if _, err := NewOptimizer(net, c.rule, Schedule(s)); err != nil {
				t.Errorf("%s with %s: error %v, want none", c.rule, s, err)
			}
		}
	}
}

// adrift is a schedule whose momenta are not what it says.
type adrift struct {
	optim.Schedule
	least, most, momentum float64
}

func (s adrift) Momenta(float64) (least, most float64, ok bool) { return s.least, s.most, true }

func (s adrift) Momentum(float64, optim.Progress) float64 { return s.momentum }

// TestMomentaAdrift: a schedule of one's own has to keep to what it says.
func TestMomentaAdrift(t *testing.T) {
	b := openRules(t, "native", "")
	nan := math.NaN()
	for _, s := range []adrift{{optim.Constant(), 0.5, 1, 0.7}, {optim.Constant(), -0.1, 0.9, 0.7}, {optim.Constant(), nan, 0.9, 0.7}, {optim.Constant(), 0.5, nan, 0.7}} {
		net, err := New(tensor.Shape{6}, layer.Dense(3), Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		var number *HyperparameterError
		if _, err := NewOptimizer(net, optim.Adam(0.1), Schedule(s)); !errors.As(err, &number) || number.Name != "momentum" {
			t.Errorf("momenta from %v to %v: error %v, want a *HyperparameterError", s.least, s.most, err)
		}
	}
	for _, momentum := range []float64{0.4, 0.96, nan} {
		tr := ruleTrainer(t, b, []layer.Layer{layer.Dense(3)}, optim.Adam(0.1), Schedule(adrift{optim.Constant(), 0.5, 0.95, momentum}))
		x, target := ruleBatch(0)
		var number *HyperparameterError
		if _, err := tr.Step(x, target); !errors.As(err, &number) || number.Name != "momentum" || tr.Optimizer().Steps() != 0 {
			t.Errorf("a momentum of %v: error %v, want a *HyperparameterError", momentum, err)
		}
	}
}

// TestStateOfOtherMomenta: what steps under one schedule have led to goes on under another, whatever that makes of the
// momentum, by each way with the same bits.
func TestStateOfOtherMomenta(t *testing.T) {
	b := openRules(t, "native", "")
	layers := []layer.Layer{layer.Dense(5), activation.Tanh(), layer.Dense(3)}
	slow, half := optim.Betas(0.95, 0.99), optim.CycleMomentum(0.5, 0.95)
	for _, c := range []struct {
		rule  optim.Rule
		under optim.Schedule
	}{
		{optim.Adam(1e-3, slow), optim.OneCycle(optim.Over(20))},
		{optim.Adam(1e-3, optim.Betas(0.95, 0.999)), optim.Cyclic(6)},
		{optim.Adam(1e-3), optim.OneCycle(optim.Over(20), half)},
		{optim.AdamW(1e-3, optim.AMSGrad()), optim.Cyclic(6, half)},
		{optim.RAdam(1e-3), optim.Cyclic(6, half)},
		{optim.EMA(optim.Adam(1e-3, slow), 0.9), optim.Cyclic(6, half)},
		{optim.Groups(optim.Adam(1e-3, slow), optim.ByRole(tensor.Bias).RateFactor(2)), optim.Cyclic(6, half)},
		{optim.Adamax(1e-3, optim.Betas(0.5, 0.999)), optim.Cyclic(6, optim.CycleMomentum(0.5, 0.99))},
		{optim.LAMB(1e-3), optim.Cyclic(6, half)},
		{optim.SGD(1e-3, optim.Momentum(0.9)), optim.Cyclic(6, half)},
	} {
		tr := ruleTrainer(t, b, layers, c.rule, Schedule(c.under))
		ruleSteps(t, tr, 0, 6)
		for _, s := range []optim.Schedule{optim.Constant(), optim.Cosine(optim.Over(20)), optim.OneCycle(optim.Over(20), optim.KeepMomentum()), optim.Warmup(2, optim.Cyclic(3))} {
			var want *Trainer
			for _, way := range ruleWays[:2] {
				for _, foresees := range []bool{true, false} {
					other := resumed(t, tr, b, layers, append([]OptimizerOption{Schedule(s)}, way.opts...)...)
					other.opt.bounded = other.opt.bounded && foresees
					ruleSteps(t, other, 6, 12)
					if want == nil {
						want = other
					}
					what := c.rule.String() + " under " + c.under.String() + ", then " + s.String() + ", " + way.name
					sameState(t, what, other.opt, want.opt)
					if !slices.Equal(flatWeights(other.net), flatWeights(want.net)) {
						t.Errorf("%s: other parameters", what)
					}
				}
			}
		}
	}
}
