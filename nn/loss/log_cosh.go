package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// logCosh is the loss that LogCosh returns.
type logCosh struct {
	meanOfElements
	kernels *kernels.Set
}

// LogCosh is the logarithm of the hyperbolic cosine of errors: half their square where they
// are small and their magnitude less ln 2 where they are large, smooth in all derivatives. It is
// the mean over all N = rows·outputs elements; PyTorch has none. With d = y-t,
//
//	L = Σ ln cosh d /N        ∂L/∂y = tanh d /N
//
// computed in forms that neither overflow nor cancel. It compares with values, which must be
// finite, and does not classify. Where it turns is 1 in the unit of the targets: scale them so that an
// error of that size is an outlier, or use Huber.
func LogCosh() Loss { return logCosh{} }

func logCoshPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "log_cosh", Help: "squares of small errors, magnitudes of large ones, smooth between", Formula: "ln cosh(y-t)",
		Formerly: map[string]string{"logcosh": "log_cosh", "log_cosh_loss": "log_cosh"},
		New:      func(catalog.Args) (Loss, error) { return LogCosh(), nil },
	}
}

func (logCosh) String() string { return "log_cosh" }

func (logCosh) Bind(k *kernels.Set) Loss { return logCosh{kernels: k} }

func (logCosh) Check(t data.Target, rows, cols int) error {
	return checkValues("log_cosh", &t, rows, cols, finiteValues())
}

// at is, for small d, the logarithm of 1 + (cosh d - 1), which is (1-e^-d)²/2e^-d.
func (logCosh) at(_ int, y, t float64) (l, dl float64) {
	d := y - t
	a := math.Abs(d)
	if e := math.Expm1(-a); a < 1 {
		l = math.Log1p(e * e / (2 * (1 + e)))
	} else {
		l = a - math.Ln2 + math.Log1p(math.Exp(-2*a))
	}
	return l, math.Tanh(d)
}

func (l logCosh) vectors() vectors {
	return vectors{kernels: orBest(l.kernels), of: kernels.LogCosh, times: 1, mostY: mostOfKernels, mostT: mostOfKernels}
}

func (l logCosh) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
