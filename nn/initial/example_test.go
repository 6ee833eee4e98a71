package initial_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
)

// constant is an initialiser of one's own.
type constant struct{ value float64 }

func constantPart() catalog.Part[initial.Initialiser] {
	return catalog.Part[initial.Initialiser]{
		Name: "constant", Help: "one number everywhere", Example: "constant(0.5)",
		Params: []catalog.Param{{Name: "value", Kind: catalog.Number}},
		New: func(a catalog.Args) (initial.Initialiser, error) {
			return constant{a.Float("value")}, nil
		},
	}
}

func (c constant) String() string { return constantPart().Spell().Float("value", c.value).String() }

func (c constant) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	for i := range w {
		w[i] = float32(c.value)
	}
	clear(b)
}

// An initialiser of one's own is made by the catalogue that it was added to.
func ExampleCatalog() {
	fmt.Println(initial.Catalog().Parse("he_normal"))
	fmt.Println(initial.Catalog().Parse("kaiming_normal"))
	fmt.Println(initial.Catalog().With(constantPart()).Parse("constant(0.5)"))
	// Output:
	// he_normal <nil>
	// <nil> initialiser "kaiming_normal" is written he_normal here
	// constant(0.5) <nil>
}
