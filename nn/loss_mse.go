package nn

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
)

// mse is the loss that MSE returns.
type mse struct{}

// MSE is the mean squared error over all N = rows·outputs elements, PyTorch's
// MSELoss:
//
//	L = Σ (y-t)²/N        ∂L/∂y = 2(y-t)/N
//
// It compares with values, which must be finite. Differences are float32: where
// one overflows, and a gradient with it, the loss is infinite. It classifies when all of a
// batch's targets are 0 or 1: a label is right if its output is above ½ exactly
// where the target is 1, and a row if all of its labels are: see MultilabelLoss.
// With other targets Correct returns -1.
func MSE() Loss { return mse{} }

func (mse) Name() string { return "mse" }

func (mse) inChain() (kernels.ChainLoss, bool) { return kernels.ChainSquaredError, true }

func (mse) Check(t data.Target, rows, cols int) error {
	return checkValues("mse", &t, rows, cols, finiteValues())
}

// narrow is the number of outputs up to which a loop over a row beats the call
// of a kernel.
const narrow = 8

func (mse) Eval(k *kernels.Set, y Matrix, t data.Target, grad Matrix, scale float32) float64 {
	n := float64(y.Rows) * float64(y.Cols)
	c := float32(2 * float64(scale) / n)
	sum := 0.0
	for i := range y.Rows {
		v, want := rowOf(y, i), rowOf(t.Values, i)
		switch {
		case grad.Data == nil:
			for j, yj := range v {
				d := float64(yj - want[j])
				sum += float64(d * d)
			}
		case len(v) <= narrow:
			dy := rowOf(grad, i)
			for j, yj := range v {
				d := yj - want[j]
				dy[j] = c * d
				sum += float64(float64(d) * float64(d))
			}
		default:
			sum += k.SquaredError(rowOf(grad, i), v, want, c)
		}
	}
	return sum / n
}

func (mse) Correct(y Matrix, t data.Target) int {
	if !zerosAndOnes(t.Values) {
		return -1
	}
	return sameSide(y, t.Values, 0.5)
}
