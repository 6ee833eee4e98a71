package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// nadam is the rule that NAdam returns.
type nadam struct {
	moments
	momentumDecay float64
	decoupled     bool
}

// NAdamOption is an option of NAdam.
type NAdamOption interface{ applyNAdam(*nadam) }

// NAdam is Adam that looks ahead along its mean, as Nesterov's momentum does (Dozat,
// "Incorporating Nesterov momentum into Adam", 2016), as PyTorch computes it
// (torch.optim.NAdam):
//
//	g = grad + decay·p                  with Decoupled p = (1 - lr·decay)·p in its place
//	μₜ = beta1·(1 - 0.96^(t·momentum_decay)/2)
//	m = beta1·m + (1-beta1)·g
//	v = beta2·v + (1-beta2)·g²
//	p -= lr·((1-μₜ)/(1-μ₁…μₜ)·g + μₜ₊₁/(1-μ₁…μₜ₊₁)·m) / (√(v/(1-beta2ᵗ))+epsilon)
//
// Betas are 0.9 and 0.999, epsilon is 1e-8, the momentum's decay 0.004, and there is no weight
// decay, unless options say otherwise. The slots are "mean" and "mean_square", PyTorch's exp_avg
// and exp_avg_sq; where they are denormal they count as 0.
func NAdam(rate float64, opts ...NAdamOption) Rule {
	r := nadam{moments: newMoments(rate, epsilonDefault, 0), momentumDecay: momentumDecayDefault}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("nadam", i)
			continue
		}
		o.applyNAdam(&r)
	}
	exempt := r.exempting()
	return exempted(r, exempt)
}

const momentumDecayDefault = 0.004

type momentumDecayOption float64

func (o momentumDecayOption) applyNAdam(r *nadam) { r.momentumDecay = float64(o) }

// MomentumDecay sets how fast NAdam's momentum rises from half of beta1 to all of it. d is at least 0; with 0
// it stays at half.
func MomentumDecay(d float64) NAdamOption { return momentumDecayOption(d) }

// DecoupledOption is what Decoupled returns: an option of NAdam and RAdam.
type DecoupledOption struct{}

// Decoupled takes the weight decay out of the gradient: it multiplies parameters by 1 - lr·decay, as AdamW does.
func Decoupled() DecoupledOption { return DecoupledOption{} }

func (DecoupledOption) applyNAdam(r *nadam) { r.decoupled = true }
func (DecoupledOption) applyRAdam(r *radam) { r.decoupled = true }

func decoupledParam() catalog.Param {
	return catalog.Param{Name: "decoupled", Kind: catalog.Bool, Default: "false", Help: "the decay acts on the parameters, as with adamw", Formerly: []string{"decoupled_weight_decay"}}
}

func nadamPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "nadam",
		Params: append(momentsParams("0.002", fmt.Sprint(epsilonDefault), "0"),
			catalog.Param{Name: "momentum_decay", Kind: catalog.Number, Default: fmt.Sprint(momentumDecayDefault), Range: catalog.AtLeast(0), Help: "how fast the momentum rises to beta1"},
			decoupledParam()),
		Help: "Adam that looks ahead along its mean", Formula: "as adam, with μ·m̂ + (1-μ)·ĝ in place of m̂, μ = beta1·(1-0.96^(t·momentum_decay)/2)", Torch: "torch.optim.NAdam",
		Example: "nadam(lr=0.01, beta2=0.99, decay=0.05, decoupled)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(nadam{momentsOf(a), a.Float("momentum_decay"), a.Bool("decoupled")})
		},
	}
}

func (r nadam) String() string {
	return r.spell(nadamPart().Spell()).Float("momentum_decay", r.momentumDecay).Bool("decoupled", r.decoupled).String()
}

func (r nadam) Validate() error {
	if err := r.validate("nadam"); err != nil {
		return err
	}
	return fault.NonNegative("nadam", "momentum_decay", r.momentumDecay)
}

// WithDecay implements Decayer.
func (r nadam) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r nadam) Slots() []Slot { return []Slot{{Name: "mean"}, {Name: "mean_square"}} }

func (r nadam) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r nadam) Bind(k *kernels.Set) Stepper {
	ratio := r.ratio()
	return &nadamStepper{rule: r, kernels: k, ratio: ratio, residue: r.residue(ratio), alone: r.alone(), product: 1}
}

type nadamStepper struct {
	rule      nadam
	kernels   *kernels.Set
	constants kernels.NAdamConstants // of the step under way

	ratio, residue, alone float64 // see moments
	quotient              float64 // what the step cannot exceed

	// product is that of the momenta of the steps to the last that was asked for. It is a function of that alone:
	// it always has its factors in the same order.
	product float64
	step    int
}

// momentum is μ of a step.
func (r *nadam) momentum(step int) float64 {
	return r.beta1 * (1 - 0.5*math.Pow(0.96, float64(step)*r.momentumDecay))
}

// momenta is the product of the momenta of the steps to this one.
func (s *nadamStepper) momenta(step int) float64 {
	if step < s.step {
		s.product, s.step = 1, 0
	}
	for ; s.step < step; s.step++ {
		if s.product < 0x1p-60 { // 1 less it is 1, and will be
			return s.product
		}
		s.product *= s.rule.momentum(s.step + 1)
	}
	return s.product
}

func (s *nadamStepper) Begin(step int, rate float64) {
	r := &s.rule
	bias2 := math.Sqrt(1 - power(r.beta2, step))
	now, next, product := r.momentum(step), r.momentum(step+1), s.momenta(step)
	s.constants = kernels.NAdamConstants{
		Shrink:        1,
		WeightDecay:   float32(r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
		GradientStep:  float32(rate * (1 - now) / (1 - product)),
		MeanStep:      float32(rate * next / (1 - product*next)),
		InvSqrtBias2:  float32(1 / bias2),
		Epsilon:       float32(r.epsilon),
	}
	if r.decoupled {
		s.constants.Shrink, s.constants.WeightDecay = float32(1-rate*r.decay), 0
	}
	c := &s.constants
	s.quotient = float64(c.MeanStep)*(s.ratio*bias2+s.residue/r.epsilon) + float64(c.GradientStep)*s.alone
}

func (s *nadamStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.kernels.NAdam(p, grad, slots[0], slots[1], &s.constants)
}

// CheckState implements StateChecker.
func (s *nadamStepper) CheckState(slots [MaxSlots][]float32) error {
	if err := checkSquares("mean_square", slots[1]); err != nil {
		return err
	}
	return checkMeans(slots[0], slots[1], s.ratio, s.residue)
}

// Bound implements Bounder.
func (s *nadamStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	grad += float64(c.WeightDecay) * b.Param
	b.Slots[0] = float64(c.Beta1)*b.Slots[0] + float64(c.OneMinusBeta1)*grad
	b.Slots[1] = float64(c.Beta2)*b.Slots[1] + float64(c.OneMinusBeta2)*grad*grad
	move := float64(c.MeanStep)*b.Slots[0] + float64(c.GradientStep)*grad
	divisor := math.Sqrt(b.Slots[1])*float64(c.InvSqrtBias2) + float64(c.Epsilon)
	b.Param = math.Abs(float64(c.Shrink))*b.Param + min(move/float64(c.Epsilon), s.quotient)
	return max(grad, move, divisor)
}
