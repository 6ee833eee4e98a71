package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type lecunTruncatedNormal struct{ variance }

// LecunTruncatedNormal draws weights as LecunNormal does, from a normal distribution that is cut off at
// twice its standard deviation; that is so much larger that the variance of what is drawn is
// 1/fanIn too, as Keras and JAX do. Biases are 0.
func LecunTruncatedNormal() Initialiser { return lecunTruncatedNormal{variance{square: 1, fan: fanIn}} }

func lecunTruncatedNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "lecun_truncated_normal", Help: "for SELU, none far out", Formula: "w: N(0, 1/in) cut off at 2σ",

		New: func(catalog.Args) (Initialiser, error) { return LecunTruncatedNormal(), nil },
	}
}

func (i lecunTruncatedNormal) String() string { return "lecun_truncated_normal" }

func (i lecunTruncatedNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillCut(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
