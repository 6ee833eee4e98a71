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
