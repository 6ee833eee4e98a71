package loss

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// smoothL1 is the loss that SmoothL1 returns.
type smoothL1 struct {
	meanOfElements
	kernels *kernels.Set
	beta    float64
	name    string // its spelling: a step, whose errors have it, does not make one
}

// SmoothL1 is Huber's loss divided by its delta: the absolute error, but for its corner,
// which is a parabola up to beta. It is a mean over all N = rows·outputs elements,
// PyTorch's SmoothL1Loss. With d = y-t,
//
//	L = Σ d²/(2·beta) /N     ∂L/∂y = d/beta/N       where |d| < beta
//	L = Σ (|d| - beta/2) /N  ∂L/∂y = ±1/N           elsewhere
//
// It compares with values, which must be finite, and does not classify. beta is
// above 0, in the unit of the targets, and finite in float32: Check reports one that
// is not as a *fault.HyperparameterError. PyTorch's 0 is MAE.
func SmoothL1(beta float64) Loss {
	return smoothL1{beta: beta, name: smoothL1Part().Spell().Float("beta", beta).String()}
}

func smoothL1Part() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "smooth_l1", Help: "absolute error, but squared up to beta",
		Params: []catalog.Param{{
			Name: "beta", Kind: catalog.Number, Default: "1", Range: catalog.Above(0), Help: "up to what difference it is a parabola",
		}},
		Formula: "d²/(2·beta) if |d| = |y-t| < beta, else |d| - beta/2", Torch: "torch.nn.SmoothL1Loss",
		Formerly: map[string]string{"smooth_l1_loss": "smooth_l1"},
		New: func(a catalog.Args) (Loss, error) {
			beta := a.Float("beta")
			return SmoothL1(beta), checkPositive("smooth_l1", "beta", beta)
		},
	}
}

func (l smoothL1) String() string { return l.name }

func (l smoothL1) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l smoothL1) Check(t data.Target, rows, cols int) error {
	if err := checkPositive("smooth_l1", "beta", l.beta); err != nil {
		return err
	}
	return checkValues(l.name, &t, rows, cols, finiteValues())
}

// at subtracts in float64, where no difference overflows: the gradient is finite
// whatever the outputs.
func (l smoothL1) at(_ int, y, t float64) (value, dl float64) {
	switch d := y - t; {
	case d > l.beta:
		return d - l.beta/2, 1
	case d < -l.beta:
		return -d - l.beta/2, -1
	default:
		return d / l.beta * d / 2, d / l.beta
	}
}

func (l smoothL1) vectors() vectors {
	if !inKernels(l.beta) {
		return vectors{}
	}
	return vectors{
		kernels: orBest(l.kernels), of: kernels.HuberLoss, a: float32(l.beta), times: 1 / l.beta,
		mostY: mostOfKernels, mostT: mostOfKernels,
	}
}

func (l smoothL1) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
