package loss

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// squaredHinge is the loss that SquaredHinge returns.
type squaredHinge struct {
	margins
	kernels *kernels.Set
}

// SquaredHinge is Hinge with squares, which is smooth where the margin ends and hits what is
// far on the wrong side harder: a mean over all N = rows·outputs elements, the squared_hinge of scikit-learn's
// LinearSVC. PyTorch has none. With s = 1 for targets of 1 and s = -1 for those of -1 or 0,
//
//	L = Σ max(0, 1 - s·y)²/N        ∂L/∂y = -2·s·max(0, 1 - s·y)/N
//
// It classifies as Hinge does.
func SquaredHinge() Loss { return squaredHinge{} }

func squaredHingePart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "squared_hinge", Help: "squares of what outputs lack of a margin of 1, for labels of yes or no",
		Formula: "max(0, 1 - s·y)², s = ±1",
		New:     func(catalog.Args) (Loss, error) { return SquaredHinge(), nil },
	}
}

func (squaredHinge) String() string { return "squared_hinge" }

func (squaredHinge) Bind(k *kernels.Set) Loss { return squaredHinge{kernels: k} }

func (squaredHinge) Check(t data.Target, rows, cols int) error {
	return checkSides("squared_hinge", &t, rows, cols)
}

func (squaredHinge) at(_ int, y, t float64) (l, dl float64) {
	s := sideOf(t)
	if margin := 1 - s*y; !(margin <= 0) {
		return margin * margin, -2 * s * margin
	}
	return 0, 0
}

func (l squaredHinge) vectors() vectors {
	return vectors{kernels: orBest(l.kernels), of: kernels.SquaredHingeLoss, times: 1, mostY: mostOfKernels}
}

func (l squaredHinge) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
