package optim

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
)

// naiveStep is a step of a naiveRule.
type naiveStep = func(step int, rate, p, g float64, state *[3]float64) float64

// naiveCycle is the rate and the momentum of a step, from 0, written from PyTorch's code.
type naiveCycle func(step int) (rate, momentum float64)

// naiveOneCycle is PyTorch's OneCycleLR.
func naiveOneCycle(highest float64, total int, rise, first, last float64, linear, three bool, base, most float64) naiveCycle {
	type phase struct{ end, rate0, rate1, momentum0, momentum1 float64 }
	start := highest / first
	steps := float64(total)
	phases := []phase{{rise*steps - 1, start, highest, most, base}, {steps - 1, highest, start / last, base, most}}
	if three {
		phases = []phase{{rise*steps - 1, start, highest, most, base}, {2*rise*steps - 2, highest, start, base, most}, {steps - 1, start, start / last, most, most}}
	}
	anneal := func(from, to, part float64) float64 {
		if linear {
			return (to-from)*part + from
		}
		return to + (from-to)/2*(math.Cos(math.Pi*part)+1)
	}
	return func(step int) (rate, momentum float64) {
		begin := 0.0
		for i, p := range phases {
			if float64(step) <= p.end || i == len(phases)-1 {
				part := (float64(step) - begin) / (p.end - begin)
				return anneal(p.rate0, p.rate1, part), anneal(p.momentum0, p.momentum1, part)
			}
			begin = p.end
		}
		return
	}
}

// naiveCyclic is PyTorch's CyclicLR; scale is its scale_fn, of the cycle from 1 and of the step from 0.
func naiveCyclic(lowest, highest float64, up, down int, scale func(cycle, step float64) float64, base, most float64) naiveCycle {
	whole := float64(up + down)
	ratio := float64(up) / whole
	return func(step int) (rate, momentum float64) {
		cycle := math.Floor(1 + float64(step)/whole)
		x := 1 + float64(step)/whole - cycle
		factor := x / ratio
		if x > ratio {
			factor = (x - 1) / (ratio - 1)
		}
		factor *= scale(cycle, float64(step))
		return lowest + (highest-lowest)*factor, most - (most-base)*factor
	}
}

// momentumSchedules are schedules that move momenta, with PyTorch's values for a rate of 1.
func momentumSchedules(steps int) map[Schedule]naiveCycle {
	triangular := func(_, _ float64) float64 { return 1 }
	triangular2 := func(cycle, _ float64) float64 { return 1 / math.Pow(2, cycle-1) }
	range99 := func(_, step float64) float64 { return math.Pow(0.99, step) }
	return map[Schedule]naiveCycle{
		OneCycle(): naiveOneCycle(1, steps, 0.3, 25, 1e4, false, false, 0.85, 0.95),
		OneCycle(ThreePhases(), Rise(0.4), CycleMomentum(0.1, 0.99)): naiveOneCycle(1, steps, 0.4, 25, 1e4, false, true, 0.1, 0.99),
		OneCycle(LinearPhases(), Divisors(3, 7)):                     naiveOneCycle(1, steps, 0.3, 3, 7, true, false, 0.85, 0.95),
		Cyclic(7):                                                    naiveCyclic(0.1, 1, 7, 7, triangular, 0.8, 0.9),
		Cyclic(5, Down(11), Halving(), Floor(0.3)):                   naiveCyclic(0.3, 1, 5, 11, triangular2, 0.8, 0.9),
		Cyclic(9, Fading(0.99), CycleMomentum(0, 0.5)):               naiveCyclic(0.1, 1, 9, 9, range99, 0, 0.5),
		PerEpoch(OneCycle(CycleMomentum(0.85, 0.95))):                naiveOneCycle(1, steps, 0.3, 25, 1e4, false, false, 0.85, 0.95),
		Sequence(Cyclic(7), steps, Constant()):                       naiveCyclic(0.1, 1, 7, 7, triangular, 0.8, 0.9),
		Warmup(0, Sequence(Constant(), 0, Cyclic(7, Down(7)))):       naiveCyclic(0.1, 1, 7, 7, triangular, 0.8, 0.9),
	}
}

