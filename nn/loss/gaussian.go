package loss

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// leastVariance is what is added to every variance. Without it the loss would fall without
// end where targets are met.
const leastVariance = 1e-8

// gaussian is the loss that Gaussian returns.
type gaussian struct{}

// Gaussian is the negative log likelihood of targets under a normal distribution whose
// mean and variance the network both says, PyTorch's GaussianNLLLoss: it learns how
// uncertain it is. m columns of targets need 2m outputs, the m means first and then, in the
// same order, the m logarithms s of variances. With d = mean-t and v = e^s + 1e-8 it is
// the mean over all N = rows·m targets,
//
//	L = Σ (ln v + d²/v)/2 /N
//	∂L/∂mean = d/v /N        ∂L/∂s = (1 - d²/v)/2 · e^s/v /N
//
// without the constant ln(2π)/2, as PyTorch's is by default; it may be below 0.
//
// s is a logarithm because that is finite, with its gradient, for any finite outputs:
// no variance is 0 or below, and a network finds variances of any size in steps of one
// size. What is added bounds the loss from below, smoothly; PyTorch cuts v off at eps,
// 1e-6, where its gradient no longer is that of its loss. Well above the two agree.
// Targets should be scaled so that their errors are well above 0.0001.
//
// It compares with values, which must be finite, and does not classify. The network ends
// without an activation. See MeanVariance.
func Gaussian() Loss { return gaussian{} }

func gaussianPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "gaussian", Help: "negative log likelihood of a mean and a log variance for each target",
		Formula: "(ln v + (y-t)²/v)/2, v = e^s + 1e-8", Torch: "torch.nn.GaussianNLLLoss",
		Formerly: map[string]string{"gaussian_nll": "gaussian", "gaussian_nll_loss": "gaussian"},
		New:      func(catalog.Args) (Loss, error) { return Gaussian(), nil },
	}
}

func (gaussian) String() string { return "gaussian" }

func (gaussian) Link() Link { return MeanVariance }

func (gaussian) Outputs(targets int) int { return 2 * targets }

func (gaussian) Check(t data.Target, rows, cols int) error {
	if cols < 2 || cols%2 != 0 {
		return fault.Value("gaussian", "number of outputs", float64(cols), "an even one: a mean and a variance for each target")
	}
	return checkValues("gaussian", &t, rows, cols/2, finiteValues())
}

func (gaussian) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols/2) }

func (l gaussian) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	sum, m := 0.0, y.Cols/2
	for i := range y.Rows {
		means, logs := tensor.Row(y, i)[:m], tensor.Row(y, i)[m:]
		var dMeans, dLogs []float32
		if dy.Data != nil {
			dMeans, dLogs = tensor.Row(dy, i)[:m], tensor.Row(dy, i)[m:]
		}
		for j, want := range tensor.Row(t.Values, i) {
			value, dMean, dLog := gaussianElement(means[j], logs[j], want)
			sum += value
			if dMeans != nil {
				dMeans[j], dLogs[j] = float32(scale*dMean), float32(scale*dLog)
			}
		}
	}
	return sum
}

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
