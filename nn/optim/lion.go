package optim

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// lion is the rule that Lion returns.
type lion struct {
	rate         float64
	beta1, beta2 float64
	decay        float64
	exempt       roleSet // from decay, until Lion has made a group of it
	err          error   // of an option that was nil
}

// LionOption is an option of Lion.
type LionOption interface{ applyLion(*lion) }

// Lion takes steps of one length along the signs of a mean of the gradients (Chen et al.,
// "Symbolic discovery of optimization algorithms", 2023):
//
//	p = (1 - lr·decay)·p - lr·sign(beta1·m + (1-beta1)·g)     sign(0) = 0
//	m = beta2·m + (1-beta2)·g
//
// Betas are 0.9 and 0.99 and there is no decay, unless options say otherwise. A rate is a third
// to a tenth of AdamW's, a decay three to ten times its. The slot is "mean"; where it is denormal it
// counts as 0.
func Lion(rate float64, opts ...LionOption) Rule {
	r := lion{rate: rate, beta1: beta1Default, beta2: lionBeta2}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("lion", i)
			continue
		}
		o.applyLion(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

const lionBeta2 = 0.99

func lionPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "lion",
		Params: []catalog.Param{
			rateParam("0.0001"),
			{Name: "beta1", Kind: catalog.Number, Default: "0.9", Range: catalog.Fraction(), Help: "how much of the mean is in the direction"},
			betaParam("beta2", lionBeta2, "gradients"),
			decayParam("0"),
		},
		Help: "steps of one length along signs", Formula: "p = (1-lr·decay)·p - lr·sign(beta1·m + (1-beta1)·g), m = beta2·m + (1-beta2)·g",
		Example: "lion(lr=0.003, decay=0.1)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(lion{rate: a.Float("lr"), beta1: a.Float("beta1"), beta2: a.Float("beta2"), decay: a.Float("decay")})
		},
	}
}

func (r lion) String() string {
	return lionPart().Spell().Float("lr", r.rate).Float("beta1", r.beta1).Float("beta2", r.beta2).Float("decay", r.decay).String()
}

func (r lion) Rate() float64 { return r.rate }

func (r lion) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("lion", "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction("lion", "beta1", r.beta1); err != nil {
		return err
	}
	if err := fault.Fraction("lion", "beta2", r.beta2); err != nil {
		return err
	}
	return checkDecay("lion", r.decay)
}

// WithDecay implements Decayer.
func (r lion) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r lion) Slots() []Slot { return []Slot{{Name: "mean"}} }

func (r lion) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r lion) Bind(k *kernels.Set) Stepper { return &lionStepper{rule: r, kernels: k} }

type lionStepper struct {
	rule      lion
	kernels   *kernels.Set
	constants kernels.LionConstants // of the step under way
}

func (s *lionStepper) Begin(_ int, rate float64) {
	r := &s.rule
	s.constants = kernels.LionConstants{
		Rate:          float32(rate),
		Shrink:        float32(1 - rate*r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
	}
}

func (s *lionStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *lionStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	return s.kernels.Lion(p, grad, slots[0][lo:lo+len(p)], &s.constants)
}

// Bound implements Bounder.
func (s *lionStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	between = float64(c.Beta1)*b.Slots[0] + float64(c.OneMinusBeta1)*grad
	b.Slots[0] = float64(c.Beta2)*b.Slots[0] + float64(c.OneMinusBeta2)*grad
	b.Param = math.Abs(float64(c.Shrink))*b.Param + float64(c.Rate)
	return between
}
