package optim

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A naive optimizer in float64, written from PyTorch's documentation. state
// holds three numbers of its own for each parameter.
type naiveRule struct {
	rule Rule
	step func(step int, rate, p, g float64, state *[3]float64) float64
}

func naiveSGD(mu, decay float64, nesterov bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		g += decay * p
		if mu != 0 {
			if step == 1 {
				state[0] = g
			} else {
				state[0] = mu*state[0] + g
			}
			if nesterov {
				g += mu * state[0]
			} else {
				g = state[0]
			}
		}
		return p - rate*g
	}
}

func naiveDampened(mu, dampening float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if state[0] = mu*state[0] + (1-dampening)*g; step == 1 {
			state[0] = g
		}
		return p - rate*state[0]
	}
}

func naiveAdam(beta1, beta2, epsilon, decay float64, decoupled bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if decoupled {
			p -= rate * decay * p
		} else {
			g += decay * p
		}
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		m := state[0] / (1 - math.Pow(beta1, float64(step)))
		v := state[1] / (1 - math.Pow(beta2, float64(step)))
		return p - rate*m/(math.Sqrt(v)+epsilon)
	}
}

func naiveRMSProp(alpha, epsilon, mu, decay float64, centered bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(_ int, rate, p, g float64, state *[3]float64) float64 {
		g += decay * p
		state[0] = alpha*state[0] + (1-alpha)*g*g
		v := state[0]
		if centered {
			state[1] = alpha*state[1] + (1-alpha)*g
			v -= state[1] * state[1]
		}
		d := g / (math.Sqrt(v) + epsilon)
		if mu != 0 {
			state[2] = mu*state[2] + d
			d = state[2]
		}
		return p - rate*d
	}
}

func naiveAdagrad(epsilon, initial, rateDecay, decay float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if step == 1 {
			state[0] = initial
		}
		g += decay * p
		state[0] += g * g
		return p - rate/(1+float64(step-1)*rateDecay)*g/(math.Sqrt(state[0])+epsilon)
	}
}

func naiveAMSGrad(beta1, beta2, epsilon, decay float64, decoupled bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if decoupled {
			p -= rate * decay * p
		} else {
			g += decay * p
		}
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		state[2] = max(state[2], state[1])
		m := state[0] / (1 - math.Pow(beta1, float64(step)))
		v := state[2] / (1 - math.Pow(beta2, float64(step)))
		return p - rate*m/(math.Sqrt(v)+epsilon)
	}
}

func naiveAdamax(beta1, beta2, epsilon, decay float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		g += decay * p
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = max(beta2*state[1], math.Abs(g)+epsilon)
		return p - rate/(1-math.Pow(beta1, float64(step)))*state[0]/state[1]
	}
}

// naiveNAdam keeps the product of momenta as PyTorch does, from step to step.
func naiveNAdam(beta1, beta2, epsilon, momentumDecay, decay float64, decoupled bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if decoupled {
			p -= rate * decay * p
		} else {
			g += decay * p
		}
		mu := func(t int) float64 { return beta1 * (1 - 0.5*math.Pow(0.96, float64(t)*momentumDecay)) }
		if step == 1 {
			state[2] = 1
		}
		state[2] *= mu(step)
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		d := math.Sqrt(state[1]/(1-math.Pow(beta2, float64(step)))) + epsilon
		return p - rate*(1-mu(step))/(1-state[2])*g/d - rate*mu(step+1)/(1-state[2]*mu(step+1))*state[0]/d
	}
}

func naiveRAdam(beta1, beta2, epsilon, decay float64, decoupled bool) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if decoupled {
			p -= rate * decay * p
		} else {
			g += decay * p
		}
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		m := state[0] / (1 - math.Pow(beta1, float64(step)))
		beta2t := math.Pow(beta2, float64(step))
		whole := 2/(1-beta2) - 1
		rho := whole - 2*float64(step)*beta2t/(1-beta2t)
		if rho <= 5 {
			return p - rate*m
		}
		rect := math.Sqrt((rho - 4) * (rho - 2) * whole / ((whole - 4) * (whole - 2) * rho))
		return p - rate*m*rect*math.Sqrt(1-beta2t)/(math.Sqrt(state[1])+epsilon)
	}
}

