package nn

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestScheduleRates(t *testing.T) {
	parse := func(name string, steps, warmup int) Schedule {
		s, err := ParseSchedule(name, steps, warmup)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := []struct {
		name     string
		schedule Schedule
		step     int
		want     float64 // for a base of 2
	}{
		{"constant", Constant(), 1, 2},
		{"constant, late", Constant(), math.MaxInt, 2},

		{"cosine, first step", Cosine(8, 0.1), 1, 2},
		{"cosine, a quarter", Cosine(8, 0), 3, 1 + math.Sqrt2/2},
		{"cosine, half", Cosine(8, 0), 5, 1},
		{"cosine, half of what is above the floor", Cosine(8, 0.5), 5, 1.5},
		{"cosine, last step", Cosine(8, 0), 8, 1 - math.Cos(math.Pi/8)},
		{"cosine, one after the last", Cosine(8, 0.1), 9, 0.2},
		{"cosine, long after", Cosine(8, 0.1), 9000, 0.2},
		{"cosine, before the first", Cosine(8, 0.1), 0, 2},
		{"cosine, a floor of 1", Cosine(8, 1), 6, 2},

		{"warm-up, first step", Warmup(4, Constant()), 1, 0.5},
		{"warm-up, last step", Warmup(4, Constant()), 4, 2},
		{"warm-up, one after", Warmup(4, Constant()), 5, 2},
		{"warm-up of one step", Warmup(1, Constant()), 1, 2},
		{"warm-up of none", Warmup(0, Cosine(8, 0)), 5, 1},
		{"warm-up, then the cosine starts", Warmup(4, Cosine(8, 0)), 5, 2},
		{"warm-up, then the cosine's half", Warmup(4, Cosine(8, 0)), 9, 1},
		{"warm-up, then the cosine's end", Warmup(4, Cosine(8, 0)), 13, 0},

		{"parsed cosine: its steps include the warm-up", parse("cosine", 12, 4), 9, 1},
		{"parsed cosine, end", parse("cosine", 12, 4), 13, 0},
		{"parsed constant", parse("constant", 12, 4), 2, 1},
		{"parsed constant without warm-up", parse("constant", 12, 0), 1, 2},
	}
	for _, test := range tests {
		// A cosine of a rounded multiple of π is off by about its ulp.
		if got := test.schedule.Rate(2, test.step); !(math.Abs(got-test.want) <= 1e-15) {
			t.Errorf("%s: rate of step %d is %v, want %v", test.name, test.step, got, test.want)
		}
	}
}

func TestScheduleValidate(t *testing.T) {
	for _, s := range []Schedule{Constant(), Cosine(1, 0), Cosine(9, 1), Warmup(0, Constant()), Warmup(3, Cosine(2, 0.5))} {
		if err := s.Validate(); err != nil {
			t.Errorf("%#v: %v", s, err)
		}
	}
	tests := []struct {
		schedule Schedule
		message  string
	}{
		{Cosine(0, 0), "cosine schedule: steps is 0, want at least 1"},
		{Cosine(5, -0.1), "cosine schedule: floor is -0.1, want a fraction from 0 to 1"},
		{Cosine(5, 1.1), "cosine schedule: floor is 1.1, want a fraction from 0 to 1"},
		{Cosine(5, math.NaN()), "cosine schedule: floor is NaN, want a fraction from 0 to 1"},
		{Warmup(-1, Constant()), "warm-up: steps is -1, want at least 0"},
		{Warmup(1, Cosine(0, 0)), "cosine schedule: steps is 0, want at least 1"},
	}
	for _, test := range tests {
		err := test.schedule.Validate()
		var he *HyperparameterError
		if !errors.As(err, &he) || err.Error() != test.message {
			t.Errorf("got %v, want a *HyperparameterError %q", err, test.message)
		}
	}
}

func TestParseSchedule(t *testing.T) {
	for _, name := range []string{"constant", "cosine"} {
		for _, warmup := range []int{0, 3} {
			s, err := ParseSchedule(name, 10, warmup)
			if err != nil || s.Name() != name {
				t.Errorf("ParseSchedule(%q, 10, %d) = %v, %v", name, warmup, s, err)
			}
		}
	}
	var he *HyperparameterError
	const noStep = "cosine schedule: warm-up is 10, want fewer steps than the 10 of the training"
	if s, err := ParseSchedule("cosine", 10, 10); s != nil || !errors.As(err, &he) || err.Error() != noStep {
		t.Errorf("a warm-up that leaves the cosine no step: %v, %v, want a *HyperparameterError %q", s, err, noStep)
	}
	if s, err := ParseSchedule("constant", 10, -1); s != nil || !errors.As(err, &he) {
		t.Errorf("a negative warm-up: %v, %v, want a *HyperparameterError", s, err)
	}
	_, err := ParseSchedule("cosin", 10, 0)
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "cosine" {
		t.Errorf("error is %v, want one that suggests cosine", err)
	}
}
