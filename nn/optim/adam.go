package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// adam is the rule that Adam and AdamW return.
type adam struct {
	rate         float64
	beta1, beta2 float64
	epsilon      float64
	decay        float64
	decoupled    bool    // AdamW: the decay acts on the parameters, not on the gradient
	exempt       roleSet // from decay, until newAdam has made a group of it
	err          error   // of an option that was nil
}

// AdamOption is an option of Adam and AdamW.
type AdamOption interface{ applyAdam(*adam) }

// Adam adapts the rate of each parameter to the mean and the mean square of
// its gradients (Kingma and Ba, "Adam: a method for stochastic optimization",
// 2015), as PyTorch computes it (torch.optim.Adam). Betas are 0.9 and 0.999,
// epsilon is 1e-8 and there is no weight decay, unless options say otherwise. Moments
// that are denormal count as 0. The slots are "mean" and "mean_square" of the gradients,
// PyTorch's exp_avg and exp_avg_sq. kernels.AdamConstants states the whole formula.
func Adam(rate float64, opts ...AdamOption) Rule {
	return newAdam(adam{rate: rate}, opts)
}

// The betas and epsilon of which options say nothing.
const beta1Default, beta2Default, epsilonDefault = 0.9, 0.999, 1e-8

func newAdam(r adam, opts []AdamOption) Rule {
	r.beta1, r.beta2, r.epsilon = beta1Default, beta2Default, epsilonDefault
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option(r.name(), i)
			continue
		}
		o.applyAdam(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

type betasOption struct{ beta1, beta2 float64 }

func (o betasOption) applyAdam(r *adam) { r.beta1, r.beta2 = o.beta1, o.beta2 }

// Betas sets how slowly Adam's means forget: beta1 of the gradient, beta2 of
// its square. Both are in [0, 1).
func Betas(beta1, beta2 float64) AdamOption { return betasOption{beta1, beta2} }

// EpsilonOption is what Epsilon returns: an option of Adam, AdamW, Adagrad and RMSProp.
type EpsilonOption float64

// Epsilon sets what Adam, Adagrad and RMSProp add to the divisor. It must be more than 0: a
// parameter whose gradient is always 0 would be divided by it.
func Epsilon(e float64) EpsilonOption { return EpsilonOption(e) }

func (o EpsilonOption) applyAdam(r *adam)       { r.epsilon = float64(o) }
func (o EpsilonOption) applyRMSProp(r *rmsprop) { r.epsilon = float64(o) }
func (o EpsilonOption) applyAdagrad(r *adagrad) { r.epsilon = float64(o) }

// epsilonParam is what Epsilon sets, in catalogues.
func epsilonParam() catalog.Param {
	return catalog.Param{Name: "epsilon", Kind: catalog.Number, Default: fmt.Sprint(epsilonDefault), Range: catalog.Above(0), Help: "what the divisor has added", Formerly: []string{"eps"}}
}

// checkEpsilon reports an epsilon that divides by nothing.
func checkEpsilon(of string, e float64) error {
	if float32(e) > 0 && e <= math.MaxFloat32 {
		return nil
	}
	return fault.Value(of, "epsilon", e, "a finite number, more than 0 in float32")
}

func adamPart() catalog.Part[Rule] {
	return adamsPart(false, "adam", "a rate for each parameter", "p -= lr·m̂/(√v̂+epsilon), m̂ = m/(1-beta1ᵗ), v̂ = v/(1-beta2ᵗ)", "0", "torch.optim.Adam")
}

// adamsPart is Adam or AdamW in the catalogue.
func adamsPart(decoupled bool, name, help, formula, decay, torch string) catalog.Part[Rule] {
	beta := func(name string, byDefault float64, of string) catalog.Param {
		return catalog.Param{Name: name, Kind: catalog.Number, Default: fmt.Sprint(byDefault), Range: catalog.Fraction(), Help: "how slowly the mean of the " + of + " forgets"}
	}
	return catalog.Part[Rule]{
		Name: name,
		Params: []catalog.Param{
			rateParam("0.001"),
			beta("beta1", beta1Default, "gradients"),
			beta("beta2", beta2Default, "squares"),
			epsilonParam(),
			decayParam(decay),
		},
		Help: help, Formula: formula, Torch: torch,
		Example: name + "(lr=0.01, beta2=0.99, decay=0.05)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(adam{
				rate: a.Float("lr"), beta1: a.Float("beta1"), beta2: a.Float("beta2"), epsilon: a.Float("epsilon"),
				decay: a.Float("decay"), decoupled: decoupled,
			})
		},
	}
}

func (r adam) part() catalog.Part[Rule] {
	if r.decoupled {
		return adamwPart()
	}
	return adamPart()
}

func (r adam) name() string { return r.part().Name }

func (r adam) String() string {
	return r.part().Spell().Float("lr", r.rate).Float("beta1", r.beta1).Float("beta2", r.beta2).
		Float("epsilon", r.epsilon).Float("decay", r.decay).String()
}

