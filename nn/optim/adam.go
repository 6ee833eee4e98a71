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
	moments
	decoupled bool // AdamW: the decay acts on the parameters, not on the gradient
	amsgrad   bool
}

// AdamOption is an option of Adam and AdamW.
type AdamOption interface{ applyAdam(*adam) }

// Adam adapts the rate of each parameter to the mean and the mean square of
// its gradients (Kingma and Ba, "Adam: a method for stochastic optimization",
// 2015), as PyTorch computes it (torch.optim.Adam). Betas are 0.9 and 0.999,
// epsilon is 1e-8 and there is no weight decay, unless options say otherwise. Moments
// that are denormal count as 0. The slots are "mean" and "mean_square" of the gradients,
// PyTorch's exp_avg and exp_avg_sq, and with AMSGrad "largest_mean_square", its
// max_exp_avg_sq. kernels.AdamConstants states the whole formula.
func Adam(rate float64, opts ...AdamOption) Rule {
	return newAdam(adam{moments: newMoments(rate, epsilonDefault, 0)}, opts)
}

func newAdam(r adam, opts []AdamOption) Rule {
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option(r.name(), i)
			continue
		}
		o.applyAdam(&r)
	}
	exempt := r.exempting()
	return exempted(r, exempt)
}

type amsgradOption struct{}

func (amsgradOption) applyAdam(r *adam) { r.amsgrad = true }

// AMSGrad makes Adam divide by the root of the largest mean square so far, so that rates never
// rise (Reddi et al., "On the convergence of Adam and beyond", 2018). As in PyTorch it is the
// largest before the correction for the first steps.
func AMSGrad() AdamOption { return amsgradOption{} }

// EpsilonOption is what Epsilon returns: an option of every rule that divides.
type EpsilonOption float64

// Epsilon sets what is added to the divisor by Adam and its kin, Adadelta, Adagrad and RMSProp. It must be more than
// 0: a parameter whose gradient is always 0 would be divided by it.
func Epsilon(e float64) EpsilonOption { return EpsilonOption(e) }

func (o EpsilonOption) applyMoments(m *moments)   { m.epsilon = float64(o) }
func (o EpsilonOption) applyAdam(r *adam)         { r.epsilon = float64(o) }
func (o EpsilonOption) applyNAdam(r *nadam)       { r.epsilon = float64(o) }
func (o EpsilonOption) applyRAdam(r *radam)       { r.epsilon = float64(o) }
func (o EpsilonOption) applyRMSProp(r *rmsprop)   { r.epsilon = float64(o) }
func (o EpsilonOption) applyAdagrad(r *adagrad)   { r.epsilon = float64(o) }
func (o EpsilonOption) applyAdadelta(r *adadelta) { r.epsilon = float64(o) }

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
	return catalog.Part[Rule]{
		Name: name,
		Params: append(momentsParams("0.001", fmt.Sprint(epsilonDefault), decay),
			catalog.Param{Name: "amsgrad", Kind: catalog.Bool, Default: "false", Help: "divides by the root of the largest mean square so far"}),
		Help: help, Formula: formula, Torch: torch,
		Example: name + "(lr=0.01, beta2=0.99, decay=0.05)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(adam{momentsOf(a), decoupled, a.Bool("amsgrad")})
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
	return r.spell(r.part().Spell()).Bool("amsgrad", r.amsgrad).String()
}

func (r adam) Validate() error { return r.validate(r.name()) }

// WithDecay implements Decayer.
func (r adam) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r adam) Slots() []Slot {
	slots := []Slot{{Name: "mean"}, {Name: "mean_square"}}
	if r.amsgrad {
		slots = append(slots, Slot{Name: "largest_mean_square"})
	}
	return slots
}

func (r adam) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r adam) Bind(k *kernels.Set) Stepper {
	s := &adamStepper{rule: r, kernels: k}
	s.Momenta(r.beta1, r.beta1)
	return s
}

