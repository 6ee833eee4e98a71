package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type glorotNormal struct{}

// GlorotNormal draws weights from the normal distribution of GlorotUniform's
// variance, 2/(fanIn+fanOut) (PyTorch's xavier_normal_). Biases are 0.
func GlorotNormal() Initialiser { return glorotNormal{} }

func glorotNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "glorot_normal", Help: "for sigmoid and tanh", Formula: "w: N(0, 2/(in+out))",
		Torch: "torch.nn.init.xavier_normal_", Formerly: map[string]string{"xavier_normal": "glorot_normal"},
		New: func(catalog.Args) (Initialiser, error) { return GlorotNormal(), nil },
	}
}

func (glorotNormal) String() string { return glorotNormalPart().Spell().String() }

func (glorotNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillNormal(rng, math.Sqrt(2/float64(fanIn+fanOut)), w)
	clear(b)
}
