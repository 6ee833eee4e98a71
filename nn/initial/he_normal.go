package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type heNormal struct{}

// HeNormal draws weights from the normal distribution of HeUniform's variance,
// 2/fanIn (PyTorch's kaiming_normal_). Biases are 0.
func HeNormal() Initialiser { return heNormal{} }

func heNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "he_normal", Help: "for ReLU", Formula: "w: N(0, 2/in)",
		Torch: "torch.nn.init.kaiming_normal_", Formerly: map[string]string{"kaiming_normal": "he_normal"},
		New: func(catalog.Args) (Initialiser, error) { return HeNormal(), nil },
	}
}

func (heNormal) String() string { return heNormalPart().Spell().String() }

func (heNormal) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	fillNormal(rng, math.Sqrt(2/float64(fanIn)), w)
	clear(b)
}
