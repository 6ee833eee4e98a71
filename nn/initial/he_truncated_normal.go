package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type heTruncatedNormal struct{ variance }

// HeTruncatedNormal draws weights as HeNormal does, from a normal distribution that is cut off at
// twice its standard deviation; that is so much larger that the variance of what is drawn is
// 2/fanIn too, as Keras and JAX do. Biases are 0.
func HeTruncatedNormal(opts ...Option) Initialiser {
	return heTruncatedNormal{variance{square: 2, fan: fanIn}.with(opts)}
}

func heTruncatedNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "he_truncated_normal", Help: "for ReLU, none far out", Formula: "w: N(0, 2/in) cut off at 2σ",
		Params:   heParams(),
		Formerly: map[string]string{"kaiming_truncated_normal": "he_truncated_normal"},
		New:      func(a catalog.Args) (Initialiser, error) { return HeTruncatedNormal(heOptions(a)...), nil },
	}
}

func (i heTruncatedNormal) String() string { return i.spellHe(heTruncatedNormalPart().Spell()) }

func (i heTruncatedNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillCut(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
