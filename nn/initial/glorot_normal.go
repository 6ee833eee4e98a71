package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type glorotNormal struct{ variance }

// GlorotNormal draws weights from the normal distribution of GlorotUniform's
// variance, 2/(fanIn+fanOut) (PyTorch's xavier_normal_). Biases are 0.
func GlorotNormal(opts ...Option) Initialiser {
	return glorotNormal{variance{gain: 1, square: 1, fan: fanMean}.with(opts)}
}

func glorotNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "glorot_normal", Help: "for sigmoid and tanh", Formula: "w: N(0, 2/(in+out))",
		Params: []catalog.Param{gainParam()},
		Torch:  "torch.nn.init.xavier_normal_", Formerly: map[string]string{"xavier_normal": "glorot_normal"},
		New: func(a catalog.Args) (Initialiser, error) { return GlorotNormal(glorotOptions(a)...), nil },
	}
}

func (i glorotNormal) String() string {
	return glorotNormalPart().Spell().Float("gain", i.gain).String()
}

func (i glorotNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillNormal(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
