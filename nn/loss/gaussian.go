package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// leastVariance is what is added to every variance. Without it the loss would fall without
// end where targets are met.
const leastVariance = 1e-8

// gaussian is the loss that Gaussian returns.
type gaussian struct {
	kernels      *kernels.Set
	direct, full bool
	epsilon      float64 // the least variance, of direct
	name         string
	err          error
}

// GaussianOption is an option of Gaussian.
type GaussianOption interface{ applyGaussian(*gaussian) }

func (FullOption) applyGaussian(g *gaussian) { g.full = true }

type variancesOption float64

func (o variancesOption) applyGaussian(g *gaussian) { g.direct, g.epsilon = true, float64(o) }

// Variances takes the second half of the outputs for variances, not for logarithms of them, as PyTorch
// does: v is the output, or epsilon where that is less, and the gradient that of v all the same. PyTorch's epsilon is
// 1e-6; it is above 0. The network has to keep variances from being negative, with a softplus behind them: where one is, the
// loss is no number, which ends a step.
func Variances(epsilon float64) GaussianOption { return variancesOption(epsilon) }

// Gaussian is the negative log likelihood of targets under a normal distribution whose
// mean and variance the network both says, PyTorch's GaussianNLLLoss: it learns how
// uncertain it is. m columns of targets need 2m outputs, the m means first and then, in the
// same order, the m logarithms s of variances. With d = mean-t and v = e^s + 1e-8 it is
// the mean over all N = rows·m targets,
//
//	L = Σ (ln v + d²/v)/2 /N
//	∂L/∂mean = d/v /N        ∂L/∂s = (1 - d²/v)/2 · e^s/v /N
//
// without the constant ln(2π)/2, which Full adds, as PyTorch's is by default; it may be below 0.
//
// s is a logarithm because that is finite, with its gradient, for any finite outputs:
// no variance is 0 or below, and a network finds variances of any size in steps of one
// size. What is added bounds the loss from below, smoothly; PyTorch cuts v off at eps,
// 1e-6, where its gradient no longer is that of its loss. Well above the two agree.
// Targets should be scaled so that their errors are well above 0.0001. Variances takes variances
// themselves, as PyTorch does.
//
// It compares with values, which must be finite, and does not classify. The network ends
// without an activation. See MeanVariance. Options that cannot be are a *fault.HyperparameterError
// of Check.
func Gaussian(opts ...GaussianOption) Loss {
	g := gaussian{}
	for i, opt := range opts {
		if opt == nil {
			g.err = fault.Option("gaussian", i)
			continue
		}
		opt.applyGaussian(&g)
	}
	spell := gaussianPart().Spell().Bool("variance", g.direct).Bool("full", g.full)
	if g.direct {
		spell = spell.Float("epsilon", g.epsilon)
		if g.err == nil {
			g.err = checkPositive("gaussian", "epsilon", g.epsilon)
		}
	}
	g.name = spell.String()
	return g
}

func gaussianPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "gaussian", Help: "negative log likelihood of a mean and a log variance for each target",
		Params: []catalog.Param{
			{Name: "variance", Kind: catalog.Bool, Default: "false", Help: "outputs are variances, not logarithms of them"},
			{Name: "full", Kind: catalog.Bool, Default: "false", Help: "adds the constant ln(2π)/2"},
			{Name: "epsilon", Kind: catalog.Number, Default: "1e-6", Range: catalog.Above(0), Help: "the least that a variance counts as", Formerly: []string{"eps"}},
		},
		Formula: "(ln v + (y-t)²/v)/2, v = e^s + 1e-8", Torch: "torch.nn.GaussianNLLLoss", Example: "gaussian(full)",
		Formerly: map[string]string{"gaussian_nll": "gaussian", "gaussian_nll_loss": "gaussian"},
		New: func(a catalog.Args) (Loss, error) {
			var opts []GaussianOption
			if a.Bool("full") {
				opts = append(opts, Full())
			}
			switch epsilon := a.Float("epsilon"); {
			case a.Bool("variance"):
				opts = append(opts, Variances(epsilon))
			case a.Has("epsilon"):
				return nil, fault.Value("gaussian", "epsilon", epsilon, "none without variance: to e^s 1e-8 is added")
			}
			g := Gaussian(opts...).(gaussian)
			return g, g.err
		},
	}
}

func (l gaussian) String() string { return l.name }

func (l gaussian) Link() Link {
	if l.direct {
		return Variance
	}
	return MeanVariance
}

func (l gaussian) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (gaussian) Outputs(targets int) int { return 2 * targets }

func (l gaussian) Check(t data.Target, rows, cols int) error {
	if l.err != nil {
		return l.err
	}
	if cols < 2 || cols%2 != 0 {
		return fault.Value("gaussian", "number of outputs", float64(cols), "an even one: a mean and a variance for each target")
	}
	return checkValues(l.name, &t, rows, cols/2, finiteValues())
}