// TestMomentaAgainstFloat64 compares steps whose rate and momentum both move with PyTorch's formulas.
func TestMomentaAgainstFloat64(t *testing.T) {
	const (
		n     = 37
		steps = 60
	)
	rules := []struct {
		rule  Rule
		naive func(momentum float64) naiveStep
	}{
		{SGD(0.1, Momentum(0.5)), func(m float64) naiveStep {
			return naiveVelocity(m, 0, false)
		}},
		{SGD(0.1, Momentum(0.5), Nesterov(), Decay(0.02)), func(m float64) naiveStep {
			return naiveVelocity(m, 0.02, true)
		}},
		{SGD(0.1, Momentum(0.5), Dampening(0.3)), func(m float64) naiveStep {
			return naiveDampened(m, 0.3)
		}},
		{Adam(0.01, Decay(0.1)), func(m float64) naiveStep {
			return naiveAdam(m, 0.999, 1e-8, 0.1, false)
		}},
		{AdamW(0.01, Betas(0.5, 0.99)), func(m float64) naiveStep {
			return naiveAdam(m, 0.99, 1e-8, 0.01, true)
		}},
		{Adam(0.01, AMSGrad()), func(m float64) naiveStep {
			return naiveAMSGrad(m, 0.999, 1e-8, 0, false)
		}},
		{Adamax(0.01), func(m float64) naiveStep {
			return naiveAdamax(m, 0.999, 1e-8, 0)
		}},
		{RAdam(0.01), func(m float64) naiveStep {
			return naiveRAdam(m, 0.999, 1e-8, 0, false)
		}},
		{RMSProp(0.01, Momentum(0.5), Epsilon(1e-3)), func(m float64) naiveStep {
			return naiveMoving(0.99, 1e-3, m)
		}},
		{EMA(AdamW(0.01), 0.9), func(m float64) naiveStep {
			return naiveAdam(m, 0.999, 1e-8, 0.01, true)
		}},
	}
	for _, k := range kernels.Sets() {
		for schedule, cycle := range momentumSchedules(steps) {
			for _, r := range rules {
				rng := rand.New(rand.NewPCG(7, 8))
				p, g := make([]float32, n), make([]float32, n)
				want, state, moved := make([]float64, n), make([][3]float64, n), make([]float64, n)
				for i := range p {
					p[i] = float32(rng.NormFloat64())
					want[i] = float64(p[i])
				}
				var slots [MaxSlots][]float32
				for s := range r.rule.Slots() {
					slots[s] = make([]float32, n)
				}
				stepper := Bind(r.rule, k).(Elementwise)
				moves := stepper.(MomentumStepper)
				own, ok := moves.Momentum()
				if !ok {
					t.Fatalf("%s has no momentum", r.rule)
				}
				least, most, ok := schedule.(MomentumSchedule).Momenta(own)
				if !ok {
					t.Fatalf("%s does not move the momentum", schedule)
				}
				moves.Momenta(min(own, least), max(own, most))
				for step := 1; step <= steps; step++ {
					at := Progress{Step: step, Steps: steps, Epoch: step, Epochs: steps}
					rate, momentum := cycle(step - 1)
					rate *= r.rule.Rate()
					moves.SetMomentum(schedule.(MomentumSchedule).Momentum(own, at))
					stepper.Begin(step, schedule.Rate(r.rule.Rate(), at))
					naive := r.naive(momentum)
					for i := range g {
						g[i] = float32(rng.NormFloat64())
						next := naive(step, rate, want[i], float64(g[i]), &state[i])
						moved[i] += math.Abs(next - want[i])
						want[i] = next
					}
					stepper.Update(p, g, slots)
				}
				for i := range p {
					// As in TestRulesAgainstFloat64; beta1 is rounded anew at each step, and 1-beta1 of 0.01 with it.
					tol := 0x1p-24 * (3*steps*(1+math.Abs(want[i])) + 20*steps*moved[i])
					if diff := math.Abs(float64(p[i]) - want[i]); !(diff <= tol) {
						t.Fatalf("isa=%s, %s, %s: parameter %d is %v after %d steps, want %v: off by %.3g, tolerance %.3g", k.ISA, r.rule, schedule, i, p[i], steps, want[i], diff, tol)
					}
				}
			}
		}
	}
}

