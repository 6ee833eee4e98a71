package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type quietNormal struct{}

// QuietNormal draws weights from the normal distribution of variance 1/(fanIn+fanOut), half
// of GlorotNormal's. Biases are 0.
func QuietNormal() Initialiser { return quietNormal{} }

func quietNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "quiet_normal", Help: "for the first steps of deep networks", Formula: "w: N(0, 1/(in+out))",
		New: func(catalog.Args) (Initialiser, error) { return QuietNormal(), nil },
	}
}

func (quietNormal) String() string { return "quiet_normal" }

func (quietNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillNormal(rng, math.Sqrt(1/float64(fanIn+fanOut)), w)
	clear(b)
}
