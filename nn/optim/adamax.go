package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
)

// adamax is the rule that Adamax returns.
type adamax struct{ moments }

// Adamax is Adam with the largest of the gradients, which fades, in place of the root of
// their mean square (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), as
// PyTorch computes it (torch.optim.Adamax):
//
//	g = grad + decay·p
//	m = beta1·m + (1-beta1)·g
//	u = max(beta2·u, |g|+epsilon)
//	p -= lr/(1-beta1ᵗ) · m/u          at step t, from 1
//
// Betas are 0.9 and 0.999, epsilon is 1e-8 and there is no decay, unless options say otherwise.
// The slots are "mean" and "largest", PyTorch's exp_avg and exp_inf; where they are denormal
// they count as 0.
func Adamax(rate float64, opts ...MomentsOption) Rule {
	r := adamax{newMoments(rate, epsilonDefault, 0)}
	r.apply("adamax", opts)
	exempt := r.exempting()
	return exempted(r, exempt)
}

func adamaxPart() catalog.Part[Rule] {
	params := momentsParams("0.002", fmt.Sprint(epsilonDefault), "0")
	params[2].Help = "how slowly the largest gradient fades"
	return catalog.Part[Rule]{
		Name: "adamax", Params: params,
		Help: "Adam by the largest gradients", Formula: "p -= lr/(1-beta1ᵗ)·m/u, u = max(beta2·u, |g|+epsilon)", Torch: "torch.optim.Adamax",
		Example: "adamax(lr=0.01, beta2=0.99, decay=0.05)",
		New:     func(a catalog.Args) (Rule, error) { return valid(adamax{momentsOf(a)}) },
	}
}

func (r adamax) String() string { return r.spell(adamaxPart().Spell()).String() }

func (r adamax) Validate() error { return r.validate("adamax") }

// WithDecay implements Decayer.
func (r adamax) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r adamax) Slots() []Slot { return []Slot{{Name: "mean"}, {Name: "largest"}} }

func (r adamax) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r adamax) Bind(k *kernels.Set) Stepper {
	s := &adamaxStepper{rule: r, kernels: k}
	s.Momenta(r.beta1, r.beta1)
	return s
}

type adamaxStepper struct {
	rule           adamax
	kernels        *kernels.Set
	constants      kernels.AdamaxConstants // of the step under way
	most           float64                 // the highest beta1 of the steps to come
	ratio, residue float64                 // |m| is at most ratio·u + residue
}

func (s *adamaxStepper) Begin(step int, rate float64) {
	r := &s.rule
	s.constants = kernels.AdamaxConstants{
		WeightDecay:   float32(r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		Epsilon:       float32(r.epsilon),
		StepSize:      float32(rate / (1 - power(r.beta1, step))),
	}
}

// Momentum implements MomentumStepper: beta1.
func (s *adamaxStepper) Momentum() (own float64, ok bool) { return s.rule.beta1, true }

// Momenta implements MomentumStepper.
func (s *adamaxStepper) Momenta(_, most float64) {
	// |m| ≤ r·u holds after a step if it did before, for r = (1-β₁)/(1-β₁/β₂), which rises with β₁, but for rounding, and
	// for an u below 2^-126 that counts as 0.
	s.ratio = 1.1 * (1 - most) / (1 - most/s.rule.beta2)
	if !(1-most/s.rule.beta2 > 0.01) {
		s.ratio = math.Inf(1)
	}
	s.most = most
	s.residue = s.residueOf(s.ratio)
}

// residueOf is what |m| may have beyond a ratio.
func (s *adamaxStepper) residueOf(ratio float64) float64 { return 0x1p-125 * ratio / (1 - s.most) }

// SetMomentum implements MomentumStepper.
func (s *adamaxStepper) SetMomentum(m float64) { s.rule.beta1 = m }

func (s *adamaxStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.kernels.Adamax(p, grad, slots[0], slots[1], &s.constants)
}

// CheckState implements StateChecker. Steps with other momenta, of another schedule, may have led to means beyond the
// ratio, which rises to theirs: steps keep to a larger one too.
func (s *adamaxStepper) CheckState(slots [MaxSlots][]float32) error {
	if err := checkSquares("largest", slots[1]); err != nil {
		return err
	}
	ratio := s.ratio
	for i, u := range slots[1] {
		if m := math.Abs(float64(slots[0][i])); m > ratio*float64(u)+s.residue {
			ratio = max(ratio, 1.001*m/float64(u)) // infinite where u is 0
		}
	}
	if ratio > s.ratio {
		s.ratio = ratio
		s.residue = s.residueOf(ratio)
	}
	return nil
}

// Bound implements Bounder.
func (s *adamaxStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	grad += float64(c.WeightDecay) * b.Param
	b.Slots[0] = float64(c.Beta1)*b.Slots[0] + float64(c.OneMinusBeta1)*grad
	b.Slots[1] = max(float64(c.Beta2)*b.Slots[1], grad+float64(c.Epsilon))
	epsilon := float64(c.Epsilon)
	b.Param += float64(c.StepSize) * min(b.Slots[0]/epsilon, s.ratio+s.residue/epsilon)
	return max(grad, float64(c.StepSize)*b.Slots[0])
}
