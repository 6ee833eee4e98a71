package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type lecunUniform struct{ variance }

// LecunUniform draws weights from U(-a, a) with a = √(3/fanIn), whose variance 1/fanIn keeps signals of
// the same size where functions are as steep as 1 (LeCun et al., "Efficient BackProp", 1998; PyTorch's
// kaiming_uniform_ with nonlinearity='linear'). Biases are 0.
func LecunUniform() Initialiser { return lecunUniform{variance{square: 1, fan: fanIn}} }

func lecunUniformPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "lecun_uniform", Help: "for SELU", Formula: "w: U(-a, a), a = √(3/in)",

		New: func(catalog.Args) (Initialiser, error) { return LecunUniform(), nil },
	}
}

func (i lecunUniform) String() string { return "lecun_uniform" }

func (i lecunUniform) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	fillUniform(rng, math.Sqrt(3)*i.deviation(fanIn, fanOut), w)
	clear(b)
}
