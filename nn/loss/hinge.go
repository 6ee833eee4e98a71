package loss

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// hinge is the loss that Hinge returns.
type hinge struct {
	margins
	kernels *kernels.Set
}

// Hinge is the loss of support vector machines: what an output lacks of a margin of 1 on the
// right side of 0. Targets are 1 for yes and -1, or 0, for no; with s = 1 and -1 it is the mean
// over all N = rows·outputs elements, scikit-learn's hinge_loss, of which PyTorch has the one for several
// classes, MultiMargin:
//
//	L = Σ max(0, 1 - s·y)/N        ∂L/∂y = -s/N where s·y < 1, 0 elsewhere
//
// With several outputs each is a label of its own. A label is right if its output is above 0
// exactly where the target is 1, and a sample if all of its labels are: see Multilabel. Outputs are no
// logits: how far they are from 0 says nothing about probabilities.
func Hinge() Loss { return hinge{} }

func hingePart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "hinge", Help: "what outputs lack of a margin of 1, for one or several labels of yes or no",
		Formula:  "max(0, 1 - s·y), s = ±1",
		Formerly: map[string]string{"hinge_loss": "hinge"},
		New:      func(catalog.Args) (Loss, error) { return Hinge(), nil },
	}
}

func (hinge) String() string { return "hinge" }

func (hinge) Bind(k *kernels.Set) Loss { return hinge{kernels: k} }

func (hinge) Check(t data.Target, rows, cols int) error { return checkSides("hinge", &t, rows, cols) }

func (hinge) at(_ int, y, t float64) (l, dl float64) {
	s := sideOf(t)
	if margin := 1 - s*y; !(margin <= 0) {
		return margin, -s
	}
	return 0, 0
}

func (l hinge) vectors() vectors {
	return vectors{kernels: orBest(l.kernels), of: kernels.HingeLoss, times: 1, mostY: mostOfKernels}
}

func (l hinge) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}

// margins is what hinge losses have in common.
type margins struct{ meanOfElements }

func (margins) Link() Link { return Margin }

func (margins) Correct(y tensor.Matrix, t data.Target) int { return sameSide(y, t.Values, 0) }

func (margins) CorrectLabels(y tensor.Matrix, t data.Target) int { return labelsOnSide(y, t.Values, 0) }

// sideOf is where an output should be.
func sideOf(t float64) float64 {
	if t > 0 {
		return 1
	}
	return -1
}

// checkSides reports targets that are not -1, 0 or 1.
func checkSides(loss string, t *data.Target, rows, cols int) error {
	return checkAmong(loss, t, rows, cols, "1 for yes, or -1 or 0 for no", func(v float32) bool { return v == 1 || v == -1 || v == 0 })
}
