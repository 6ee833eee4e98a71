package layer

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type stack struct{ layers []Layer }

// Stack is layers one after the other: each works on what comes out of the one before. Without
// any it hands on what comes in, as a branch of Concat may.
func Stack(layers ...Layer) Container { return stack{slices.Clone(layers)} }

func stackPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "stack",
		Params:  []catalog.Param{{Name: "layers", Kind: catalog.ManyParts, Optional: true, Help: "in order"}},
		Help:    "layers one after the other",
		Torch:   "torch.nn.Sequential",
		Example: "stack(dense(8), dropout(0.1))",
		New:     func(a catalog.Args) (Layer, error) { return Stack(catalog.Many[Layer](a, "layers")...), nil },
	}
}

// String implements Layer.
func (l stack) String() string { return spellAll(stackPart(), l.layers) }

// Layers implements Container.
func (l stack) Layers() []Layer { return slices.Clone(l.layers) }

// Build implements Layer.
func (l stack) Build(b Builder, x Value) (Value, error) { return through(b, l.layers, x) }

// through builds layers one after the other.
func through(b Builder, layers []Layer, x Value) (Value, error) {
	for _, l := range layers {
		var err error
		if x, err = b.Layer(l, x); err != nil {
			return Value{}, err
		}
	}
	return x, nil
}

// spellAll is the spelling of a container.
func spellAll(p catalog.Part[Layer], layers []Layer) string {
	list := make([]string, len(layers))
	for i, l := range layers {
		list[i] = fmt.Sprint(l)
	}
	return p.Spell().Parts(p.Params[0].Name, list...).String()
}
