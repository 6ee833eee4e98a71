package initial

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type lecunNormal struct{ variance }

// LecunNormal draws weights from the normal distribution of LecunUniform's variance, 1/fanIn, which networks
// of SELU want to normalise themselves (Klambauer et al., "Self-normalizing neural networks", 2017; PyTorch's
// kaiming_normal_ with nonlinearity='linear'). Biases are 0.
func LecunNormal() Initialiser { return lecunNormal{variance{square: 1, fan: fanIn}} }

func lecunNormalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "lecun_normal", Help: "for SELU", Formula: "w: N(0, 1/in)",

		New: func(catalog.Args) (Initialiser, error) { return LecunNormal(), nil },
	}
}

func (i lecunNormal) String() string { return "lecun_normal" }

func (i lecunNormal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillNormal(rng, i.deviation(fanIn, fanOut), w)
	clear(b)
}
