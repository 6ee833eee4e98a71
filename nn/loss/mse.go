package loss

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// mse is the loss that MSE returns.
type mse struct{ kernels *kernels.Set }

// MSE is the mean squared error over all N = rows·outputs elements, PyTorch's
// MSELoss:
//
//	L = Σ (y-t)²/N        ∂L/∂y = 2(y-t)/N
//
// It compares with values, which must be finite. Differences are float32: where
// one overflows, and a gradient with it, the loss is infinite. It classifies when all of a
// batch's targets are 0 or 1: a label is right if its output is above ½ exactly
// where the target is 1, and a row if all of its labels are: see Multilabel.
// With other targets Correct returns -1.
func MSE() Loss { return mse{} }

func msePart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "mse", Help: "mean squared error", Formula: "(y-t)²", Torch: "torch.nn.MSELoss",
		Formerly: map[string]string{"mean_squared_error": "mse", "mse_loss": "mse"},
		New:      func(catalog.Args) (Loss, error) { return MSE(), nil },
	}
}

func (mse) String() string { return "mse" }

func (mse) Link() Link { return Identity }

func (mse) Outputs(targets int) int { return targets }

func (mse) Bind(k *kernels.Set) Loss { return mse{k} }

func (mse) Chain() (kernels.ChainLoss, bool) { return kernels.ChainSquaredError, true }

func (mse) Check(t data.Target, rows, cols int) error {
	return checkValues("mse", &t, rows, cols, finiteValues())
}

func (mse) Weight(t data.Target, rows, cols int) float64 {
	return elements(&t, rows, cols)
}

func (l mse) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, c := orBest(l.kernels), float32(2*scale)
	sum := 0.0
	for i := range y.Rows {
		v, want := tensor.Row(y, i), tensor.Row(t.Values, i)
		switch {
		case dy.Data == nil:
			for j, yj := range v {
				d := float64(yj - want[j])
				sum += float64(d * d)
			}
		case len(v) <= narrow:
			grad := tensor.Row(dy, i)
			for j, yj := range v {
				d := yj - want[j]
				grad[j] = c * d
				sum += float64(float64(d) * float64(d))
			}
		default:
			sum += k.SquaredError(tensor.Row(dy, i), v, want, c)
		}
	}
	return sum
}

func (mse) Correct(y tensor.Matrix, t data.Target) int {
	if !zerosAndOnes(t.Values) {
		return -1
	}
	return sameSide(y, t.Values, 0.5)
}

func (mse) CorrectLabels(y tensor.Matrix, t data.Target) int {
	if !zerosAndOnes(t.Values) {
		return -1
	}
	return labelsOnSide(y, t.Values, 0.5)
}