func naiveAdadelta(rho, epsilon, decay float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(_ int, rate, p, g float64, state *[3]float64) float64 {
		g += decay * p
		state[0] = rho*state[0] + (1-rho)*g*g
		d := math.Sqrt(state[1]+epsilon) / math.Sqrt(state[0]+epsilon) * g
		state[1] = rho*state[1] + (1-rho)*d*d
		return p - rate*d
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

func naiveLion(beta1, beta2, decay float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(_ int, rate, p, g float64, state *[3]float64) float64 {
		next := p - rate*(sign(beta1*state[0]+(1-beta1)*g)+decay*p)
		state[0] = beta2*state[0] + (1-beta2)*g
		return next
	}
}

func naiveRprop(shorter, longer, least, most float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if step == 1 {
			state[1] = rate
		}
		factor := 1.0
		switch s := sign(g * state[0]); s {
		case 1:
			factor = longer
		case -1:
			factor, g = shorter, 0
		}
		state[1] = min(max(state[1]*factor, least), most)
		state[0] = g
		return p - sign(g)*state[1]
	}
}

// naiveScheduleFree keeps x and z, and finds p between them.
func naiveScheduleFree(beta1, beta2, epsilon, decay float64) func(int, float64, float64, float64, *[3]float64) float64 {
	return func(step int, rate, p, g float64, state *[3]float64) float64 {
		if step == 1 {
			state[0], state[1] = p, p // x and z
		}
		state[2] = beta2*state[2] + (1-beta2)*g*g
		d := g/(math.Sqrt(state[2]/(1-math.Pow(beta2, float64(step))))+epsilon) + decay*p
		state[1] -= rate * d
		state[0] += (state[1] - state[0]) / float64(step)
		return (1-beta1)*state[1] + beta1*state[0]
	}
}

func naiveRules() []naiveRule {
	return []naiveRule{
		{SGD(0.1), naiveSGD(0, 0, false)},
		{SGD(0.1, Decay(0.3)), naiveSGD(0, 0.3, false)},
		{SGD(0.1, Momentum(0.9)), naiveSGD(0.9, 0, false)},
		{SGD(0.1, Momentum(0.8), Nesterov(), Decay(0.02)), naiveSGD(0.8, 0.02, true)},
		{Adam(0.01), naiveAdam(0.9, 0.999, 1e-8, 0, false)},
		{Adam(0.01, Betas(0.7, 0.95), Epsilon(1e-3), Decay(0.2)), naiveAdam(0.7, 0.95, 1e-3, 0.2, false)},
		{AdamW(0.01), naiveAdam(0.9, 0.999, 1e-8, 0.01, true)},
		{AdamW(0.01, Decay(0.5), Betas(0, 0.5)), naiveAdam(0, 0.5, 1e-8, 0.5, true)},
		{RMSProp(0.01), naiveRMSProp(0.99, 1e-8, 0, 0, false)},
		{RMSProp(0.01, Alpha(0.8), Epsilon(1e-3), Momentum(0.9), Decay(0.2)), naiveRMSProp(0.8, 1e-3, 0.9, 0.2, false)},
		{RMSProp(0.01, Alpha(0.9), Epsilon(1e-2), Centered()), naiveRMSProp(0.9, 1e-2, 0, 0, true)},
		{RMSProp(0.01, Alpha(0.7), Epsilon(1e-1), Centered(), Momentum(0.5)), naiveRMSProp(0.7, 1e-1, 0.5, 0, true)},
		{Adagrad(0.1), naiveAdagrad(1e-10, 0, 0, 0)},
		{Adagrad(0.1, Epsilon(1e-2), InitialSum(0.5), RateDecay(0.3), Decay(0.2)), naiveAdagrad(1e-2, 0.5, 0.3, 0.2)},
		{SGD(0.1, Momentum(0.9), Dampening(0.3)), naiveDampened(0.9, 0.3)},
		{Adam(0.01, AMSGrad(), Betas(0.8, 0.9), Decay(0.1)), naiveAMSGrad(0.8, 0.9, 1e-8, 0.1, false)},
		{AdamW(0.01, AMSGrad(), Decay(0.3)), naiveAMSGrad(0.9, 0.999, 1e-8, 0.3, true)},
		{Adamax(0.01), naiveAdamax(0.9, 0.999, 1e-8, 0)},
		{Adamax(0.01, Betas(0.7, 0.9), Epsilon(0.1), Decay(0.2)), naiveAdamax(0.7, 0.9, 0.1, 0.2)},
		{NAdam(0.01), naiveNAdam(0.9, 0.999, 1e-8, 0.004, 0, false)},
		{NAdam(0.01, MomentumDecay(0.1), Betas(0.7, 0.9), Epsilon(0.01), Decay(0.2)), naiveNAdam(0.7, 0.9, 0.01, 0.1, 0.2, false)},
		{NAdam(0.01, Decay(0.2), Decoupled()), naiveNAdam(0.9, 0.999, 1e-8, 0.004, 0.2, true)},
		{RAdam(0.01), naiveRAdam(0.9, 0.999, 1e-8, 0, false)},
		{RAdam(0.01, Betas(0.7, 0.9), Epsilon(0.01), Decay(0.2)), naiveRAdam(0.7, 0.9, 0.01, 0.2, false)},
		{RAdam(0.01, Betas(0.9, 0.6), Decay(0.2), Decoupled()), naiveRAdam(0.9, 0.6, 1e-8, 0.2, true)},
		{Adadelta(1), naiveAdadelta(0.9, 1e-6, 0)},
		{Adadelta(0.5, Rho(0.8), Epsilon(1e-2), Decay(0.2)), naiveAdadelta(0.8, 1e-2, 0.2)},
		{Lion(0.01), naiveLion(0.9, 0.99, 0)},
		{Lion(0.01, Betas(0.5, 0.8), Decay(0.5)), naiveLion(0.5, 0.8, 0.5)},
		{Rprop(0.01), naiveRprop(0.5, 1.2, 1e-6, 50)},
		{Rprop(0.05, Factors(0.7, 1.5), StepSizes(0.01, 0.1)), naiveRprop(0.7, 1.5, 0.01, 0.1)},
		{ScheduleFreeAdamW(0.01), naiveScheduleFree(0.9, 0.999, 1e-8, 0)},
		{ScheduleFreeAdamW(0.01, Betas(0.5, 0.9), Epsilon(1e-3), Decay(0.2)), naiveScheduleFree(0.5, 0.9, 1e-3, 0.2)},
		{EMA(AdamW(0.01), 0.9), naiveAdam(0.9, 0.999, 1e-8, 0.01, true)}, // the average is seen in TestEMA
	}
}

// TestEachHasANaive expects the element-wise rules of the catalogue among those of the tests.
func TestEachHasANaive(t *testing.T) {
	has := map[string]bool{}
	for _, n := range naiveRules() {
		name, _, _ := strings.Cut(n.rule.String(), "(")
		has[name] = true
	}
	for _, p := range Rules().Parts() {
		r, err := Rules().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		_, elementwise := r.Stepper().(Elementwise)
		if _, divides := r.(Assigner); elementwise && !divides && !has[p.Name] {
			t.Errorf("%s is not compared with float64", p.Name)
		}
	}
}

func TestRulesAgainstFloat64(t *testing.T) {
	const (
		n     = 37
		steps = 200
	)
	for _, k := range kernels.Sets() {
		for _, r := range naiveRules() {
			t.Run("isa="+k.ISA+"/"+r.rule.String(), func(t *testing.T) {
				if err := r.rule.Validate(); err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(7, 8))
				p, g := make([]float32, n), make([]float32, n)
				want, state, moved := make([]float64, n), make([][3]float64, n), make([]float64, n)
				for i := range p {
					p[i] = float32(rng.NormFloat64())
					want[i] = float64(p[i])
				}
				var slots [MaxSlots][]float32
				for s, slot := range r.rule.Slots() {
					slots[s] = slices.Repeat([]float32{slot.Init}, n)
				}
				stepper := Bind(r.rule, k).(Elementwise)
				for step := 1; step <= steps; step++ {
					rate := r.rule.Rate() / float64(step) // as a schedule might
					stepper.Begin(step, rate)
					for i := range g {
						g[i] = float32(rng.NormFloat64())
						next := r.step(step, rate, want[i], float64(g[i]), &state[i])
						moved[i] += math.Abs(next - want[i])
						want[i] = next
					}
					// In two ranges, as an optimizer with workers does.
					const cut = 16
					var low, high [MaxSlots][]float32
					for s := range r.rule.Slots() {
						low[s], high[s] = slots[s][:cut], slots[s][cut:]
					}
					stepper.Update(p[cut:], g[cut:], high)
					stepper.Update(p[:cut], g[:cut], low)
				}
				for i := range p {
					// Each step rounds p a few times, and about ten roundings,
					// some of them of numbers near 1, go into what it adds.
					// The old gradients in the state count again at each step.
					tol := 0x1p-24 * (3*steps*(1+math.Abs(want[i])) + 10*steps*moved[i])
					if diff := math.Abs(float64(p[i]) - want[i]); !(diff <= tol) {
						t.Fatalf("parameter %d is %v after %d steps, want %v: off by %.3g, tolerance %.3g", i, p[i], steps, want[i], diff, tol)
					}
				}
			})
		}
	}
}

