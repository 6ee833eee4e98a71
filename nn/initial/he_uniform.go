package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type heUniform struct{}

// HeUniform draws weights from U(-a, a) with a = √(6/fanIn), whose variance
// 2/fanIn makes up for the half of the signal that ReLU cuts off (He et al.,
// "Delving deep into rectifiers", 2015; PyTorch's kaiming_uniform_ with
// nonlinearity='relu'). Biases are 0.
func HeUniform() Initialiser { return heUniform{} }

func heUniformPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "he_uniform", Help: "for ReLU", Formula: "w: U(-a, a), a = √(6/in)",
		Torch: "torch.nn.init.kaiming_uniform_", Formerly: map[string]string{"kaiming_uniform": "he_uniform"},
		New: func(catalog.Args) (Initialiser, error) { return HeUniform(), nil },
	}
}

func (heUniform) String() string { return heUniformPart().Spell().String() }

func (heUniform) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	deviation := math.Sqrt(2 / float64(fanIn))
	fillUniform(rng, math.Sqrt(3)*deviation, w)
	clear(b)
}
