package optim

import (
	"fmt"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// adagrad is the rule that Adagrad returns.
type adagrad struct {
	rate      float64
	epsilon   float64
	initial   float64
	rateDecay float64
	decay     float64
	exempt    roleSet // from decay, until Adagrad has made a group of it
	err       error   // of an option that was nil
}

// AdagradOption is an option of Adagrad.
type AdagradOption interface{ applyAdagrad(*adagrad) }

// Adagrad divides each gradient by the root of the sum of all its squares so far (Duchi et al.,
// "Adaptive subgradient methods", 2011), as PyTorch computes it (torch.optim.Adagrad):
//
//	g = grad + decay·p
//	s = s + g²
//	p -= lr/(1+(t-1)·rate_decay) · g/(√s+epsilon)      at step t, from 1
//
// Epsilon is 1e-10, s begins with 0, and there are no decays, unless options say otherwise. The
// slot is "sum", PyTorch's sum; where it is denormal it counts as 0.
func Adagrad(rate float64, opts ...AdagradOption) Rule {
	r := adagrad{rate: rate, epsilon: adagradEpsilon}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("adagrad", i)
			continue
		}
		o.applyAdagrad(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

const adagradEpsilon = 1e-10

type initialSumOption float64

func (o initialSumOption) applyAdagrad(r *adagrad) { r.initial = float64(o) }

// InitialSum is what Adagrad's sums begin with, at least 0: it makes the first steps shorter.
func InitialSum(s float64) AdagradOption { return initialSumOption(s) }

type rateDecayOption float64

func (o rateDecayOption) applyAdagrad(r *adagrad) { r.rateDecay = float64(o) }

// RateDecay makes Adagrad's rate fall as 1/(1+(t-1)·d). d is at least 0.
func RateDecay(d float64) AdagradOption { return rateDecayOption(d) }

func adagradPart() catalog.Part[Rule] {
	epsilon := epsilonParam()
	epsilon.Default = fmt.Sprint(adagradEpsilon)
	return catalog.Part[Rule]{
		Name: "adagrad",
		Params: []catalog.Param{
			rateParam("0.01"),
			epsilon,
			{Name: "initial_sum", Kind: catalog.Number, Default: "0", Range: catalog.AtLeast(0), Help: "what the sums of squares begin with", Formerly: []string{"initial_accumulator_value"}},
			{Name: "rate_decay", Kind: catalog.Number, Default: "0", Range: catalog.AtLeast(0), Help: "how the rate falls", Formerly: []string{"lr_decay"}},
			decayParam("0"),
		},
		Help: "gradients over the root of the sum of their squares", Formula: "p -= lr/(1+(t-1)·rate_decay)·g/(√s+epsilon), s = s + g²", Torch: "torch.optim.Adagrad",
		Example: "adagrad(lr=0.1, initial_sum=0.1)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(adagrad{
				rate: a.Float("lr"), epsilon: a.Float("epsilon"), initial: a.Float("initial_sum"),
				rateDecay: a.Float("rate_decay"), decay: a.Float("decay"),
			})
		},
	}
}

func (r adagrad) String() string {
	return adagradPart().Spell().Float("lr", r.rate).Float("epsilon", r.epsilon).Float("initial_sum", r.initial).
		Float("rate_decay", r.rateDecay).Float("decay", r.decay).String()
}

func (r adagrad) Rate() float64 { return r.rate }

func (r adagrad) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := checkEpsilon("adagrad", r.epsilon); err != nil {
		return err
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"lr", r.rate}, {"initial_sum", r.initial}, {"rate_decay", r.rateDecay}} {
		if err := fault.NonNegative("adagrad", v.name, v.value); err != nil {
			return err
		}
	}
	return checkDecay("adagrad", r.decay)
}

// WithDecay implements Decayer.
func (r adagrad) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r adagrad) Slots() []Slot { return []Slot{{Name: "sum", Init: float32(r.initial)}} }

func (r adagrad) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r adagrad) Bind(k *kernels.Set) Stepper {
	return &adagradStepper{
		rule: r, kernels: k,
		constants: kernels.AdagradConstants{WeightDecay: float32(r.decay), Epsilon: float32(r.epsilon)},
		quotient:  quotientOf(1, r.epsilon),
	}
}

type adagradStepper struct {
	rule      adagrad
	kernels   *kernels.Set
	constants kernels.AdagradConstants
	quotient  float64 // what |g|/(√s+epsilon) cannot exceed
}

func (s *adagradStepper) Begin(step int, rate float64) {
	s.constants.Rate = float32(rate / (1 + float64(step-1)*s.rule.rateDecay))
}

func (s *adagradStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *adagradStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	return s.kernels.Adagrad(p, grad, slots[0][lo:lo+len(p)], &s.constants)
}

// CheckState implements StateChecker.
func (s *adagradStepper) CheckState(slots [MaxSlots][]float32) error {
	return checkSquares("sum", slots[0])
}

// Bound implements Bounder.
func (s *adagradStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	grad += float64(c.WeightDecay) * b.Param
	b.Slots[0] += grad * grad
	b.Param += float64(c.Rate) * min(grad/float64(c.Epsilon), s.quotient)
	return max(grad, float64(c.Rate)*grad)
}
