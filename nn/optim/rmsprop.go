package optim

import (
	"fmt"
	"math"

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

func (r rmsprop) Stepper() Stepper {
	s := &rmspropStepper{
		decay: float32(r.decay), alpha: float32(r.alpha), rest: float32(1 - r.alpha),
		epsilon: float32(r.epsilon), momentum: float32(r.momentum),
		centered: r.centered, moves: r.momentum != 0,
		velocity: 1,
	}
	if r.centered {
		s.velocity = 2
	}
	s.quotient = 1.01/math.Sqrt(float64(s.rest)) + 0x1p-62/math.Sqrt(float64(s.rest))/float64(s.epsilon)
	if r.centered {
		s.quotient = math.Inf(1) // the deviation of gradients that stay the same is 0
	}
	return s
}

type rmspropStepper struct {
	rate, decay, alpha, rest, epsilon, momentum float32

	centered, moves bool
	velocity        int // its slot

	// quotient is what |g|/(√v+epsilon) cannot exceed: v holds (1-alpha)·g², but for
	// rounding, or that counts as 0, as it may below 2^-126, and then |g| is at most
	// 2^-63/√(1-alpha).
	quotient float64
}

func (s *rmspropStepper) Begin(_ int, rate float64) { s.rate = float32(rate) }

func (s *rmspropStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *rmspropStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	n := len(p)
	grad = grad[:n]
	square := slots[0][lo:][:n]
	mean, velocity := square, square // of the same length, and not looked at
	if s.centered {
		mean = slots[1][lo:][:n]
	}
	if s.moves {
		velocity = slots[s.velocity][lo:][:n]
	}
	top := uint32(0)
	for i, w := range p {
		g := grad[i] + float32(s.decay*w)
		v := float32(s.alpha*flush(square[i])) + float32(float32(s.rest*g)*g)
		square[i] = v
		if s.centered {
			a := float32(s.alpha*flush(mean[i])) + float32(s.rest*g)
			mean[i] = a
			v = max(v-float32(a*a), 0)
		}
		d := g / (float32(math.Sqrt(float64(v))) + s.epsilon)
		if s.moves {
			d += float32(s.momentum * flush(velocity[i]))
			velocity[i] = d
		}
		w -= float32(s.rate * d)
		p[i] = w
		top = max(top, magnitude(w))
	}
	return math.Float32frombits(top)
}

// CheckState implements StateChecker.
func (s *rmspropStepper) CheckState(slots [MaxSlots][]float32) error {
	return checkSquares("mean_square", slots[0])
}

// Bound implements Bounder.
func (s *rmspropStepper) Bound(b *Bounds, grad float64) (between float64) {
	grad += float64(s.decay) * b.Param
	between = grad
	b.Slots[0] = float64(s.alpha)*b.Slots[0] + float64(s.rest)*grad*grad
	if s.centered {
		b.Slots[1] = float64(s.alpha)*b.Slots[1] + float64(s.rest)*grad
		between = max(between, b.Slots[1]*b.Slots[1])
	}
	d := min(grad/float64(s.epsilon), s.quotient)
	if s.moves {
		d += float64(s.momentum) * b.Slots[s.velocity]
		b.Slots[s.velocity] = d
	}
	b.Param += float64(s.rate) * d
	return max(between, d)
}
