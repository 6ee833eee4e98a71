package optim

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// sgd is the rule that SGD returns.
type sgd struct {
	rate     float64
	momentum float64
	nesterov bool
	decay    float64
	damping  float64
	exempt   roleSet // from decay, until SGD has made a group of it
	err      error   // of an option that was nil
}

// SGDOption is an option of SGD.
type SGDOption interface{ applySGD(*sgd) }

// SGD is stochastic gradient descent, p -= rate·g, as PyTorch defines it with
// its options (torch.optim.SGD), except that denormal velocities count
// as 0. With Momentum its one slot is "velocity", PyTorch's momentum_buffer. The kernel's constants, kernels.SGDConstants, state the whole formula.
func SGD(rate float64, opts ...SGDOption) Rule {
	r := sgd{rate: rate}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("sgd", i)
			continue
		}
		o.applySGD(&r)
	}
	exempt := r.exempt
	r.exempt = 0
	return exempted(r, exempt)
}

// MomentumOption is what Momentum returns: an option of SGD, RMSProp and Muon.
type MomentumOption float64

// Momentum makes SGD descend along a velocity v = mu·v + g in place of the
// gradient g, RMSProp along one of its quotients, and is how slowly Muon's mean of
// gradients forgets. mu is in [0, 1); 0 is without momentum.
func Momentum(mu float64) MomentumOption { return MomentumOption(mu) }

func (o MomentumOption) applySGD(r *sgd)         { r.momentum = float64(o) }
func (o MomentumOption) applyRMSProp(r *rmsprop) { r.momentum = float64(o) }
func (o MomentumOption) applyMuon(r *muon)       { r.momentum = float64(o) }

type nesterovOption struct{}

func (nesterovOption) applySGD(r *sgd) { r.nesterov = true }

// Nesterov looks ahead: SGD descends along g + mu·v. It needs Momentum.
func Nesterov() SGDOption { return nesterovOption{} }

type dampeningOption float64

func (o dampeningOption) applySGD(r *sgd) { r.damping = float64(o) }

// Dampening makes the velocity take 1-d of each gradient, in place of all of it, but for the first. d is in
// [0, 1), and 0 without momentum and with Nesterov.
func Dampening(d float64) SGDOption { return dampeningOption(d) }

// sgdPart is SGD in the catalogue.
func sgdPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "sgd",
		Params: []catalog.Param{
			rateParam("0.01"),
			{Name: "momentum", Kind: catalog.Number, Default: "0", Range: catalog.Fraction(), Help: "how much of the velocity stays"},
			{Name: "nesterov", Kind: catalog.Bool, Default: "false", Help: "looks ahead along the velocity"},
			decayParam("0"),
			{Name: "dampening", Kind: catalog.Number, Default: "0", Range: catalog.Fraction(), Help: "how much of the gradient the velocity does not take, after the first step"},
		},
		Help: "stochastic gradient descent", Formula: "p -= lr·v, v = momentum·v + (1-dampening)·g", Torch: "torch.optim.SGD",
		Example:  "sgd(lr=0.1, momentum=0.9, nesterov)",
		Formerly: map[string]string{"momentum": "sgd(momentum=0.9)", "nesterov": "sgd(momentum=0.9, nesterov)"},
		New: func(a catalog.Args) (Rule, error) {
			return valid(sgd{rate: a.Float("lr"), momentum: a.Float("momentum"), nesterov: a.Bool("nesterov"), decay: a.Float("decay"), damping: a.Float("dampening")})
		},
	}
}

func (r sgd) String() string {
	return sgdPart().Spell().Float("lr", r.rate).Float("momentum", r.momentum).Bool("nesterov", r.nesterov).Float("decay", r.decay).Float("dampening", r.damping).String()
}

func (r sgd) Rate() float64 { return r.rate }

func (r sgd) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("sgd", "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction("sgd", "momentum", r.momentum); err != nil {
		return err
	}
	if r.nesterov && r.momentum == 0 {
		return fault.Value("sgd", "momentum", r.momentum, "more than 0: nesterov looks ahead along the velocity")
	}
	if err := fault.Fraction("sgd", "dampening", r.damping); err != nil {
		return err
	}
	if r.damping != 0 && (r.momentum == 0 || r.nesterov) {
		return fault.Value("sgd", "dampening", r.damping, "0 without momentum, which it dampens, and with nesterov")
	}
	return checkDecay("sgd", r.decay)
}

// WithDecay implements Decayer.
func (r sgd) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

// Slots are the velocity, PyTorch's momentum_buffer, if there is momentum.
func (r sgd) Slots() []Slot {
	if r.momentum != 0 {
		return []Slot{{Name: "velocity"}}
	}
	return nil
}

func (r sgd) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r sgd) Bind(k *kernels.Set) Stepper {
	return &sgdStepper{rule: r, kernels: k, constants: kernels.SGDConstants{
		WeightDecay: float32(r.decay), Momentum: float32(r.momentum), Nesterov: r.nesterov,
	}}
}

type sgdStepper struct {
	rule      sgd
	kernels   *kernels.Set
	constants kernels.SGDConstants // of the step under way
}

// Begin writes what changes from step to step alone: writing all constants was 6 ns of the 180 that a step of 2-2-1 takes.
func (s *sgdStepper) Begin(step int, rate float64) {
	s.constants.Rate, s.constants.Undamped = float32(rate), 1
	if step > 1 && s.rule.damping != 0 {
		s.constants.Undamped = float32(1 - s.rule.damping)
	}
}

// Momentum implements MomentumStepper: without any there is no velocity.
func (s *sgdStepper) Momentum() (own float64, ok bool) { return s.rule.momentum, s.rule.momentum != 0 }

// Momenta implements MomentumStepper: bounds follow the momentum of each step.
func (*sgdStepper) Momenta(_, _ float64) {}

// SetMomentum implements MomentumStepper.
func (s *sgdStepper) SetMomentum(m float64) { s.constants.Momentum = float32(m) }

func (s *sgdStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *sgdStepper) UpdateMeasured(p, grad []float32, lo int, state *[MaxSlots][]float32) (largest float32) {
	if s.rule.momentum != 0 {
		return s.kernels.Momentum(p, grad, state[0][lo:lo+len(p)], &s.constants)
	}
	return s.kernels.SGD(p, grad, &s.constants)
}

// Bound implements Bounder.
func (s *sgdStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	step := grad + float64(c.WeightDecay)*b.Param
	between = step
	if s.rule.momentum != 0 {
		b.Slots[0] = float64(c.Momentum)*b.Slots[0] + float64(c.Undamped)*step
		if c.Nesterov {
			step += float64(c.Momentum) * b.Slots[0]
		} else {
			step = b.Slots[0]
		}
		between = max(between, step)
	}
	b.Param += float64(c.Rate) * step
	return between
}
