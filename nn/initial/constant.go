package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type constant struct{ value float64 }

// Constant makes all weights one number (PyTorch's constant_, and zeros_ of 0). All neurons of a layer are then
// the same and stay so, if the layer before and the one behind it do not tell them apart: it is for the last layer, or for tests.
// Biases are 0.
func Constant(value float64) Initialiser { return constant{value} }

func constantPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "constant", Help: "one number for all; 0 for a last layer", Formula: "w: value",
		Params:   []catalog.Param{{Name: "value", Kind: catalog.Number, Default: "0", Help: "of all weights"}},
		Torch:    "torch.nn.init.constant_",
		Example:  "constant(value=0.5)",
		Formerly: map[string]string{"zeros": "constant", "ones": "constant(value=1)"},
		New:      func(a catalog.Args) (Initialiser, error) { return Constant(a.Float("value")), nil },
	}
}

func (i constant) String() string { return constantPart().Spell().Float("value", i.value).String() }

func (i constant) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	for k := range w {
		w[k] = float32(i.value)
	}
	clear(b)
}
