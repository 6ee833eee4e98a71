package loss

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// huber is the loss that Huber returns.
type huber struct {
	meanOfElements
	kernels *kernels.Set
	delta   float64
	name    string // its spelling: a step, whose errors have it, does not make one
}

// Huber is the squared error of what is near and the absolute error of what is far,
// so that an outlier pulls with delta at most: a mean over all N = rows·outputs elements,
// PyTorch's HuberLoss. With d = y-t,
//
//	L = Σ d²/2 /N                    ∂L/∂y = d/N            where |d| ≤ delta
//	L = Σ delta·(|d| - delta/2) /N   ∂L/∂y = ±delta/N       elsewhere
//
// It compares with values, which must be finite, and does not classify. delta is
// above 0, in the unit of the targets, and finite in float32: Check reports one that
// is not as a *fault.HyperparameterError.
func Huber(delta float64) Loss {
	return huber{delta: delta, name: huberPart().Spell().Float("delta", delta).String()}
}

func huberPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "huber", Help: "squared error up to delta, absolute error beyond",
		Params: []catalog.Param{{
			Name: "delta", Kind: catalog.Number, Default: "1", Range: catalog.Above(0), Help: "what the pull of an element ends at",
		}},
		Formula: "d²/2 if |d| = |y-t| ≤ delta, else delta·(|d| - delta/2)", Torch: "torch.nn.HuberLoss",
		Formerly: map[string]string{"huber_loss": "huber"},
		New: func(a catalog.Args) (Loss, error) {
			delta := a.Float("delta")
			return Huber(delta), checkPositive("huber", "delta", delta)
		},
	}
}

func (l huber) String() string { return l.name }

func (l huber) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l huber) Check(t data.Target, rows, cols int) error {
	if err := checkPositive("huber", "delta", l.delta); err != nil {
		return err
	}
	return checkValues(l.name, &t, rows, cols, finiteValues())
}

// at subtracts in float64, where no difference overflows: the gradient is finite
// whatever the outputs.
func (l huber) at(_ int, y, t float64) (value, dl float64) {
	switch d := y - t; {
	case d > l.delta:
		return l.delta * (d - l.delta/2), l.delta
	case d < -l.delta:
		return l.delta * (-d - l.delta/2), -l.delta
	default:
		return d * d / 2, d
	}
}

func (l huber) vectors() vectors {
	if !inKernels(l.delta) {
		return vectors{}
	}
	return vectors{
		kernels: orBest(l.kernels), of: kernels.HuberLoss, a: float32(l.delta), times: 1,
		mostY: mostOfKernels, mostT: mostOfKernels,
	}
}

func (l huber) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
