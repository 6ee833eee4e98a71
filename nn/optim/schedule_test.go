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
		if got := test.schedule.Rate(2, Progress{test.step, 12}); !(math.Abs(got-test.want) <= 1e-15) {
			t.Errorf("%s: rate of step %d is %v, want %v", test.name, test.step, got, test.want)
		}
	}
}

func TestScheduleValidate(t *testing.T) {
	for _, s := range []Schedule{Constant(), Cosine(Over(1)), Cosine(Over(9), Floor(1)), Warmup(0, Constant()), Warmup(3, Cosine(Over(2), Floor(0.5)))} {
		if err := s.Validate(); err != nil {
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
	}
	for _, test := range tests {
		err := test.schedule.Validate()
		var he *fault.HyperparameterError
		if !errors.As(err, &he) || err.Error() != test.message {
			t.Errorf("got %v, want a *fault.HyperparameterError %q", err, test.message)
		}
	}
}
