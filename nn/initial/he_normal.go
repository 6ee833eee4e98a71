package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type heNormal struct{ variance }

// HeNormal draws weights from the normal distribution of HeUniform's variance,
// 2/fanIn (PyTorch's kaiming_normal_). Biases are 0.
func HeNormal(opts ...Option) Initialiser {
	return heNormal{variance{square: 2, fan: fanIn}.with(opts)}
}

func heNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "he_normal", Help: "for ReLU", Formula: "w: N(0, 2/in)",
		Params: heParams(),
		Torch:  "torch.nn.init.kaiming_normal_", Formerly: map[string]string{"kaiming_normal": "he_normal"},
		New: func(a catalog.Args) (Initialiser, error) { return HeNormal(heOptions(a)...), nil },
	}
}

func (i heNormal) String() string { return i.spellHe(heNormalPart().Spell()) }

func (i heNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillNormal(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
