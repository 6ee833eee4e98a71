package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type glorotTruncatedNormal struct{ variance }

// GlorotTruncatedNormal draws weights as GlorotNormal does, from a normal distribution that is cut off at
// twice its standard deviation; that is so much larger that the variance of what is drawn is
// 2/(fanIn+fanOut) too, as Keras and JAX do. Biases are 0.
func GlorotTruncatedNormal(opts ...Option) Initialiser {
	return glorotTruncatedNormal{variance{gain: 1, square: 1, fan: fanMean}.with(opts)}
}

func glorotTruncatedNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "glorot_truncated_normal", Help: "for sigmoid and tanh, none far out", Formula: "w: N(0, 2/(in+out)) cut off at 2σ",
		Params:   []catalog.Param{gainParam()},
		Formerly: map[string]string{"xavier_truncated_normal": "glorot_truncated_normal"},
		New:      func(a catalog.Args) (Initialiser, error) { return GlorotTruncatedNormal(glorotOptions(a)...), nil },
	}
}

func (i glorotTruncatedNormal) String() string {
	return glorotTruncatedNormalPart().Spell().Float("gain", i.gain).String()
}

func (i glorotTruncatedNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillCut(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