func (gaussian) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols/2) }

func (l gaussian) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, sum, m := orBest(l.kernels), 0.0, y.Cols/2
	for i := range y.Rows {
		means, seconds, wants := tensor.Row(y, i)[:m], tensor.Row(y, i)[m:], tensor.Row(t.Values, i)
		var dMeans, dSeconds []float32
		if dy.Data != nil {
			dMeans, dSeconds = tensor.Row(dy, i)[:m], tensor.Row(dy, i)[m:]
		}
		if l.takes(k, means, seconds, wants) && math.Abs(scale) <= math.MaxFloat32 {
			sum += l.wideRow(k, dMeans, dSeconds, means, seconds, wants, float32(scale))
			continue
		}
		for j, want := range wants {
			value, dMean, dSecond := l.at(means[j], seconds[j], want)
			sum += value
			if dMeans != nil {
				dMeans[j], dSeconds[j] = float32(scale*dMean), float32(scale*dSecond)
			}
		}
	}
	return sum
}

// Up to where kernels are right for logarithms of variances, and for means, targets and variances; and
// down to where for variances, whose derivative has d²/v², up to 2^122 then.
const mostLogOfKernels, mostLikelyOfKernels, leastEpsilonOfKernels = 80, 0x1p40, 0x1p-20

// takes reports whether kernels are right for a row. Others are computed in float64, where nothing overflows.
func (l gaussian) takes(k *kernels.Set, means, seconds, t []float32) bool {
	most := float32(mostLogOfKernels)
	if l.direct {
		if most = mostLikelyOfKernels; !(l.epsilon >= leastEpsilonOfKernels && l.epsilon <= mostLikelyOfKernels) {
			return false
		}
	}
	return len(t) > narrow && k.MaxAbs(seconds) <= most && k.MaxAbs(means) <= mostLikelyOfKernels && k.MaxAbs(t) <= mostLikelyOfKernels
}

// wideRow is the loss of a row by kernels, and its gradient unless that is nil.
func (l gaussian) wideRow(k *kernels.Set, dMeans, dSeconds, means, seconds, t []float32, scale float32) (sum float64) {
	switch {
	case l.direct && dMeans == nil:
		sum = k.GaussianVariance(means, seconds, t, float32(l.epsilon))
	case l.direct:
		sum = k.GaussianVarianceGradient(dMeans, dSeconds, means, seconds, t, scale, float32(l.epsilon))
	case dMeans == nil:
		sum = k.Gaussian(means, seconds, t, leastVariance)
	default:
		sum = k.GaussianGradient(dMeans, dSeconds, means, seconds, t, scale, leastVariance)
	}
	if l.full {
		sum += halfLog2Pi * float64(len(t))
	}
	return sum
}

// at is a target's loss and the derivatives by its two outputs.
func (l gaussian) at(mean, second, t float32) (value, dMean, dSecond float64) {
	if l.direct {
		value, dMean, dSecond = l.varianceElement(mean, second, t)
	} else {
		value, dMean, dSecond = gaussianElement(mean, second, t)
	}
	if l.full {
		value += halfLog2Pi
	}
	return value, dMean, dSecond
}

// varianceElement takes the second output for a variance. One below 0 has no logarithm.
func (l gaussian) varianceElement(mean, variance, t float32) (value, dMean, dVariance float64) {
	if variance < 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	d, v := float64(mean)-float64(t), max(float64(variance), l.epsilon)
	squares := d / v * d
	return (math.Log(v) + squares) / 2, d / v, (1 - squares) / v / 2
}

// halfLog2Pi is ln(2π)/2.
const halfLog2Pi = 0.91893853320467274

// logLeast is ln leastVariance.
const logLeast = -18.420680743952367

// gaussianElement is a target's loss and the derivatives by its mean and its s.
//
// Nothing overflows: with a = s - ln 1e-8 everything is made of e^-|a|, which is at
// most 1. v is 1e-8·(1+e^a), ln v = ln 1e-8 + max(a, 0) + ln(1+e^-|a|), and e^s/v the
// sigmoid of a.
func gaussianElement(mean, s, t float32) (value, dMean, dLog float64) {
	d, a := float64(mean)-float64(t), float64(s)-logLeast
	e := math.Exp(-math.Abs(a))
	inverse, share := 1/(1+e), e/(1+e) // of v/1e-8, and e^s/v
	if a > 0 {
		inverse, share = share, inverse
	}
	inverse /= leastVariance
	squares := d * d * inverse
	logarithm := logLeast + max(a, 0) + math.Log1p(e)
	return (logarithm + squares) / 2, d * inverse, (1 - squares) / 2 * share
}
