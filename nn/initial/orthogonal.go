package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type orthogonal struct{ gain float64 }

// Orthogonal draws weights that are gain times a matrix whose columns, or, if there are more of them, whose rows are
// orthogonal and of length 1, all such matrices alike (Saxe et al., "Exact solutions to the nonlinear dynamics of
// learning in deep linear neural networks", 2013; PyTorch's orthogonal_): signals pass through layers of
// any number without growing or vanishing. It takes 4·n·m² operations in float64 on one core for m of the smaller
// and n of the larger width: seconds for 2048 by 2048. Biases are 0.
func Orthogonal(gain float64) Initialiser { return orthogonal{gain} }

func orthogonalPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "orthogonal", Help: "for deep networks: lengths stay as they are", Formula: "w: gain·Q, QᵀQ = I or QQᵀ = I",
		Params: []catalog.Param{gainParam()},
		Torch:  "torch.nn.init.orthogonal_",
		New:    func(a catalog.Args) (Initialiser, error) { return Orthogonal(a.Float("gain")), nil },
	}
}

func (i orthogonal) String() string { return orthogonalPart().Spell().Float("gain", i.gain).String() }

func (i orthogonal) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	clear(b)
	gain := i.gain
	if !(gain >= 0) {
		gain = math.NaN()
	}
	many, long := fanOut, fanIn
	if many > long {
		many, long = long, many
	}
	vectors := make([][]float64, many)
	for k := range vectors {
		vectors[k] = direction(rng, make([]float64, long), vectors[:k])
		for j, v := range vectors[k] {
			at := k*fanOut + j // the vectors are rows
			if fanOut <= fanIn {
				at = j*fanOut + k
			}
			w[at] = float32(gain * v)
		}
	}
}

// direction draws a vector of length 1 that is orthogonal to others, all directions alike: what is left of one of normal
// numbers (Gram and Schmidt), whose direction is any. If little is left of it, it is mostly rounding errors, and another one is drawn.
func direction(rng *rand.Rand, v []float64, others [][]float64) []float64 {
	for {
		for j := range v {
			v[j] = rng.NormFloat64()
		}
		before := length(v)
		for range 2 { // the second time takes away what rounding has left (Kahan's "twice is enough")
			for _, o := range others {
				along := dot(v, o)
				for j, x := range o {
					v[j] -= float64(along * x)
				}
			}
		}
		if left := length(v); left > 1e-10*before {
			for j := range v {
				v[j] /= left
			}
			return v
		}
	}
}

func length(v []float64) float64 { return math.Sqrt(dot(v, v)) }

// dot adds four sums, which processors do at once. Products are rounded, so that all processors
// give the same bits.
func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	j := 0
	for ; j+4 <= len(x); j += 4 {
		s0 += float64(x[j] * y[j])
		s1 += float64(x[j+1] * y[j+1])
		s2 += float64(x[j+2] * y[j+2])
		s3 += float64(x[j+3] * y[j+3])
	}
	for ; j < len(x); j++ {
		s0 += float64(x[j] * y[j])
	}
	return (s0 + s1) + (s2 + s3)
}
