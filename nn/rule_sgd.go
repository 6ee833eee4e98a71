package nn

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
)

// sgd is the rule that SGD returns.
type sgd struct {
	rate     float64
	momentum float64
	nesterov bool
	decay    float64
	err      error // of an option that was nil
}

// SGDOption is an option of SGD.
type SGDOption interface{ applySGD(*sgd) }

// SGD is stochastic gradient descent, p -= rate·g, as PyTorch defines it with
// its options (torch.optim.SGD, dampening 0), except that denormal velocities count
// as 0. The kernel's constants, kernels.SGDConstants, state the whole formula.
func SGD(rate float64, opts ...SGDOption) Rule {
	r := sgd{rate: rate}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("sgd", i)
			continue
		}
		o.applySGD(&r)
	}
	return r
}

type momentumOption float64

func (o momentumOption) applySGD(r *sgd) { r.momentum = float64(o) }

// Momentum makes SGD descend along a velocity v = mu·v + g in place of the
// gradient g. mu is in [0, 1); 0 is without momentum.
func Momentum(mu float64) SGDOption { return momentumOption(mu) }

type nesterovOption struct{}

func (nesterovOption) applySGD(r *sgd) { r.nesterov = true }

// Nesterov looks ahead: SGD descends along g + mu·v. It needs Momentum.
func Nesterov() SGDOption { return nesterovOption{} }

// WeightDecayOption is what WeightDecay returns: an option of SGD, Adam and
// AdamW.
type WeightDecayOption float64

// WeightDecay shrinks the parameters, biases included, at every step: SGD and
// Adam add d·p to the gradient, AdamW multiplies p by 1 - rate·d. d is at
// least 0.
func WeightDecay(d float64) WeightDecayOption { return WeightDecayOption(d) }

func (o WeightDecayOption) applySGD(r *sgd)   { r.decay = float64(o) }
func (o WeightDecayOption) applyAdam(r *adam) { r.decay = float64(o) }

// Name is "sgd", "momentum" or "nesterov".
func (r sgd) Name() string {
	switch {
	case r.nesterov:
		return "nesterov"
	case r.momentum != 0:
		return "momentum"
	}
	return "sgd"
}

func (r sgd) Rate() float64 { return r.rate }

func (r sgd) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative(r.Name(), "rate", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction(r.Name(), "momentum", r.momentum); err != nil {
		return err
	}
	if r.nesterov && r.momentum == 0 {
		return fault.Value(r.Name(), "momentum", r.momentum, "more than 0: Nesterov looks ahead along the momentum")
	}
	return fault.NonNegative(r.Name(), "weight decay", r.decay)
}

func (r sgd) Slots() int {
	if r.momentum != 0 {
		return 1
	}
	return 0
}

func (r sgd) Stepper(k *kernels.Set) Stepper {
	return &sgdStepper{rule: r, kernels: k}
}

type sgdStepper struct {
	rule      sgd
	kernels   *kernels.Set
	constants kernels.SGDConstants // of the step under way
}

func (s *sgdStepper) Begin(_ int, rate float64) {
	s.constants = kernels.SGDConstants{
		Rate:        float32(rate),
		WeightDecay: float32(s.rule.decay),
		Momentum:    float32(s.rule.momentum),
		Nesterov:    s.rule.nesterov,
	}
}

func (s *sgdStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.update(p, grad, 0, &slots)
}

func (s *sgdStepper) update(p, grad []float32, lo int, state *[MaxSlots][]float32) (largest float32) {
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
		b.Slots[0] = float64(c.Momentum)*b.Slots[0] + step
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
