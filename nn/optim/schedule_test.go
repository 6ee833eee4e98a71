package optim

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/fault"
)

func TestScheduleRates(t *testing.T) {
	tests := []struct {
		name     string
		schedule Schedule
		step     int
		want     float64 // for a base of 2
	}{
		{"constant", Constant(), 1, 2},
		{"constant, late", Constant(), math.MaxInt, 2},

		{"cosine, first step", Cosine(Over(8), Floor(0.1)), 1, 2},
		{"cosine, a quarter", Cosine(Over(8)), 3, 1 + math.Sqrt2/2},
		{"cosine, half", Cosine(Over(8)), 5, 1},
		{"cosine, half of what is above the floor", Cosine(Over(8), Floor(0.5)), 5, 1.5},
		{"cosine, last step", Cosine(Over(8)), 8, 1 - math.Cos(math.Pi/8)},
		{"cosine, one after the last", Cosine(Over(8), Floor(0.1)), 9, 0.2},
		{"cosine, long after", Cosine(Over(8), Floor(0.1)), 9000, 0.2},
		{"cosine, before the first", Cosine(Over(8), Floor(0.1)), 0, 2},
		{"cosine, a floor of 1", Cosine(Over(8), Floor(1)), 6, 2},

		{"warm-up, first step", Warmup(4, Constant()), 1, 0.5},
		{"warm-up, last step", Warmup(4, Constant()), 4, 2},
		{"warm-up, one after", Warmup(4, Constant()), 5, 2},
		{"warm-up of one step", Warmup(1, Constant()), 1, 2},
		{"warm-up of none", Warmup(0, Cosine(Over(8))), 5, 1},
		{"warm-up, then the cosine starts", Warmup(4, Cosine(Over(8))), 5, 2},
		{"warm-up, then the cosine's half", Warmup(4, Cosine(Over(8))), 9, 1},
		{"warm-up, then the cosine's end", Warmup(4, Cosine(Over(8))), 13, 0},

		{"step, before the fall", Step(4, 0.5), 4, 2},
		{"step, after the second", Step(4, 0.5), 9, 0.5},
		{"multi-step, at the second", MultiStep(0.5, 2, 8), 9, 0.5},
		{"polynomial, half", Polynomial(2), 7, 0.5},
		{"polynomial, after the end", Polynomial(2, Floor(0.25), Over(3)), 9, 0.5},
		{"linear, a quarter", Linear(0, 1), 4, 0.5},
		{"one cycle, its last step", OneCycle(Divisors(2, 5)), 12, 0.2},
		{"one cycle, after it", OneCycle(Divisors(2, 5)), 13, 0.2},
		{"one cycle of one step", OneCycle(Divisors(2, 5), Over(1)), 1, 0.2},
		{"restarts, at the third cycle", CosineRestarts(2, Longer(2)), 7, 2},
		{"restarts, later than an int of 32 bits", CosineRestarts(1<<30, Longer(1<<30)), math.MaxInt32, 2 * (1 + math.Cos(math.Pi*(1<<30-2)/(1<<60))) / 2},
		{"cyclic, at its top", Cyclic(3, Down(1), Floor(0)), 4, 2},
		{"coslog4, at its end", CosLog4(Over(4)), 9, 0},
		{"sequence, the last step of the first", Sequence(Cosine(), 4, Constant()), 4, 1 - math.Sqrt2/2},
		{"sequence, the first of the other", Sequence(Cosine(), 4, Linear(1, 0)), 5, 2},
		{"sequence of none", Sequence(Cosine(), 0, Constant()), 1, 2},
		{"cosine over the training: its steps are those after the warm-up", Warmup(4, Cosine()), 9, 1},
		{"cosine over the training, end", Warmup(4, Cosine()), 13, 0},
		{"cosine over the training, half", Cosine(), 7, 1},
		{"cosine with steps of its own", Cosine(Over(8)), 5, 1},
	}
	for _, test := range tests {
		// A cosine of a rounded multiple of π is off by about its ulp.
		if got := test.schedule.Rate(2, Progress{Step: test.step, Steps: 12}); !(math.Abs(got-test.want) <= 1e-15) {
			t.Errorf("%s: rate of step %d is %v, want %v", test.name, test.step, got, test.want)
		}
	}
}

