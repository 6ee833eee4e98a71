package layer

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type residual struct{ layers []Layer }

// Residual adds what goes into its layers, one after the other, to what comes out of them
// (He et al., "Deep residual learning for image recognition", 2016):
//
//	y = x + f(x)
//
// As many features must come out as go in.
func Residual(layers ...Layer) Container { return residual{slices.Clone(layers)} }

func residualPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "residual",
		Params:  []catalog.Param{{Name: "layers", Kind: catalog.ManyParts, Help: "in order"}},
		Help:    "adds its input to what its layers give",
		Formula: "x + f(x)",
		Example: "residual(dropout(0.1))",
		New:     func(a catalog.Args) (Layer, error) { return Residual(catalog.Many[Layer](a, "layers")...), nil },
	}
}

// String implements Layer.
func (l residual) String() string { return spellAll(residualPart(), l.layers) }

// Layers implements Container.
func (l residual) Layers() []Layer { return slices.Clone(l.layers) }

// Build implements Layer.
func (l residual) Build(b Builder, x Value) (Value, error) {
	if len(l.layers) == 0 {
		return Value{}, fmt.Errorf("a residual needs at least one layer")
	}
	y, err := through(b, l.layers, x)
	if err != nil {
		return Value{}, err
	}
	return b.Add(x, y)
}
