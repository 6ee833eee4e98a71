package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// poisson is the loss that Poisson returns.
type poisson struct {
	kernels *kernels.Set
	poissonOptions
}

// poissonOptions are the options of Poisson.
type poissonOptions struct {
	rate, full bool
	epsilon    float64 // of rate
	name       string
	err        error
}

// PoissonOption is an option of Poisson.
type PoissonOption interface{ applyPoisson(*poissonOptions) }

// FullOption is what Full returns.
type FullOption struct{}

func (FullOption) applyPoisson(p *poissonOptions) { p.full = true }

// Full is the whole negative log likelihood, with what does not depend on the outputs: of Poisson Stirling's
// approximation of ln t!, t·ln t - t + ln(2πt)/2 for t above 1, and of Gaussian ln(2π)/2. It is PyTorch's full.
func Full() FullOption { return FullOption{} }

type rateOption float64

func (o rateOption) applyPoisson(p *poissonOptions) { p.rate, p.epsilon = true, float64(o) }

// Rate takes outputs for rates, not for logarithms of them: PyTorch's log_input=False. epsilon,
// for which PyTorch has 1e-8, is added to a rate before its logarithm is taken; it is above 0. The network has to
// keep rates above 0, with a softplus at its end: where one is -epsilon or below, the loss is
// no number, which ends a step.
func Rate(epsilon float64) PoissonOption { return rateOption(epsilon) }

// Poisson is the negative log likelihood of counts under a Poisson distribution whose rate the network
// says, PyTorch's PoissonNLLLoss: a mean over all N = rows·outputs elements. Outputs are logarithms of rates,
//
//	L = Σ (e^y - t·y)/N        ∂L/∂y = (e^y - t)/N
//
// or with the option Rate rates themselves,
//
//	L = Σ (y - t·ln(y+epsilon))/N        ∂L/∂y = (1 - t/(y+epsilon))/N
//
// without what depends on targets alone: see Full. It may be below 0.
//
// It compares with values, which must be finite and at least 0, whole or not, and does not classify. The network
// ends without an activation, or for rates with one that is above 0. Options that cannot be are a
// *fault.HyperparameterError of Check.
func Poisson(opts ...PoissonOption) Loss {
	o := poissonOptions{}
	for i, opt := range opts {
		if opt == nil {
			o.err = fault.Option("poisson", i)
			continue
		}
		opt.applyPoisson(&o)
	}
	if o.rate && o.err == nil {
		o.err = checkPositive("poisson", "epsilon", o.epsilon)
	}
	spell := poissonPart().Spell().Bool("rate", o.rate).Bool("full", o.full)
	if o.rate {
		spell = spell.Float("epsilon", o.epsilon)
	}
	o.name = spell.String()
	return poisson{poissonOptions: o}
}

func poissonPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "poisson", Help: "negative log likelihood of counts, of the logarithm of their rate",
		Params: []catalog.Param{
			{Name: "rate", Kind: catalog.Bool, Default: "false", Help: "outputs are rates, not logarithms of them"},
			{Name: "full", Kind: catalog.Bool, Default: "false", Help: "adds Stirling's approximation of ln t!"},
			{Name: "epsilon", Kind: catalog.Number, Default: "1e-8", Range: catalog.Above(0), Help: "added to rates before their logarithm", Formerly: []string{"eps"}},
		},
		Formula: "e^y - t·y, or y - t·ln(y + epsilon)", Torch: "torch.nn.PoissonNLLLoss", Example: "poisson(full)",
		Formerly: map[string]string{"poisson_nll": "poisson", "poisson_nll_loss": "poisson"},
		New: func(a catalog.Args) (Loss, error) {
			var opts []PoissonOption
			if a.Bool("full") {
				opts = append(opts, Full())
			}
			switch epsilon := a.Float("epsilon"); {
			case a.Bool("rate"):
				opts = append(opts, Rate(epsilon))
			case a.Has("epsilon"):
				return nil, fault.Value("poisson", "epsilon", epsilon, "none without rate: logarithms of rates need none")
			}
			l := Poisson(opts...).(poisson)
			return l, l.err
		},
	}
}

func (l poisson) String() string { return l.name }

func (l poisson) Link() Link {
	if l.rate {
		return Identity
	}
	return Log
}

func (poisson) Outputs(targets int) int { return targets }

func (l poisson) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l poisson) Check(t data.Target, rows, cols int) error {
	if l.err != nil {
		return l.err
	}
	return checkValues(l.name, &t, rows, cols, interval{0, math.MaxFloat32, "a count: a finite number of at least 0"})
}

func (poisson) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols) }

// at is without what depends on targets alone.
func (l poisson) at(_ int, y, t float64) (value, dl float64) {
	if l.rate {
		v := y + l.epsilon
		return y - t*math.Log(v), 1 - t/v
	}
	e := math.Exp(y)
	return e - t*y, e - t
}

func (l poisson) vectors() vectors {
	const most = 80 // whose exponential is far from infinite
	v := vectors{kernels: orBest(l.kernels), of: kernels.PoissonLoss, times: 1, mostY: most, mostT: mostOfKernels}
	if l.rate {
		v.of, v.a, v.mostY = kernels.PoissonRateLoss, float32(l.epsilon), mostOfKernels
		if !inKernels(l.epsilon) {
			return vectors{}
		}
	}
	return v
}

func (l poisson) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	sum := sumOfElements(l, y, t, dy, scale)
	if !l.full {
		return sum
	}
	for i := range y.Rows {
		for _, v := range tensor.Row(t.Values, i) {
			if t := float64(v); t > 1 {
				log := math.Log(t)
				sum += float64(t*log) - t + log/2 + halfLog2Pi
			}
		}
	}
	return sum
}
