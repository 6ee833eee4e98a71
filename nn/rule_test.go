package nn

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// A naive optimizer in float64, written from PyTorch's documentation. state
// holds two numbers of its own for each parameter.
type naiveRule struct {
	name string
	rule Rule
	step func(step int, rate, p, g float64, state *[2]float64) float64
}

func naiveSGD(mu, decay float64, nesterov bool) func(int, float64, float64, float64, *[2]float64) float64 {
	return func(step int, rate, p, g float64, state *[2]float64) float64 {
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

func naiveAdam(beta1, beta2, epsilon, decay float64, decoupled bool) func(int, float64, float64, float64, *[2]float64) float64 {
	return func(step int, rate, p, g float64, state *[2]float64) float64 {
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

func naiveRules() []naiveRule {
	return []naiveRule{
		{"sgd", SGD(0.1), naiveSGD(0, 0, false)},
		{"sgd", SGD(0.1, WeightDecay(0.3)), naiveSGD(0, 0.3, false)},
		{"momentum", SGD(0.1, Momentum(0.9)), naiveSGD(0.9, 0, false)},
		{"nesterov", SGD(0.1, Momentum(0.8), Nesterov(), WeightDecay(0.02)), naiveSGD(0.8, 0.02, true)},
		{"adam", Adam(0.01), naiveAdam(0.9, 0.999, 1e-8, 0, false)},
		{"adam", Adam(0.01, Betas(0.7, 0.95), Epsilon(1e-3), WeightDecay(0.2)), naiveAdam(0.7, 0.95, 1e-3, 0.2, false)},
		{"adamw", AdamW(0.01), naiveAdam(0.9, 0.999, 1e-8, 0.01, true)},
		{"adamw", AdamW(0.01, WeightDecay(0.5), Betas(0, 0.5)), naiveAdam(0, 0.5, 1e-8, 0.5, true)},
	}
}

func TestRulesAgainstFloat64(t *testing.T) {
	const (
		n     = 37
		steps = 12
	)
	for _, k := range kernels.Sets() {
		for _, r := range naiveRules() {
			t.Run("isa="+k.ISA+"/"+r.rule.Name(), func(t *testing.T) {
				if r.rule.Name() != r.name {
					t.Errorf("name is %q, want %q", r.rule.Name(), r.name)
				}
				if err := r.rule.Validate(); err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(7, 8))
				p, g := make([]float32, n), make([]float32, n)
				want, state, moved := make([]float64, n), make([][2]float64, n), make([]float64, n)
				for i := range p {
					p[i] = float32(rng.NormFloat64())
					want[i] = float64(p[i])
				}
				var slots [MaxSlots][]float32
				for s := range r.rule.Slots() {
					slots[s] = make([]float32, n)
				}
				stepper := r.rule.Stepper(k)
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
					tol := u * (3*steps*(1+math.Abs(want[i])) + 10*steps*moved[i])
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
		slots := [MaxSlots][]float32{make([]float32, 5), make([]float32, 5), make([]float32, 5)}
		stepper := r.rule.Stepper(k)
		step := 0
		if allocs := testing.AllocsPerRun(20, func() {
			step++
			stepper.Begin(step, 0.1)
			stepper.Update(p, g, slots)
		}); allocs != 0 {
			t.Errorf("%s: %v allocations a step", r.rule.Name(), allocs)
		}
	}
}

func TestRuleValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		rule    Rule
		message string
	}{
		{SGD(-0.1), "sgd: rate is -0.1, want a finite number, at least 0"},
		{SGD(nan), "sgd: rate is NaN, want a finite number, at least 0"},
		{Adam(inf), "adam: rate is +Inf, want a finite number, at least 0"},
		{AdamW(1e39), "adamw: rate is 1e+39, want a finite number, at least 0"},
		{SGD(0.1, Momentum(1)), "momentum: momentum is 1, want at least 0 and below 1"},
		{SGD(0.1, Momentum(nan)), "momentum: momentum is NaN, want at least 0 and below 1"},
		{SGD(0.1, Nesterov()), "nesterov: momentum is 0, want more than 0: Nesterov looks ahead along the momentum"},
		{SGD(0.1, WeightDecay(-1)), "sgd: weight decay is -1, want a finite number, at least 0"},
		{Adam(0.1, WeightDecay(inf)), "adam: weight decay is +Inf, want a finite number, at least 0"},
		{Adam(0.1, Betas(-0.1, 0.9)), "adam: beta1 is -0.1, want at least 0 and below 1"},
		{AdamW(0.1, Betas(0.9, 1)), "adamw: beta2 is 1, want at least 0 and below 1"},
		{Adam(0.1, Epsilon(0)), "adam: epsilon is 0, want a finite number, more than 0 in float32"},
		{Adam(0.1, Epsilon(1e-60)), "adam: epsilon is 1e-60, want a finite number, more than 0 in float32"},
		{Adam(0.1, Epsilon(nan)), "adam: epsilon is NaN, want a finite number, more than 0 in float32"},
	}
	for _, test := range tests {
		err := test.rule.Validate()
		var he *HyperparameterError
		if !errors.As(err, &he) || err.Error() != test.message {
			t.Errorf("got %v, want a *HyperparameterError %q", err, test.message)
		}
	}
}

func TestParseRule(t *testing.T) {
	for _, name := range []string{"sgd", "momentum", "nesterov", "adam", "adamw"} {
		r, err := ParseRule(name, 0.25)
		if err != nil || r.Name() != name || r.Rate() != 0.25 {
			t.Errorf("ParseRule(%q) = %v, %v", name, r, err)
		}
	}
	_, err := ParseRule("adma", 0.1)
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || !strings.HasPrefix(unknown.Nearest, "adam") {
		t.Errorf("error is %v, want one that suggests adam", err)
	}
	var he *HyperparameterError
	if r, err := ParseRule("adam", -1); r != nil || !errors.As(err, &he) {
		t.Errorf("ParseRule with rate -1 = %v, %v, want a *HyperparameterError", r, err)
	}
}