func (r adam) Rate() float64 { return r.rate }

func (r adam) Validate() error {
	if r.err != nil {
		return r.err
	}
	name := r.name()
	if err := fault.NonNegative(name, "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction(name, "beta1", r.beta1); err != nil {
		return err
	}
	if err := fault.Fraction(name, "beta2", r.beta2); err != nil {
		return err
	}
	if err := checkEpsilon(name, r.epsilon); err != nil {
		return err
	}
	return checkDecay(name, r.decay)
}

// WithDecay implements Decayer.
func (r adam) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r adam) Slots() []Slot { return []Slot{{Name: "mean"}, {Name: "mean_square"}} }

func (r adam) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r adam) Bind(k *kernels.Set) Stepper {
	ratio := adamRatio(r.beta1, r.beta2)
	return &adamStepper{rule: r, kernels: k, ratio: ratio, residue: adamResidue(r.beta1, r.beta2, ratio)}
}

type adamStepper struct {
	rule      adam
	kernels   *kernels.Set
	constants kernels.AdamConstants // of the step under way
	ratio     float64               // see adamRatio
	residue   float64               // see adamResidue
	quotient  float64               // what m/(√v·InvSqrtBias2+Epsilon) cannot exceed in this step
}

// Begin computes the step's constants in float64 and rounds each once.
func (s *adamStepper) Begin(step int, rate float64) {
	r := s.rule
	bias2 := math.Sqrt(1 - power(r.beta2, step))
	s.quotient = s.ratio*bias2 + s.residue/r.epsilon
	c := kernels.AdamConstants{
		Shrink:        1,
		WeightDecay:   float32(r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
		StepSize:      float32(rate / (1 - power(r.beta1, step))),
		InvSqrtBias2:  float32(1 / bias2),
		Epsilon:       float32(r.epsilon),
	}
	if r.decoupled {
		c.Shrink, c.WeightDecay = float32(1-rate*r.decay), 0
	}
	s.constants = c
}

// power is base^n for a base from 0 to 1, up to n·2^-53 of it: half as long as math.Pow, which
// knows more, and with two of those in a step, 50 ns of the 5.6 µs of 30-64-32-1.
func power(base float64, n int) float64 {
	result := 1.0
	for ; n > 0 && result > 0x1p-60; n >>= 1 { // below, 1 less the result is 1
		if n&1 != 0 {
			result *= base
		}
		base *= base
	}
	return result
}

func (s *adamStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.kernels.Adam(p, grad, slots[0], slots[1], &s.constants)
}

// adamRatio bounds |m|/√v, but for what denormal numbers do, while both come from
// gradients by Adam's rule. By the inequality of Cauchy and Schwarz, m' = β₁m + (1-β₁)g
// and v' = β₂v + (1-β₂)g² keep to |m| ≤ r√v if they did, for
//
//	r² = (1-β₁)²/(1-β₂) / (1 - β₁²/β₂)
//
// It is 7.3 for the usual betas, and infinite if the mean square forgets faster than the
// mean. A tenth is added for rounding, 6 roundings of 2^-24 in each step that the
// divisor multiplies by up to 100.
func adamRatio(beta1, beta2 float64) float64 {
	rest := 1 - beta1*beta1/beta2
	if !(rest > 0.01) {
		return math.Inf(1)
	}
	return 1.1 * (1 - beta1) / math.Sqrt((1-beta2)*rest)
}

// adamResidue bounds |m| - r√v. In each step a v below 2^-126 may come to count as 0, and
// with it r·2^-63 of m, and a gradient whose square times 1-β₂ is as small may not reach v: that is
// up to 2^-63/√(1-β₂), of which m takes 1-β₁. m forgets both by β₁.
func adamResidue(beta1, beta2, ratio float64) float64 {
	return 0x1p-62 * (ratio/(1-beta1) + 1/math.Sqrt(1-beta2))
}

// CheckState implements StateChecker.
func (s *adamStepper) CheckState(slots [MaxSlots][]float32) error {
	if err := checkSquares("mean_square", slots[1]); err != nil {
		return err
	}
	return checkMeans(slots[0], slots[1], s.ratio, s.residue)
}

// Bound implements Bounder.
func (s *adamStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	p := math.Abs(float64(c.Shrink)) * b.Param
	grad += float64(c.WeightDecay) * p
	b.Slots[0] = float64(c.Beta1)*b.Slots[0] + float64(c.OneMinusBeta1)*grad
	b.Slots[1] = float64(c.Beta2)*b.Slots[1] + float64(c.OneMinusBeta2)*grad*grad
	divisor := math.Sqrt(b.Slots[1])*float64(c.InvSqrtBias2) + float64(c.Epsilon)
	rate := math.Abs(float64(c.StepSize))
	b.Param = p + rate*min(b.Slots[0]/float64(c.Epsilon), s.quotient)
	return max(grad, rate*b.Slots[0], divisor)
}