func TestSteppersAllocateNothing(t *testing.T) {
	k := kernels.Sets()[0]
	for _, r := range naiveRules() {
		p, g := make([]float32, 5), make([]float32, 5)
		slots := [MaxSlots][]float32{make([]float32, 5), make([]float32, 5), make([]float32, 5), make([]float32, 5), make([]float32, 5)}
		stepper := Bind(r.rule, k).(Elementwise)
		step := 0
		if allocs := testing.AllocsPerRun(20, func() {
			step++
			stepper.Begin(step, 0.1)
			stepper.Update(p, g, slots)
		}); allocs != 0 {
			t.Errorf("%s: %v allocations a step", r.rule, allocs)
		}
	}
}

func TestRuleValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		rule    Rule
		message string
	}{
		{SGD(-0.1), "sgd: lr is -0.1, want a finite number, at least 0"},
		{SGD(nan), "sgd: lr is NaN, want a finite number, at least 0"},
		{Adam(inf), "adam: lr is +Inf, want a finite number, at least 0"},
		{AdamW(1e39), "adamw: lr is 1e+39, want a finite number, at least 0"},
		{SGD(0.1, Momentum(1)), "sgd: momentum is 1, want at least 0 and below 1"},
		{SGD(0.1, Momentum(nan)), "sgd: momentum is NaN, want at least 0 and below 1"},
		{SGD(0.1, Nesterov()), "sgd: momentum is 0, want more than 0: nesterov looks ahead along the velocity"},
		{SGD(0.1, Decay(-1)), "sgd: decay is -1, want a finite number, at least 0"},
		{Adam(0.1, Decay(inf)), "adam: decay is +Inf, want a finite number, at least 0"},
		{Adam(0.1, Betas(-0.1, 0.9)), "adam: beta1 is -0.1, want at least 0 and below 1"},
		{AdamW(0.1, Betas(0.9, 1)), "adamw: beta2 is 1, want at least 0 and below 1"},
		{Adam(0.1, Epsilon(0)), "adam: epsilon is 0, want a finite number, more than 0 in float32"},
		{Adam(0.1, Epsilon(1e-60)), "adam: epsilon is 1e-60, want a finite number, more than 0 in float32"},
		{RMSProp(0.1, Alpha(1)), "rmsprop: alpha is 1, want at least 0 and below 1"},
		{RMSProp(0.1, Epsilon(0)), "rmsprop: epsilon is 0, want a finite number, more than 0 in float32"},
		{RMSProp(0.1, Momentum(-1)), "rmsprop: momentum is -1, want at least 0 and below 1"},
		{RMSProp(0.1, Decay(nan)), "rmsprop: decay is NaN, want a finite number, at least 0"},
		{Adagrad(0.1, InitialSum(-1)), "adagrad: initial_sum is -1, want a finite number, at least 0"},
		{Adagrad(0.1, RateDecay(nan)), "adagrad: rate_decay is NaN, want a finite number, at least 0"},
		{Adagrad(inf), "adagrad: lr is +Inf, want a finite number, at least 0"},
		{Adagrad(0.1, Epsilon(-1)), "adagrad: epsilon is -1, want a finite number, more than 0 in float32"},
		{SGD(0.1, Momentum(0.9), Dampening(1)), "sgd: dampening is 1, want at least 0 and below 1"},
		{SGD(0.1, Dampening(0.5)), "sgd: dampening is 0.5, want 0 without momentum, which it dampens, and with nesterov"},
		{SGD(0.1, Momentum(0.9), Nesterov(), Dampening(0.5)), "sgd: dampening is 0.5, want 0 without momentum, which it dampens, and with nesterov"},
		{Adamax(0.1, Betas(0.9, 1)), "adamax: beta2 is 1, want at least 0 and below 1"},
		{Adamax(0.1, Epsilon(0)), "adamax: epsilon is 0, want a finite number, more than 0 in float32"},
		{NAdam(nan), "nadam: lr is NaN, want a finite number, at least 0"},
		{NAdam(0.1, MomentumDecay(-1)), "nadam: momentum_decay is -1, want a finite number, at least 0"},
		{RAdam(0.1, Decay(inf)), "radam: decay is +Inf, want a finite number, at least 0"},
		{Adadelta(1, Rho(nan)), "adadelta: rho is NaN, want at least 0 and below 1"},
		{Adadelta(1, Epsilon(0)), "adadelta: epsilon is 0, want a finite number, more than 0 in float32"},
		{Lion(0.1, Betas(1, 0.9)), "lion: beta1 is 1, want at least 0 and below 1"},
		{Lion(0.1, Decay(-1)), "lion: decay is -1, want a finite number, at least 0"},
		{Rprop(-1), "rprop: lr is -1, want a finite number, at least 0"},
		{Rprop(0.1, Factors(1, 1.2)), "rprop: shorter is 1, want more than 0 and less than 1"},
		{Rprop(0.1, Factors(0.5, 0.9)), "rprop: longer is 0.9, want a finite number, at least 1"},
		{Rprop(0.1, StepSizes(0, 1)), "rprop: least is 0, want a finite number, more than 0 in float32"},
		{Rprop(0.1, StepSizes(1, 0.5)), "rprop: most is 0.5, want a finite number, at least the least step of 1"},
		{LAMB(0.1, Epsilon(nan)), "lamb: epsilon is NaN, want a finite number, more than 0 in float32"},
		{ScheduleFreeAdamW(0.1, Betas(0, 0.9)), "schedule_free_adamw: beta1 is 0, want at least 0.1, of which the average is found again"},
		{Muon(0.1, Momentum(1)), "muon: momentum is 1, want at least 0 and below 1"},
		{Muon(0.1, Iterations(0)), "muon: iterations is 0, want from 1 to 100"},
		{Muon(-1), "muon: lr is -1, want a finite number, at least 0"},
		{Muon(0.1, Others(SGD(nan))), "sgd: lr is NaN, want a finite number, at least 0"},
		{EMA(SGD(0.1), 1), "ema: decay is 1, want at least 0 and below 1"},
		{EMA(SGD(nan), 0.9), "sgd: lr is NaN, want a finite number, at least 0"},
		{SGD(nan, NoDecay(tensor.Bias)), "sgd: lr is NaN, want a finite number, at least 0"},
		{Groups(SGD(0.1), ByRole(tensor.Bias).RateFactor(-1)), "group: rate_factor is -1, want a finite number, at least 0"},
		{Groups(SGD(0.1), ByRole(tensor.Bias).Decay(inf)), "group: decay is +Inf, want a finite number, at least 0"},
		{Adam(0.1, Epsilon(nan)), "adam: epsilon is NaN, want a finite number, more than 0 in float32"},
	}
	for _, test := range tests {
		err := test.rule.Validate()
		var he *fault.HyperparameterError
		if !errors.As(err, &he) || err.Error() != test.message {
			t.Errorf("got %v, want a *fault.HyperparameterError %q", err, test.message)
		}
	}
}

// TestPlainSteppers compares rules at work without kernels with those on the generic ones:
// they are the same loops in Go.
func TestPlainSteppers(t *testing.T) {
	for _, r := range naiveRules() {
		var got [2][]float32
		for i, s := range []Elementwise{r.rule.Stepper().(Elementwise), Bind(r.rule, kernels.Sets()[0]).(Elementwise)} {
			got[i] = []float32{1, -2, 3}
			var slots [MaxSlots][]float32
			for j := range r.rule.Slots() {
				slots[j] = make([]float32, 3)
			}
			for step := 1; step <= 3; step++ {
				s.Begin(step, 0.1)
				s.Update(got[i], []float32{0.5, 4, -1}, slots)
			}
		}
		if !slices.Equal(got[0], got[1]) || got[0][0] == 1 {
			t.Errorf("%s: %v without kernels, %v with them", r.rule, got[0], got[1])
		}
	}
}
