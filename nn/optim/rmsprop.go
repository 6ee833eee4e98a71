package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// rmsprop is the rule that RMSProp returns.
type rmsprop struct {
	rate     float64
	alpha    float64
	epsilon  float64
	momentum float64
	centered bool
	decay    float64
	exempt   roleSet // from decay, until RMSProp has made a group of it
	err      error   // of an option that was nil
}

// RMSPropOption is an option of RMSProp.
type RMSPropOption interface{ applyRMSProp(*rmsprop) }

// RMSProp divides each gradient by the root of the mean of its squares (Tieleman and
// Hinton, 2012), as PyTorch computes it (torch.optim.RMSprop):
//
//	g = grad + decay·p
//	v = alpha·v + (1-alpha)·g²
//	a = alpha·a + (1-alpha)·g          Centered, which divides by √(v-a²) in place of √v
//	d = g/(√v+epsilon)
//	b = momentum·b + d                 with Momentum, which takes b in place of d
//	p -= lr·d
//
// Alpha is 0.99, epsilon 1e-8, and there is neither momentum nor decay, unless options
// say otherwise. The slots are "mean_square", PyTorch's square_avg, "mean" (grad_avg) if
// it is centered and "velocity" (momentum_buffer) with momentum. State that is denormal counts as
// 0, and where rounding makes v-a² negative, which is NaN in PyTorch, it is 0.
func RMSProp(rate float64, opts ...RMSPropOption) Rule {
	r := rmsprop{rate: rate, alpha: alphaDefault, epsilon: epsilonDefault}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("rmsprop", i)
			continue
		}
		o.applyRMSProp(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

const alphaDefault = 0.99

type alphaOption float64

func (o alphaOption) applyRMSProp(r *rmsprop) { r.alpha = float64(o) }

// Alpha sets how slowly RMSProp's means forget, in [0, 1).
func Alpha(a float64) RMSPropOption { return alphaOption(a) }

type centeredOption struct{}

func (centeredOption) applyRMSProp(r *rmsprop) { r.centered = true }

// Centered makes RMSProp divide by the deviation of the gradients from their mean.
func Centered() RMSPropOption { return centeredOption{} }

func rmspropPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "rmsprop",
		Params: []catalog.Param{
			rateParam("0.01"),
			{Name: "alpha", Kind: catalog.Number, Default: fmt.Sprint(alphaDefault), Range: catalog.Fraction(), Help: "how slowly the means forget"},
			epsilonParam(),
			{Name: "momentum", Kind: catalog.Number, Default: "0", Range: catalog.Fraction(), Help: "how much of the velocity stays"},
			{Name: "centered", Kind: catalog.Bool, Default: "false", Help: "divides by the deviation from the mean"},
			decayParam("0"),
		},
		Help: "gradients over the root of their mean square", Formula: "p -= lr·g/(√v+epsilon), v = alpha·v + (1-alpha)·g²", Torch: "torch.optim.RMSprop",
		Example: "rmsprop(lr=0.001, alpha=0.9, momentum=0.9, centered)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(rmsprop{
				rate: a.Float("lr"), alpha: a.Float("alpha"), epsilon: a.Float("epsilon"),
				momentum: a.Float("momentum"), centered: a.Bool("centered"), decay: a.Float("decay"),
			})
		},
	}
}

func (r rmsprop) String() string {
	return rmspropPart().Spell().Float("lr", r.rate).Float("alpha", r.alpha).Float("epsilon", r.epsilon).
		Float("momentum", r.momentum).Bool("centered", r.centered).Float("decay", r.decay).String()
}

func (r rmsprop) Rate() float64 { return r.rate }

func (r rmsprop) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("rmsprop", "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction("rmsprop", "alpha", r.alpha); err != nil {
		return err
	}
	if err := checkEpsilon("rmsprop", r.epsilon); err != nil {
		return err
	}
	if err := fault.Fraction("rmsprop", "momentum", r.momentum); err != nil {
		return err
	}
	return checkDecay("rmsprop", r.decay)
}

// WithDecay implements Decayer.
func (r rmsprop) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r rmsprop) Slots() []Slot {
	slots := []Slot{{Name: "mean_square"}}
	if r.centered {
		slots = append(slots, Slot{Name: "mean"})
	}
	if r.momentum != 0 {
		slots = append(slots, Slot{Name: "velocity"})
	}
	return slots
}

func (r rmsprop) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r rmsprop) Bind(k *kernels.Set) Stepper {
	s := &rmspropStepper{
		own: r.momentum,
		constants: kernels.RMSPropConstants{
			WeightDecay: float32(r.decay), Alpha: float32(r.alpha), OneMinusAlpha: float32(1 - r.alpha),
			Epsilon: float32(r.epsilon), Momentum: float32(r.momentum),
		},
		centered: r.centered, moves: r.momentum != 0,
		velocity: 1,
		quotient: quotientOf(1-r.alpha, r.epsilon),
	}
	kind := 0
	if s.moves {
		kind |= kernels.RMSPropMoves
	}
	if r.centered {
		kind |= kernels.RMSPropCentered
		s.velocity = 2
		s.quotient = math.Inf(1) // the deviation of gradients that stay the same is 0
	}
	s.update = k.RMSProp[kind]
	return s
}

type rmspropStepper struct {
	update    func(p, grad, square, mean, velocity []float32, c *kernels.RMSPropConstants) (largest float32)
	constants kernels.RMSPropConstants

	own             float64 // the rule's momentum
	centered, moves bool
	velocity        int     // its slot
	quotient        float64 // what |g|/(√v+epsilon) cannot exceed
}

func (s *rmspropStepper) Begin(_ int, rate float64) { s.constants.Rate = float32(rate) }

// Momentum implements MomentumStepper: without any there is no velocity.
func (s *rmspropStepper) Momentum() (own float64, ok bool) { return s.own, s.moves }

// Momenta implements MomentumStepper: bounds follow the momentum of each step.
func (*rmspropStepper) Momenta(_, _ float64) {}

// SetMomentum implements MomentumStepper.
func (s *rmspropStepper) SetMomentum(m float64) { s.constants.Momentum = float32(m) }

func (s *rmspropStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *rmspropStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	var mean, velocity []float32
	if s.centered {
		mean = slots[1][lo : lo+len(p)]
	}
	if s.moves {
		velocity = slots[s.velocity][lo : lo+len(p)]
	}
	return s.update(p, grad, slots[0][lo:lo+len(p)], mean, velocity, &s.constants)
}

// CheckState implements StateChecker.
func (s *rmspropStepper) CheckState(slots [MaxSlots][]float32) error {
	return checkSquares("mean_square", slots[0])
}

// Bound implements Bounder.
func (s *rmspropStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	grad += float64(c.WeightDecay) * b.Param
	between = grad
	b.Slots[0] = float64(c.Alpha)*b.Slots[0] + float64(c.OneMinusAlpha)*grad*grad
	if s.centered {
		b.Slots[1] = float64(c.Alpha)*b.Slots[1] + float64(c.OneMinusAlpha)*grad
		between = max(between, b.Slots[1]*b.Slots[1])
	}
	d := min(grad/float64(c.Epsilon), s.quotient)
	if s.moves {
		d += float64(c.Momentum) * b.Slots[s.velocity]
		b.Slots[s.velocity] = d
	}
	b.Param += float64(c.Rate) * d
	return max(between, d)
}