// naiveVelocity and naiveMoving are naiveSGD and naiveRMSProp with a momentum that may be 0 for a step.
func naiveVelocity(mu, decay float64, nesterov bool) naiveStep {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		g += decay * p
		state[0] = mu*state[0] + g
		if nesterov {
			return p - rate*(g+mu*state[0])
		}
		return p - rate*state[0]
	}
}

func naiveMoving(alpha, epsilon, mu float64) naiveStep {
	return func(_ int, rate, p, g float64, state *[3]float64) float64 {
		state[0] = alpha*state[0] + (1-alpha)*g*g
		state[2] = mu*state[2] + g/(math.Sqrt(state[0])+epsilon)
		return p - rate*state[2]
	}
}

// TestMomenta compares momenta with PyTorch's, and expects the rule's own where nothing moves it.
func TestMomenta(t *testing.T) {
	const steps = 60
	for schedule, cycle := range momentumSchedules(steps) {
		for i := range steps {
			at := Progress{Step: i + 1, Steps: steps, Epoch: i + 1, Epochs: steps}
			_, want := cycle(i)
			if got := schedule.(MomentumSchedule).Momentum(0.7, at); !(math.Abs(got-want) <= 1e-14) {
				t.Errorf("%s: the momentum of step %d is %v, want %v", schedule, i+1, got, want)
			}
		}
	}
	for _, c := range []struct {
		s          Schedule
		step       int
		want       float64
		least, top float64
		moves      bool
	}{
		{OneCycle(KeepMomentum()), 20, 0.7, 0.7, 0.7, false},
		{Cyclic(5, CycleMomentum(0.1, 0.2), KeepMomentum()), 3, 0.7, 0.7, 0.7, false},
		{Warmup(5, OneCycle()), 5, 0.7, 0.7, 0.95, true},
		{Warmup(5, OneCycle()), 6, 0.95, 0.7, 0.95, true},
		{Sequence(Cyclic(2, CycleMomentum(0.75, 0.9)), 10, Cosine()), 10, 0.825, 0.7, 0.9, true},
		{Sequence(Cyclic(2, CycleMomentum(0.75, 0.9)), 10, Cosine()), 11, 0.7, 0.7, 0.9, true},
		{Warmup(5, Cosine()), 6, 0.7, 0.7, 0.7, false},
		{PerEpoch(Constant()), 6, 0.7, 0.7, 0.7, false},
		{PerEpoch(OneCycle()), 1, 0.95, 0.85, 0.95, true},
	} {
		m := c.s.(MomentumSchedule)
		least, most, moves := m.Momenta(0.7)
		if got := m.Momentum(0.7, Progress{Step: c.step, Steps: 60, Epoch: 1, Epochs: 60}); !(math.Abs(got-c.want) <= 1e-15) || least != c.least || most != c.top || moves != c.moves {
			t.Errorf("%s: step %d has %v, from %v to %v, %t, want %v, from %v to %v, %t", c.s, c.step, got, least, most, moves, c.want, c.least, c.top, c.moves)
		}
	}
}