func TestScheduleValidate(t *testing.T) {
	for _, s := range []Schedule{Constant(), Cosine(Over(1)), Cosine(Over(9), Floor(1)), Warmup(0, Constant()), Warmup(3, Cosine(Over(2), Floor(0.5))), Cosine(), Plateau(0.1, 0), Warmup(4, Plateau(0.5, 3, AbsoluteThreshold(0), Cooldown(2), Floor(1)))} {
		if err := Check(s); err != nil {
			t.Errorf("%#v: %v", s, err)
		}
	}
	tests := []struct {
		schedule Schedule
		message  string
	}{
		{Cosine(Over(0)), "cosine: over is 0, want at least 1 step"},
		{Cosine(Over(5), Floor(-0.1)), "cosine: floor is -0.1, want a fraction from 0 to 1"},
		{Cosine(Over(5), Floor(1.1)), "cosine: floor is 1.1, want a fraction from 0 to 1"},
		{Cosine(Over(5), Floor(math.NaN())), "cosine: floor is NaN, want a fraction from 0 to 1"},
		{Warmup(-1, Constant()), "warmup: steps is -1, want at least 0"},
		{Warmup(1, Cosine(Over(0))), "cosine: over is 0, want at least 1 step"},
		{Plateau(1, 3), "plateau: factor is 1, want more than 0 and less than 1"},
		{Plateau(math.NaN(), 3), "plateau: factor is NaN, want more than 0 and less than 1"},
		{Plateau(0.5, -1), "plateau: patience is -1, want at least 0 values"},
		{Plateau(0.5, 1, Cooldown(-1)), "plateau: cooldown is -1, want at least 0 values"},
		{Plateau(0.5, 1, Threshold(math.Inf(1))), "plateau: threshold is +Inf, want a finite number, at least 0"},
		{Plateau(0.5, 1, AbsoluteThreshold(math.NaN())), "plateau: threshold is NaN, want a finite number, at least 0"},
		{Step(0, 0.5), "step: every is 0, want at least 1 step"},
		{Step(3, 0), "step: factor is 0, want more than 0 and at most 1"},
		{MultiStep(0.5), "multi_step: number of steps is 0, want at least 1"},
		{MultiStep(0.5, 3, 3), "multi_step: step is 3, want at least 1, and more than the one before"},
		{Exponential(math.NaN()), "exponential: factor is NaN, want more than 0 and at most 1"},
		{Exponential(1.1), "exponential: factor is 1.1, want more than 0 and at most 1"},
		{Polynomial(0), "polynomial: power is 0, want a finite number, more than 0"},
		{Polynomial(1, Over(0)), "polynomial: over is 0, want at least 1 step"},
		{Linear(-1, 0), "linear: from is -1, want a finite number, at least 0"},
		{Linear(1, math.Inf(1)), "linear: to is +Inf, want a finite number, at least 0"},
		{CosineRestarts(0), "cosine_restarts: first is 0, want at least 1 step"},
		{CosineRestarts(1, Longer(0)), "cosine_restarts: longer is 0, want at least 1"},
		{OneCycle(Rise(1)), "one_cycle: rise is 1, want more than 0 and less than 1"},
		{OneCycle(Rise(0.6), ThreePhases()), "one_cycle: rise is 0.6, want at most 0.5 with three phases"},
		{OneCycle(Divisors(0, 1)), "one_cycle: first is 0, want a finite number, at least 1"},
		{Cyclic(0), "cyclic: up is 0, want at least 1 step"},
		{Cyclic(1, Down(0)), "cyclic: down is 0, want at least 1 step"},
		{Cyclic(1, Fading(2)), "cyclic: fading is 2, want more than 0 and at most 1"},
		{InverseSqrt(0), "inverse_sqrt: warmup is 0, want at least 1 step"},
		{CosLog4(Over(-1)), "coslog4: over is -1, want at least 1 step"},
		{Sequence(Constant(), -1, Constant()), "sequence: steps is -1, want at least 0"},
		{Sequence(Step(0, 1), 3, Constant()), "step: every is 0, want at least 1 step"},
		{PerEpoch(Step(0, 1)), "step: every is 0, want at least 1 step"},
		{Plateau(0.5, 1, LeastChange(2)), "plateau: least_change is 2, want a fraction from 0 to 1"},
		{Warmup(2, Plateau(0.5, 1, Floor(2))), "plateau: floor is 2, want a fraction from 0 to 1"},
	}
	for _, test := range tests {
		err := Check(test.schedule)
		var he *fault.HyperparameterError
		if !errors.As(err, &he) || err.Error() != test.message {
			t.Errorf("got %v, want a *fault.HyperparameterError %q", err, test.message)
		}
	}
}

// TestValidateKnowsTheTraining: a cosine needs an end, its own or that of the training.
func TestValidateKnowsTheTraining(t *testing.T) {
	outside, within, short := Progress{Step: 3}, Progress{Step: 3, Steps: 20, Epoch: 1, Epochs: 2}, Progress{Step: 3, Steps: 4, Epoch: 1, Epochs: 1}
	for _, s := range []Schedule{Constant(), Cosine(Over(5)), Plateau(0.5, 3), Warmup(5, Constant()), Warmup(5, Cosine(Over(5))), Warmup(5, Plateau(0.5, 3))} {
		for _, p := range []Progress{outside, within, short} {
			if err := s.Validate(p); err != nil {
				t.Errorf("%s at %+v: %v", s, p, err)
			}
		}
	}
	for _, s := range []Schedule{Cosine(), Warmup(5, Cosine()), Warmup(0, Warmup(1, Cosine(Floor(0.5))))} {
		for _, p := range []Progress{within, short} {
			if err := s.Validate(p); err != nil {
				t.Errorf("%s at %+v: %v", s, p, err)
			}
			if rate := s.Rate(2, p); !(rate >= 0 && rate <= 2) {
				t.Errorf("%s at %+v has a rate of %v", s, p, rate)
			}
		}
		want := "cosine: number of steps to fall over is 0, want those of Fit, or others by Over"
		if err := s.Validate(outside); err == nil || err.Error() != want {
			t.Errorf("%s outside of Fit: %v, want %q", s, err, want)
		}
	}
}

// TestPerEpoch: an epoch's steps have one rate, that of the step of its number, and outside of Fit there is none.
func TestPerEpoch(t *testing.T) {
	s := PerEpoch(Sequence(Cosine(), 2, Step(1, 0.5)))
	for epoch, want := range []float64{2, 1, 2, 1} {
		p := Progress{Step: 100 + epoch, Steps: 1000, Epoch: epoch + 1, Epochs: 4}
		if got := s.Rate(2, p); !(math.Abs(got-want) <= 1e-15) {
			t.Errorf("rate of epoch %d is %v, want %v", epoch+1, got, want)
		}
	}
	want := "per_epoch: epoch is 0, want one of Fit, from 1"
	if err := s.Validate(Progress{Step: 3}); err == nil || err.Error() != want {
		t.Errorf("outside of Fit: %v, want %q", err, want)
	}
}