type adamStepper struct {
	rule      adam
	kernels   *kernels.Set
	constants kernels.AdamConstants // of the step under way
	most      float64               // the highest beta1 of the steps to come
	ratio     float64               // see moments.within
	residue   float64               // see moments.within
	quotient  float64               // what m/(√v·InvSqrtBias2+Epsilon) cannot exceed in this step
}

// Begin computes the step's constants in float64 and rounds each once.
func (s *adamStepper) Begin(step int, rate float64) {
	r := &s.rule
	bias2 := math.Sqrt(1 - power(r.beta2, step))
	s.quotient = s.ratio*bias2 + s.residue/r.epsilon
	s.constants = r.constants(rate)
	s.constants.StepSize = float32(rate / (1 - power(r.beta1, step)))
	s.constants.InvSqrtBias2 = float32(1 / bias2)
}

// Momentum implements MomentumStepper: beta1.
func (s *adamStepper) Momentum() (own float64, ok bool) { return s.rule.beta1, true }

// Momenta implements MomentumStepper.
func (s *adamStepper) Momenta(least, most float64) {
	s.most = most
	s.ratio, s.residue = s.rule.within(least, most)
}

// SetMomentum implements MomentumStepper.
func (s *adamStepper) SetMomentum(m float64) { s.rule.beta1 = m }

// constants are those that depend on nothing but the rate and beta1.
func (r *adam) constants(rate float64) kernels.AdamConstants {
	c := kernels.AdamConstants{
		Shrink:        1,
		WeightDecay:   float32(r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
		Epsilon:       float32(r.epsilon),
	}
	if r.decoupled {
		c.Shrink, c.WeightDecay = float32(1-rate*r.decay), 0
	}
	return c
}

func (s *adamStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	if s.rule.amsgrad {
		s.kernels.AMSGrad(p, grad, slots[0], slots[1], slots[2], &s.constants)
		return
	}
	s.kernels.Adam(p, grad, slots[0], slots[1], &s.constants)
}

// CheckState implements StateChecker. Steps with other momenta, of another schedule, may have led to means beyond the
// ratio, which rises to theirs.
func (s *adamStepper) CheckState(slots [MaxSlots][]float32) error {
	if err := checkSquares("mean_square", slots[1]); err != nil {
		return err
	}
	largest, ratio := s.rule.largestMean(), s.ratio
	for i, v := range slots[1] {
		m, root := math.Abs(float64(slots[0][i])), math.Sqrt(float64(v))
		if m > largest {
			return fmt.Errorf("mean [%d] is %v, want at most %v, of gradients whose squares are finite", i, slots[0][i], largest)
		}
		if m > ratio*root+s.residue {
			ratio = max(ratio, 1.001*m/root) // infinite where root is 0
		}
	}
	if ratio > s.ratio {
		slow := s.rule.moments
		slow.beta1 = s.most
		s.ratio, s.residue = ratio, slow.residue(ratio)
	}
	return nil
}

// Bound implements Bounder.
func (s *adamStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	p := math.Abs(float64(c.Shrink)) * b.Param
	grad += float64(c.WeightDecay) * p
	b.Slots[0] = float64(c.Beta1)*b.Slots[0] + float64(c.OneMinusBeta1)*grad
	b.Slots[1] = float64(c.Beta2)*b.Slots[1] + float64(c.OneMinusBeta2)*grad*grad
	largest := b.Slots[1]
	if s.rule.amsgrad {
		largest = max(largest, b.Slots[2])
		b.Slots[2] = largest
	}
	divisor := math.Sqrt(largest)*float64(c.InvSqrtBias2) + float64(c.Epsilon)
	rate := math.Abs(float64(c.StepSize))
	b.Param = p + rate*min(b.Slots[0]/float64(c.Epsilon), s.quotient)
	return max(grad, rate*b.Slots[0], divisor)
}
