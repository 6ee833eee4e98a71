package optim

import (
	"fmt"
	"math"
	"testing"
)

// boundedStepper is what Adam and its kin are.
type boundedStepper interface {
	Elementwise
	MomentumStepper
	Bounder
	StateChecker
}

// longestSteps takes steps from p = 0 on one parameter, and returns the longest, measured by what Bound says of it with
// nothing known of the state. gradient is that of step i, from 0; so is momentum.
func longestSteps(t *testing.T, of string, s boundedStepper, slots [MaxSlots][]float32, from, steps int, momentum, gradient func(i int) float64) (longest float64) {
	t.Helper()
	for i := range steps {
		s.SetMomentum(momentum(i))
		s.Begin(from+i+1, 1)
		b := Bounds{Slots: [MaxSlots]float64{1e30, 1e30, 1e30}}
		s.Bound(&b, 1e15)
		p := []float32{0}
		s.Update(p, []float32{float32(gradient(i))}, slots)
		length := math.Abs(float64(p[0]))
		if !(length <= b.Param) {
			t.Fatalf("%s: step %d with momentum %v is %v long, at most %v by Bound", of, from+i+1, momentum(i), length, b.Param)
		}
		longest = max(longest, length/b.Param)
	}
	return longest
}

func oneParameter() [MaxSlots][]float32 {
	return [MaxSlots][]float32{{0}, {0}, {0}}
}

func constantly(v float64) func(int) float64 { return func(int) float64 { return v } }

// TestMomentaAreBounded: with the gradients that make steps longest while the momentum moves, none is longer than Bound says,
// and some are almost as long.
func TestMomentaAreBounded(t *testing.T) {
	const beta2, tiny = 0.995, 1e-20 // beside the root of the smallest square
	spike := func(i int) float64 {   // once in a while
		if i%150 == 149 {
			return 1
		}
		return 0
	}
	lowAtSpikes := func(least, most float64) func(int) float64 {
		return func(i int) float64 { return most - (most-least)*spike(i) }
	}
	growth := func(by, from float64, period int) func(int) float64 {
		return func(i int) float64 { return from * math.Pow(by, float64(i%period)) }
	}
	vanishing := func(i int) float64 { // gradients whose squares the next step counts as 0, and then none
		if i%150 < 100 {
			return 0x1p-63 / math.Sqrt(1-beta2) * 0.99
		}
		return 0
	}
	betas := Betas(0.9, beta2)
	for _, c := range []struct {
		name                string
		rule                Rule
		least, most         float64
		momentum, gradients func(int) float64
		tight               float64 // the longest step, of what it may be
	}{
		{"a spike at the lowest", Adam(1, betas), 0.1, 0.97, lowAtSpikes(0.1, 0.97), spike, 0.9},
		{"a fall at the highest", Adam(1, Betas(0.5, 0.5)), 0.4, 0.7, constantly(0.7), growth(0.5/0.7, 1e10, 100), 0.8},
		{"growth at the own", Adam(1, betas), 0.9, 0.9, constantly(0.9), growth(beta2/0.9, 1e-3, 150), 0.85},
		{"nothing of squares", Adam(1, betas, Epsilon(tiny)), 0.1, 0.97, constantly(0.97), vanishing, 0.001},
		{"amsgrad, a spike", Adam(1, betas, AMSGrad()), 0.1, 0.97, lowAtSpikes(0.1, 0.97), spike, 0.5},
		{"radam, growth", RAdam(1, betas), 0.9, 0.95, constantly(0.9), growth(beta2/0.9, 1e-3, 150), 0.5},
		{"adamax, a fall at the highest", Adamax(1, betas), 0.1, 0.985, constantly(0.985), growth(beta2, 1, 600), 0.85},
		{"adamax, a spike at the lowest", Adamax(1, betas), 0.1, 0.985, lowAtSpikes(0.1, 0.985), spike, 0.5},
		{"adamax, a fall at the own", Adamax(1, betas), 0.9, 0.9, constantly(0.9), growth(beta2, 1, 600), 0.85},
	} {
		s := c.rule.Stepper().(boundedStepper)
		s.Momenta(c.least, c.most)
		if got := longestSteps(t, c.name, s, oneParameter(), 0, 1200, c.momentum, c.gradients); !(got >= c.tight) {
			t.Errorf("%s: the longest step is %.3g of what Bound says, want at least %v", c.name, got, c.tight)
		}
	}
}

