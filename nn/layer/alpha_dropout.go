package layer

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// AlphaDropout is a Dropout for networks of SELU, whose mean of 0 and variance of 1 it keeps
// (Klambauer et al., "Self-normalizing neural networks", 2017), as PyTorch computes it: an
// element becomes what SELU makes of large negative numbers, -λα, with probability p, and all of
// them are scaled and shifted:
//
//	y = a·x + b  or  -a·λα + b,  a = 1/√((1-p)·(1+p·(λα)²)),  b = a·p·λα
//
// When predicting it does nothing. p is at least 0 and less than 1, in Dropout's steps. Randomness is
// Dropout's.
func AlphaDropout(p float64) Layer { return alphaDropout{p} }

type alphaDropout struct{ p float64 }

func alphaDropoutPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "alpha_dropout",
		Params:  []catalog.Param{{Name: "p", Kind: catalog.Number, Range: catalog.Fraction(), Help: "the share that is dropped"}},
		Help:    "dropout for selu: keeps means of 0 and variances of 1",
		Torch:   "torch.nn.AlphaDropout",
		Example: "alpha_dropout(0.3)",
		New:     func(a catalog.Args) (Layer, error) { return AlphaDropout(a.Float("p")), nil },
	}
}

// String implements Layer.
func (l alphaDropout) String() string { return alphaDropoutPart().Spell().Float("p", l.p).String() }

// seluFloor is λα, minus which is what SELU makes of large negative numbers.
const seluFloor = 1.7580993408473766

// Build implements Layer.
func (l alphaDropout) Build(b Builder, x Value) (Value, error) {
	if err := fault.Fraction("alpha_dropout", "probability", l.p); err != nil {
		return Value{}, err
	}
	share, p := newShare(l.p)
	a := 1 / math.Sqrt((1-p)*(1+p*seluFloor*seluFloor))
	scale, shift, dropped := float32(a), float32(a*p*seluFloor), float32(a*p*seluFloor-a*seluFloor)
	k := b.Env().Backend.Kernels()
	return b.Stage(x, &noisy{
		shape: x.Shape, seed: b.Env().Seed,
		forth: func(dst, src []float32, key0, key1 uint32) {
			k.AlphaDropout(dst, src, 0, key0, key1, share, scale, shift, dropped)
		},
		back: func(dst, src []float32, key0, key1 uint32) { k.Dropout(dst, src, 0, key0, key1, share, scale) },
	})
}