// TestMomentaAreChecked expects an error of Check, and of the spelling.
func TestMomentaAreChecked(t *testing.T) {
	for want, s := range map[string]Schedule{
		"one_cycle: max_momentum is 1, want at least 0 and below 1":                   OneCycle(CycleMomentum(0.9, 1)),
		"one_cycle: max_momentum is NaN, want at least 0 and below 1":                 OneCycle(CycleMomentum(0.9, math.NaN())),
		"one_cycle: base_momentum is -0.1, want at least 0, and at most max_momentum": OneCycle(CycleMomentum(-0.1, 0.9)),
		"cyclic: base_momentum is 0.9, want at least 0, and at most max_momentum":     Cyclic(3, CycleMomentum(0.9, 0.8)),
		"cyclic: base_momentum is NaN, want at least 0, and at most max_momentum":     Cyclic(3, CycleMomentum(math.NaN(), 0.8)),
		"cyclic: max_momentum is -0.1, want at least 0 and below 1":                   Warmup(3, Cyclic(3, CycleMomentum(0, -0.1))),
	} {
		var number *fault.HyperparameterError
		if err := Check(s); !errors.As(err, &number) || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	for text, want := range map[string]string{
		"one_cycle(base_momentum=0.96)":                                         "base_momentum is 0.96, want at least 0, and at most max_momentum",
		"cyclic(max_momentum=1)":                                                "max_momentum is 1, want",
		"one_cycle(cycle_momentum=false, base_momentum=0.5)":                    "base_momentum is 0.5, want none where the momentum is kept",
		"cyclic(cycle_momentum=false, max_momentum=0.95)":                       "max_momentum is 0.95, want none where the momentum is kept",
		"cyclic(4, cycle_momentum=false, base_momentum=0.1, max_momentum=0.95)": "base_momentum is 0.1, want none where the momentum is kept",
	} {
		if s, err := Schedules().Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is read as %v, error %v, want %q", text, s, err, want)
		}
	}
}

// TestRulesWithoutMomentum: those that have none that may move say so.
func TestRulesWithoutMomentum(t *testing.T) {
	for _, r := range []Rule{SGD(0.1), RMSProp(0.1), Adagrad(0.1), Adadelta(1), Lion(0.1), Rprop(0.1), NAdam(0.1), ScheduleFreeAdamW(0.1), EMA(SGD(0.1), 0.9), EMA(Lion(0.1), 0.9)} {
		if m, ok := r.Stepper().(MomentumStepper); ok {
			if own, has := m.Momentum(); has {
				t.Errorf("%s has the momentum %v", r, own)
			}
		}
	}
	for _, r := range []Rule{SGD(0.1, Momentum(0.9)), Muon(0.1), LAMB(0.1), EMA(LAMB(0.1), 0.9), EMA(SGD(0.1, Momentum(0.9)), 0.9), Groups(Adamax(0.1))} {
		m, ok := r.Stepper().(MomentumStepper)
		if !ok {
			t.Errorf("%s has no momentum", r)
			continue
		}
		if own, has := m.Momentum(); !has || !slices.Contains([]float64{0.9, 0.95}, own) {
			t.Errorf("%s has the momentum %v, %t", r, own, has)
		}
	}
}

// TestRatioWithin: no beta1 between two has a larger ratio than both, nor a larger residue with theirs.
func TestRatioWithin(t *testing.T) {
	for _, beta2 := range []float64{0, 0.3, 0.9, 0.95, 0.999} {
		m := moments{beta2: beta2}
		for _, between := range [][2]float64{{0, 0.99}, {0.85, 0.95}, {0.1, 0.6}, {0.9, 0.9}} {
			ratio, residue := m.within(between[0], between[1])
			for i := range 101 {
				m.beta1 = between[0] + (between[1]-between[0])*float64(i)/100
				// A step keeps to a residue that it adds no more to than it forgets, with the one ratio of all steps.
				if r := m.ratio(); !(r <= ratio) || !(m.residue(ratio) <= residue) {
					t.Errorf("beta1 %v and beta2 %v have the ratio %v and the residue %v, more than %v and %v", m.beta1, beta2, r, m.residue(ratio), ratio, residue)
				}
			}
		}
	}
}
