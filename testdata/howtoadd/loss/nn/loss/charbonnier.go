package loss

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type charbonnier struct{ meanOfElements }

// Charbonnier is √(1+d²) - 1 with d = y-t, a mean over all elements.
func Charbonnier() Loss { return charbonnier{} }

func charbonnierPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "charbonnier", Help: "absolute error, smooth at 0", Formula: "√(1+(y-t)²) - 1",
		New: func(catalog.Args) (Loss, error) { return Charbonnier(), nil },
	}
}

func (charbonnier) String() string { return "charbonnier" }

func (charbonnier) Check(t data.Target, rows, cols int) error {
	return checkValues("charbonnier", &t, rows, cols, finiteValues())
}

func (charbonnier) at(_ int, y, t float64) (l, dl float64) {
	d := y - t
	root := math.Hypot(1, d)
	return d * (d / (1 + root)), d / root
}

func (charbonnier) vectors() vectors { return vectors{} }

func (l charbonnier) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	return sumOfElements(l, y, t, dy, scale)
}
