package optim

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
)

// lamb is the rule that LAMB returns.
type lamb struct{ moments }

// LAMB is Adam whose steps are as long, in each weight matrix and each bias, as those are
// themselves: for large batches (You et al., "Large batch optimization for deep learning", 2020).
// For a tensor p
//
//	m = beta1·m + (1-beta1)·g
//	v = beta2·v + (1-beta2)·g²
//	r = m/(1-beta1ᵗ) / (√(v/(1-beta2ᵗ))+epsilon) + decay·p
//	p -= lr·‖p‖/‖r‖ · r
//
// with Euclidean norms, and a quotient of 1 where either is 0. Norms have no limits. Betas are 0.9 and 0.999,
// epsilon is 1e-6 and the decay 0.01, unless options say otherwise. The slots are "mean" and "mean_square"; where
// they are denormal they count as 0. All gradients are gathered before a step.
func LAMB(rate float64, opts ...MomentsOption) Rule {
	r := lamb{newMoments(rate, lambEpsilon, 0.01)}
	r.apply("lamb", opts)
	exempt := r.exempting()
	return exempted(r, exempt)
}

const lambEpsilon = 1e-6

func lambPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "lamb", Params: momentsParams("0.001", "1e-6", "0.01"),
		Help: "Adam with steps as long as the tensor, for large batches", Formula: "p -= lr·‖p‖/‖r‖·r, r = m̂/(√v̂+epsilon) + decay·p, for each tensor",
		Example: "lamb(lr=0.02, beta2=0.99, decay=0)",
		New:     func(a catalog.Args) (Rule, error) { return valid(lamb{momentsOf(a)}) },
	}
}

func (r lamb) String() string { return r.spell(lambPart().Spell()).String() }

func (r lamb) Validate() error { return r.validate("lamb") }

// WithDecay implements Decayer.
func (r lamb) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r lamb) Slots() []Slot { return []Slot{{Name: "mean"}, {Name: "mean_square"}} }

func (r lamb) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r lamb) Bind(k *kernels.Set) Stepper {
	return &lambStepper{rule: adam{moments: r.moments}, kernels: k}
}

type lambStepper struct {
	rule      adam
	kernels   *kernels.Set
	rate      float64 // of the step under way
	constants kernels.AdamConstants
}

// Begin makes constants with which Adam's kernel takes decay·p to r.
func (s *lambStepper) Begin(step int, rate float64) {
	r := &s.rule
	s.rate = rate
	s.constants = r.constants(0)
	s.constants.Shrink, s.constants.WeightDecay = float32(r.decay), 0
	s.constants.StepSize = float32(-1 / (1 - power(r.beta1, step)))
	s.constants.InvSqrtBias2 = float32(1 / math.Sqrt(1-power(r.beta2, step)))
}

// Momentum implements MomentumStepper: beta1.
func (s *lambStepper) Momentum() (own float64, ok bool) { return s.rule.beta1, true }

// Momenta implements MomentumStepper: steps are tried on copies.
func (*lambStepper) Momenta(_, _ float64) {}

// SetMomentum implements MomentumStepper.
func (s *lambStepper) SetMomentum(m float64) { s.rule.beta1 = m }

// Direction implements Normwise.
func (s *lambStepper) Direction(d, p, grad []float32, slots [MaxSlots][]float32) {
	copy(d, p)
	s.kernels.Adam(d, grad, slots[0], slots[1], &s.constants)
}

// Follow implements Normwise.
func (s *lambStepper) Follow(d, p []float32, _ [MaxSlots][]float32, own, along float64) {
	ratio := 1.0
	if own > 0 && along > 0 {
		ratio = math.Sqrt(own) / math.Sqrt(along)
	}
	s.kernels.Scale(float32(-s.rate*ratio), d)
	s.kernels.Add(p, d)
}

// CheckState implements StateChecker.
func (s *lambStepper) CheckState(slots [MaxSlots][]float32) error {
	return checkSquares("mean_square", slots[1])
}
