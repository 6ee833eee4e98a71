package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type glorotUniform struct{ variance }

// GlorotUniform draws weights from U(-a, a) with a = gain·√(6/(fanIn+fanOut)),
// whose variance 2/(fanIn+fanOut) keeps signals and gradients of about the
// same size from layer to layer of sigmoid or tanh units (Glorot and Bengio,
// 2010; PyTorch's xavier_uniform_). Biases are 0.
func GlorotUniform(opts ...Option) Initialiser {
	return glorotUniform{variance{gain: 1, square: 1, fan: fanMean}.with(opts)}
}

func glorotUniformPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "glorot_uniform", Help: "for sigmoid and tanh", Formula: "w: U(-a, a), a = √(6/(in+out))",
		Params: []catalog.Param{gainParam()},
		Torch:  "torch.nn.init.xavier_uniform_", Formerly: map[string]string{"xavier_uniform": "glorot_uniform"},
		New: func(a catalog.Args) (Initialiser, error) { return GlorotUniform(glorotOptions(a)...), nil },
	}
}

func (i glorotUniform) String() string {
	return glorotUniformPart().Spell().Float("gain", i.gain).String()
}

func (i glorotUniform) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillUniform(rng, math.Sqrt(3)*i.deviation(fanIn, fanOut), w)
	clear(b)
}
