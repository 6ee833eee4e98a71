package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// mae is the loss that MAE returns.
type mae struct {
	meanOfElements
	kernels *kernels.Set
}

// MAE is the mean absolute error over all N = rows·outputs elements, PyTorch's
// L1Loss:
//
//	L = Σ |y-t|/N        ∂L/∂y = sign(y-t)/N, 0 where they are equal
//
// It compares with values, which must be finite, and does not classify. What it is
// least for is a median, where MSE's is a mean.
func MAE() Loss { return mae{} }

func maePart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "mae", Help: "mean absolute error", Formula: "|y-t|", Torch: "torch.nn.L1Loss",
		Formerly: map[string]string{"l1": "mae", "l1_loss": "mae", "mean_absolute_error": "mae"},
		New:      func(catalog.Args) (Loss, error) { return MAE(), nil },
	}
}

func (mae) String() string { return "mae" }

func (mae) Bind(k *kernels.Set) Loss { return mae{kernels: k} }

func (mae) Check(t data.Target, rows, cols int) error {
	return checkValues("mae", &t, rows, cols, finiteValues())
}

// at subtracts in float64, where no difference overflows.
func (mae) at(_ int, y, t float64) (l, dl float64) {
	switch d := y - t; {
	case d > 0:
		return d, 1
	case d < 0:
		return -d, -1
	default:
		return math.Abs(d), d // 0, or NaN
	}
}

func (l mae) vectors() vectors {
	return vectors{kernels: orBest(l.kernels), of: kernels.AbsoluteError, times: 1, mostY: mostOfKernels, mostT: mostOfKernels}
}

func (l mae) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
