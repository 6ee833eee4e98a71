package layer

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type concat struct{ branches []Layer }

// Concat gives its input to each of its branches and sets what they give beside each
// other, in order. A branch of several layers is a Stack.
func Concat(branches ...Layer) Container { return concat{slices.Clone(branches)} }

func concatPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "concat",
		Params:  []catalog.Param{{Name: "branches", Kind: catalog.ManyParts, Help: "side by side"}},
		Help:    "what its branches give, side by side",
		Formula: "[f(x), g(x), …]",
		Example: "concat(dense(8), dense(4))",
		New:     func(a catalog.Args) (Layer, error) { return Concat(catalog.Many[Layer](a, "branches")...), nil },
	}
}

// String implements Layer.
func (l concat) String() string { return spellAll(concatPart(), l.branches) }

// Layers implements Container.
func (l concat) Layers() []Layer { return slices.Clone(l.branches) }

// Build implements Layer.
func (l concat) Build(b Builder, x Value) (Value, error) {
	if len(l.branches) == 0 {
		return Value{}, fmt.Errorf("a concat needs at least one branch")
	}
	parts := make([]Value, len(l.branches))
	for i, branch := range l.branches {
		var err error
		if parts[i], err = b.Layer(branch, x); err != nil {
			return Value{}, err
		}
	}
	return b.Concat(parts...)
}
