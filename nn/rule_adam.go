package nn

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
)

// adam is the rule that Adam and AdamW return.
type adam struct {
	rate         float64
	beta1, beta2 float64
	epsilon      float64
	decay        float64
	decoupled    bool  // AdamW: the decay acts on the parameters, not on the gradient
	err          error // of an option that was nil
}

// AdamOption is an option of Adam and AdamW.
type AdamOption interface{ applyAdam(*adam) }

// Adam adapts the rate of each parameter to the mean and the mean square of
// its gradients (Kingma and Ba, "Adam: a method for stochastic optimization",
// 2015), as PyTorch computes it (torch.optim.Adam). Betas are 0.9 and 0.999,
// epsilon is 1e-8 and there is no weight decay, unless options say otherwise. Moments
// that are denormal count as 0. kernels.AdamConstants states the whole formula.
func Adam(rate float64, opts ...AdamOption) Rule {
	return newAdam(adam{rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8}, opts)
}

// AdamW is Adam with the weight decay taken out of the gradient (Loshchilov
// and Hutter, "Decoupled weight decay regularization", 2019), as PyTorch
// computes it (torch.optim.AdamW). The decay is 0.01 unless WeightDecay says
// otherwise.
func AdamW(rate float64, opts ...AdamOption) Rule {
	return newAdam(adam{rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, decoupled: true}, opts)
}

func newAdam(r adam, opts []AdamOption) Rule {
	for i, o := range opts {
		if o == nil {
			r.err = nilOption(r.Name(), i)
			continue
		}
		o.applyAdam(&r)
	}
	return r
}

type betasOption struct{ beta1, beta2 float64 }

func (o betasOption) applyAdam(r *adam) { r.beta1, r.beta2 = o.beta1, o.beta2 }

// Betas sets how slowly Adam's means forget: beta1 of the gradient, beta2 of
// its square. Both are in [0, 1).
func Betas(beta1, beta2 float64) AdamOption { return betasOption{beta1, beta2} }

type epsilonOption float64

func (o epsilonOption) applyAdam(r *adam) { r.epsilon = float64(o) }

// Epsilon sets what Adam adds to the divisor. It must be more than 0: a
// parameter whose gradient is always 0 would be divided by it.
func Epsilon(e float64) AdamOption { return epsilonOption(e) }

// Name is "adam" or "adamw".
func (r adam) Name() string {
	if r.decoupled {
		return "adamw"
	}
	return "adam"
}

func (r adam) Rate() float64 { return r.rate }

func (r adam) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := checkNonNegative(r.Name(), "rate", r.rate); err != nil {
		return err
	}
	if err := checkFraction(r.Name(), "beta1", r.beta1); err != nil {
		return err
	}
	if err := checkFraction(r.Name(), "beta2", r.beta2); err != nil {
		return err
	}
	if !(float32(r.epsilon) > 0 && finite(r.epsilon)) {
		return &HyperparameterError{r.Name(), "epsilon", r.epsilon, "a finite number, more than 0 in float32"}
	}
	return checkNonNegative(r.Name(), "weight decay", r.decay)
}

func (r adam) Slots() int { return 2 }

func (r adam) Stepper(k *kernels.Set) Stepper {
	return &adamStepper{rule: r, kernels: k}
}

type adamStepper struct {
	rule      adam
	kernels   *kernels.Set
	constants kernels.AdamConstants // of the step under way
}

// Begin computes the step's constants in float64 and rounds each once.
func (s *adamStepper) Begin(step int, rate float64) {
	r, t := s.rule, float64(step)
	c := kernels.AdamConstants{
		Shrink:        1,
		WeightDecay:   float32(r.decay),
		Beta1:         float32(r.beta1),
		OneMinusBeta1: float32(1 - r.beta1),
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
		StepSize:      float32(rate / (1 - math.Pow(r.beta1, t))),
		InvSqrtBias2:  float32(1 / math.Sqrt(1-math.Pow(r.beta2, t))),
		Epsilon:       float32(r.epsilon),
	}
	if r.decoupled {
		c.Shrink, c.WeightDecay = float32(1-rate*r.decay), 0
	}
	s.constants = c
}

func (s *adamStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.update(p, grad, 0, &slots)
}

func (s *adamStepper) update(p, grad []float32, lo int, state *[MaxSlots][]float32) (largest float32) {
	hi := lo + len(p)
	return s.kernels.Adam(p, grad, state[0][lo:hi], state[1][lo:hi], &s.constants)
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
	step := rate * b.Slots[0]
	b.Param = p + step/float64(c.Epsilon) // far from what it really is, and near enough
	return max(grad, step, divisor)
}
