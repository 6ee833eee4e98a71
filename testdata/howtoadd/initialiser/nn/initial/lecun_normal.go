package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type lecunNormal struct{}

// LecunNormal draws weights from the normal distribution of variance 1/fanIn (LeCun et al.,
// "Efficient backprop", 1998). Biases are 0.
func LecunNormal() Initialiser { return lecunNormal{} }

func lecunNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "lecun_normal", Help: "for functions that are steep 1 at 0", Formula: "w: N(0, 1/in)",
		New: func(catalog.Args) (Initialiser, error) { return LecunNormal(), nil },
	}
}

func (lecunNormal) String() string { return "lecun_normal" }

func (lecunNormal) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	fillNormal(rng, math.Sqrt(1/float64(fanIn)), w)
	clear(b)
}
