package loss

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// mae is the loss that MAE returns.
type mae struct{}

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
		Formerly: map[string]string{"l1": "mae", "mean_absolute_error": "mae"},
		New:      func(catalog.Args) (Loss, error) { return MAE(), nil },
	}
}

func (mae) String() string { return "mae" }

func (mae) Link() Link { return Identity }

func (mae) Outputs(targets int) int { return targets }

func (mae) Check(t data.Target, rows, cols int) error {
	return checkValues("mae", &t, rows, cols, finiteValues())
}

func (mae) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols) }

func (mae) at(y, t float32) (l float64, dl float32) {
	switch d := float64(y) - float64(t); {
	case d > 0:
		return d, 1
	case d < 0:
		return -d, -1
	default:
		return math.Abs(d), float32(d) // 0, or NaN
	}
}

func (l mae) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