// TestStateOfOtherMomentaIsBounded: state that momenta of another schedule have led to is taken, and Bound holds from it on.
func TestStateOfOtherMomentaIsBounded(t *testing.T) {
	for _, c := range []struct {
		rule            Rule
		before          float64 // the momentum of the steps that led to it
		growth          float64 // of their gradients
		led             int     // so many
		after, spoiling float64 // the same from it on
	}{
		{Adam(1, Betas(0.95, 0.99)), 0.3, 1.8, 50, 0.95, 1.04},
		{Adam(1, Betas(0.3, 0.99)), 0.992, 0.999, 400, 0.3, 0.98},
		{Adam(1, Betas(0.95, 0.99), AMSGrad()), 0.3, 1.02, 50, 0.95, 1.04},
		{RAdam(1, Betas(0.95, 0.99)), 0.3, 1.02, 50, 0.95, 1.04},
		{EMA(Adam(1, Betas(0.95, 0.99)), 0.9), 0.3, 1.02, 50, 0.95, 1.04},
		{Adamax(1, Betas(0.9, 0.995)), 0.985, 0.995, 400, 0.9, 0.995},
		{Adamax(1, Betas(0.9, 0.995)), 0.994, 0.995, 400, 0.9, 0.995},
	} {
		of := fmt.Sprintf("%s after steps with %v", c.rule, c.before)
		before := c.rule.Stepper().(boundedStepper)
		before.Momenta(c.before, c.before)
		slots := oneParameter()
		longestSteps(t, of, before, slots, 0, c.led, constantly(c.before), func(i int) float64 { return 1e-6 * math.Pow(c.growth, float64(i)) })
		s := c.rule.Stepper().(boundedStepper)
		if err := s.CheckState(slots); err != nil {
			t.Errorf("%s: %v", of, err)
		}
		half := float64(slots[0][0]) / 2 // of the mean
		longestSteps(t, of, s, slots, c.led, 600, constantly(c.after), func(i int) float64 { return half * math.Pow(c.spoiling, float64(i%100)) })
	}
}

// TestStateBeyondGradients: what no momenta lead to is an error all the same.
func TestStateBeyondGradients(t *testing.T) {
	for _, r := range []Rule{Adam(0.1), AdamW(0.1, AMSGrad()), RAdam(0.1), EMA(Adam(0.1), 0.9)} {
		s := r.Stepper().(StateChecker)
		if err := s.CheckState([MaxSlots][]float32{{0, 5e20, -5e20}, {0, 1, 1}, {0, 1, 1}}); err != nil {
			t.Errorf("%s: a mean of 5e20: %v", r, err)
		}
		for _, mean := range []float32{1e21, -1e38} {
			if err := s.CheckState([MaxSlots][]float32{{0, mean}, {0, 3e38}, {0, 3e38}}); err == nil {
				t.Errorf("%s: a mean of %v is taken", r, mean)
			}
		}
		if err := s.CheckState([MaxSlots][]float32{{0, 0}, {0, -1}, {0, 1}}); err == nil {
			t.Errorf("%s: a square below 0 is taken", r)
		}
	}
	if err := Adamax(0.1).Stepper().(StateChecker).CheckState([MaxSlots][]float32{{0, 0}, {0, -1}}); err == nil {
		t.Error("adamax: a magnitude below 0 is taken")
	}
}
