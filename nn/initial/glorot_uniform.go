package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type glorotUniform struct{}

// GlorotUniform draws weights from U(-a, a) with a = √(6/(fanIn+fanOut)),
// whose variance 2/(fanIn+fanOut) keeps signals and gradients of about the
// same size from layer to layer of sigmoid or tanh units (Glorot and Bengio,
// 2010; PyTorch's xavier_uniform_). Biases are 0.
func GlorotUniform() Initialiser { return glorotUniform{} }

func glorotUniformPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "glorot_uniform", Help: "for sigmoid and tanh", Formula: "w: U(-a, a), a = √(6/(in+out))",
		Torch: "torch.nn.init.xavier_uniform_", Formerly: map[string]string{"xavier_uniform": "glorot_uniform"},
		New: func(catalog.Args) (Initialiser, error) { return GlorotUniform(), nil },
	}
}

func (glorotUniform) String() string { return glorotUniformPart().Spell().String() }

func (glorotUniform) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	deviation := math.Sqrt(2 / float64(fanIn+fanOut))
	fillUniform(rng, math.Sqrt(3)*deviation, w)
	clear(b)
}
