package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type heUniform struct{ variance }

// HeUniform draws weights from U(-a, a) with a = √(6/fanIn), whose variance
// 2/fanIn makes up for the half of the signal that ReLU cuts off (He et al.,
// "Delving deep into rectifiers", 2015; PyTorch's kaiming_uniform_ with
// nonlinearity='relu'). Biases are 0.
func HeUniform(opts ...Option) Initialiser {
	return heUniform{variance{square: 2, fan: fanIn}.with(opts)}
}

func heUniformPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "he_uniform", Help: "for ReLU", Formula: "w: U(-a, a), a = √(6/in)",
		Params: heParams(),
		Torch:  "torch.nn.init.kaiming_uniform_", Formerly: map[string]string{"kaiming_uniform": "he_uniform"},
		New: func(a catalog.Args) (Initialiser, error) { return HeUniform(heOptions(a)...), nil },
	}
}

func (i heUniform) String() string { return i.spellHe(heUniformPart().Spell()) }

func (i heUniform) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillUniform(rng, math.Sqrt(3)*i.deviation(fanIn, fanOut), w)
	clear(b)
}
