package optim

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// adadelta is the rule that Adadelta returns.
type adadelta struct {
	rate    float64
	rho     float64
	epsilon float64
	decay   float64
	exempt  roleSet // from decay, until Adadelta has made a group of it
	err     error   // of an option that was nil
}

// AdadeltaOption is an option of Adadelta.
type AdadeltaOption interface{ applyAdadelta(*adadelta) }

// Adadelta makes steps as long as those before it were, by the ratio of this gradient to those
// before (Zeiler, "Adadelta: an adaptive learning rate method", 2012), as PyTorch computes it
// (torch.optim.Adadelta):
//
//	g = grad + decay·p
//	v = rho·v + (1-rho)·g²
//	d = √(u+epsilon)/√(v+epsilon) · g
//	u = rho·u + (1-rho)·d²
//	p -= lr·d
//
// A usual rate is 1. Rho is 0.9, epsilon 1e-6, and there is no decay, unless options say
// otherwise. The first steps are as long as the root of epsilon. The slots are "mean_square" and
// "mean_square_step", PyTorch's square_avg and acc_delta; where they are denormal they count as 0.
func Adadelta(rate float64, opts ...AdadeltaOption) Rule {
	r := adadelta{rate: rate, rho: 0.9, epsilon: 1e-6}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("adadelta", i)
			continue
		}
		o.applyAdadelta(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

type rhoOption float64

func (o rhoOption) applyAdadelta(r *adadelta) { r.rho = float64(o) }

// Rho sets how slowly Adadelta's means forget, in [0, 1).
func Rho(r float64) AdadeltaOption { return rhoOption(r) }

func adadeltaPart() catalog.Part[Rule] {
	epsilon := epsilonParam()
	epsilon.Default, epsilon.Help = "1e-6", "what the mean squares have added"
	return catalog.Part[Rule]{
		Name: "adadelta",
		Params: []catalog.Param{
			rateParam("1"),
			{Name: "rho", Kind: catalog.Number, Default: "0.9", Range: catalog.Fraction(), Help: "how slowly the means forget"},
			epsilon,
			decayParam("0"),
		},
		Help: "steps as long as those before, by the ratio of the gradients", Formula: "p -= lr·d, d = √(u+epsilon)/√(v+epsilon)·g, u = rho·u + (1-rho)·d², v likewise of g", Torch: "torch.optim.Adadelta",
		Example: "adadelta(rho=0.8, epsilon=0.001, decay=0.05)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(adadelta{rate: a.Float("lr"), rho: a.Float("rho"), epsilon: a.Float("epsilon"), decay: a.Float("decay")})
		},
	}
}

func (r adadelta) String() string {
	return adadeltaPart().Spell().Float("lr", r.rate).Float("rho", r.rho).Float("epsilon", r.epsilon).Float("decay", r.decay).String()
}

func (r adadelta) Rate() float64 { return r.rate }

func (r adadelta) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("adadelta", "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction("adadelta", "rho", r.rho); err != nil {
		return err
	}
	if err := checkEpsilon("adadelta", r.epsilon); err != nil {
		return err
	}
	return checkDecay("adadelta", r.decay)
}

// WithDecay implements Decayer.
func (r adadelta) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r adadelta) Slots() []Slot { return []Slot{{Name: "mean_square"}, {Name: "mean_square_step"}} }

func (r adadelta) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r adadelta) Bind(k *kernels.Set) Stepper {
	// The divisor is √(v+epsilon), where v has taken (1-rho)·g² or is denormal.
	root := math.Sqrt(float64(float32(r.epsilon)))
	return &adadeltaStepper{rule: r, kernels: k, quotient: quotientOf(1-r.rho, root)}
}

type adadeltaStepper struct {
	rule      adadelta
	kernels   *kernels.Set
	constants kernels.AdadeltaConstants // of the step under way
	quotient  float64                   // what |g|/√(v+epsilon) cannot exceed
}

func (s *adadeltaStepper) Begin(_ int, rate float64) {
	r := &s.rule
	s.constants = kernels.AdadeltaConstants{
		Rate:        float32(rate),
		WeightDecay: float32(r.decay),
		Rho:         float32(r.rho),
		OneMinusRho: float32(1 - r.rho),
		Epsilon:     float32(r.epsilon),
	}
}

func (s *adadeltaStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *adadeltaStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	return s.kernels.Adadelta(p, grad, slots[0][lo:lo+len(p)], slots[1][lo:lo+len(p)], &s.constants)
}

// CheckState implements StateChecker.
func (s *adadeltaStepper) CheckState(slots [MaxSlots][]float32) error {
	if err := checkSquares("mean_square", slots[0]); err != nil {
		return err
	}
	return checkSquares("mean_square_step", slots[1])
}

// Bound implements Bounder.
func (s *adadeltaStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	epsilon := float64(c.Epsilon)
	grad += float64(c.WeightDecay) * b.Param
	b.Slots[0] = float64(c.Rho)*b.Slots[0] + float64(c.OneMinusRho)*grad*grad
	root := math.Sqrt(b.Slots[1] + epsilon)
	d := root * min(grad/math.Sqrt(epsilon), s.quotient)
	b.Slots[1] = float64(c.Rho)*b.Slots[1] + float64(c.OneMinusRho)*d*d
	b.Param += float64(c.Rate) * d
	// The quotient of the roots comes before the gradient.
	return max(grad, d, d*d, root/math.Sqrt(epsilon))
}
