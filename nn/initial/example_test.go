package initial_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
)

// diagonal is an initialiser of one's own.
type diagonal struct{ value float64 }

func diagonalPart() catalog.Part[initial.Initialiser] {
	return catalog.Part[initial.Initialiser]{
		Name: "diagonal", Help: "passes inputs on, times a number", Example: "diagonal(0.5)",
		Params: []catalog.Param{{Name: "value", Kind: catalog.Number}},
		New: func(a catalog.Args) (initial.Initialiser, error) {
			return diagonal{a.Float("value")}, nil
		},
	}
}

func (d diagonal) String() string { return diagonalPart().Spell().Float("value", d.value).String() }

func (d diagonal) Fill(_ *rand.Rand, in, out int, w, b []float32) {
	clear(w)
	for i := range min(in, out) {
		w[i*out+i] = float32(d.value)
	}
	clear(b)
}

// An initialiser of one's own is made by the catalogue that it was added to.
func ExampleCatalog() {
	fmt.Println(initial.Catalog().Parse("he_normal"))
	fmt.Println(initial.Catalog().Parse("kaiming_normal"))
	fmt.Println(initial.Catalog().With(diagonalPart()).Parse("diagonal(0.5)"))
	// Output:
	// he_normal <nil>
	// <nil> initialiser "kaiming_normal" is written he_normal here
	// diagonal(0.5) <nil>
}
