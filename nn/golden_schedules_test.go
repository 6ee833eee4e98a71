package nn

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/neurona-ml/neurona/nn/optim"
)

// scheduleGolden is the rates of a schedule of PyTorch's.
type scheduleGolden struct {
	Name, Kind string
	Base       float64
	Settings   goldenSettings
	Rates      []float64 // of steps from 0
	Metric     []float64 // seen after each step, by a plateau
}

// TestGoldenSchedules compares schedules with PyTorch's rates. What PyTorch says in rates is a fraction of the largest
// here: of a cycle's, which is the base.
func TestGoldenSchedules(t *testing.T) {
	var list []scheduleGolden
	for _, file := range goldenTyped(t, "testdata/golden2", "schedules") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var content struct{ Schedules []scheduleGolden }
		if err := json.Unmarshal(text, &content); err != nil {
			t.Fatal(err)
		}
		list = append(list, content.Schedules...)
	}
	if goldenFolder("") == "" && len(list) != 29 {
		t.Fatalf("%d schedules, want 29", len(list))
	}
	for _, g := range list {
		t.Run(g.Name, func(t *testing.T) {
			base, s := g.schedule(t)
			if err := optim.Check(s); err != nil {
				t.Fatal(err)
			}
			rate, observer, sign := s.Rate, optim.Start(s), 1.0
			if observer != nil {
				rate = observer.Rate
			}
			if g.Metric != nil && setting[string](t, g.Settings, "mode") == "max" {
				sign = -1
			}
			for i, want := range g.Rates {
				if g.Name == "cosine_beyond_its_end" && i > 20 {
					want = g.Rates[20] // where ours stays
				}
				p := optim.Progress{Step: i + 1, Steps: len(g.Rates), Epoch: i + 1, Epochs: len(g.Rates)}
				if got := rate(base, p); !(math.Abs(got-want) <= 1e-12*base+1e-10*want) {
					t.Errorf("rate of step %d is %v, want %v", i, got, want)
				}
				if observer != nil {
					observer.Observe(p, sign*g.Metric[i])
				}
			}
		})
	}
}

// schedule returns the schedule, and the rate that it is of.
func (g *scheduleGolden) schedule(t *testing.T) (base float64, s optim.Schedule) {
	t.Helper()
	left := g.Settings
	number := func(name string) float64 { return left.number(t, name) }
	steps := func(name string) int { return setting[int](t, left, name) }
	base = g.Base
	switch g.Kind {
	case "StepLR":
		return base, optim.Step(steps("step_size"), number("gamma"))
	case "MultiStepLR":
		return base, optim.MultiStep(number("gamma"), setting[[]int](t, left, "milestones")...)
	case "ExponentialLR":
		return base, optim.Exponential(number("gamma"))
	case "PolynomialLR":
		return base, optim.Polynomial(number("power"), optim.Over(steps("total_iters")))
	case "LinearLR":
		return base, optim.Linear(number("start_factor"), number("end_factor"), optim.Over(steps("total_iters")))
	case "ConstantLR":
		factor := number("factor")
		return base, optim.Sequence(optim.Linear(factor, factor), steps("total_iters"), optim.Constant())
	case "CosineAnnealingLR":
		return base, optim.Cosine(optim.Over(steps("T_max")), optim.Floor(number("eta_min")/base))
	case "CosineAnnealingWarmRestarts":
		return base, optim.CosineRestarts(steps("T_0"), optim.Longer(steps("T_mult")), optim.Floor(number("eta_min")/base))
	case "OneCycleLR":
		opts := []optim.OneCycleOption{optim.Rise(number("pct_start")), optim.Divisors(number("div_factor"), number("final_div_factor"))}
		if setting[string](t, left, "anneal_strategy") == "linear" {
			opts = append(opts, optim.LinearPhases())
		}
		if left.flag(t, "three_phase") {
			opts = append(opts, optim.ThreePhases())
		}
		if total := steps("total_steps"); total != len(g.Rates) {
			t.Fatalf("%d rates of %d steps", len(g.Rates), total)
		}
		return number("max_lr"), optim.OneCycle(opts...)
	case "CyclicLR":
		base = number("max_lr")
		opts := []optim.CyclicOption{optim.Down(steps("step_size_down")), optim.Floor(number("base_lr") / base)}
		switch mode := setting[string](t, left, "mode"); mode {
		case "triangular2":
			opts = append(opts, optim.Halving())
		case "exp_range":
			opts = append(opts, optim.Fading(number("gamma")))
		}
		return base, optim.Cyclic(steps("step_size_up"), opts...)
	case "SequentialLR":
		first, second := g.part(t, "first"), g.part(t, "second")
		return base, optim.Sequence(first, setting[[]int](t, left, "milestones")[0], second)
	case "inverse_sqrt":
		return base, optim.InverseSqrt(steps("warmup"))
	case "coslog4":
		return base, optim.CosLog4(optim.Over(steps("total")))
	case "ReduceLROnPlateau":
		threshold := optim.Threshold
		if setting[string](t, left, "threshold_mode") == "abs" {
			threshold = optim.AbsoluteThreshold
		}
		return base, optim.Plateau(number("factor"), steps("patience"), threshold(number("threshold")),
			optim.Cooldown(steps("cooldown")), optim.Floor(number("min_lr")/base), optim.LeastChange(number("eps")/base))
	}
	t.Fatalf("no schedule for the kind %q", g.Kind)
	return 0, nil
}

// part is one of the schedules that a sequence is of.
func (g *scheduleGolden) part(t *testing.T, name string) optim.Schedule {
	t.Helper()
	of := scheduleGolden{Base: g.Base, Rates: g.Rates, Settings: setting[goldenSettings](t, g.Settings, name)}
	of.Kind = setting[string](t, of.Settings, "kind")
	_, s := of.schedule(t)
	return s
}
