package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Dropout sets each element to zero with probability p while training, and
// multiplies the others by 1/(1-p), so that the expected value stays
// (Srivastava et al., 2014, in the inverted form). When predicting it does
// nothing. p is at least 0 and less than 1, and taken in steps of 2^-32, of which the largest is
// one below 1.
//
// What is dropped is a function of the network's seed, the layer's place,
// the number of the training pass, and the element's row and column: the same
// for any number of workers, and recomputed on the way back rather than
// stored.
func Dropout(p float64) Layer { return dropout{p} }

type dropout struct{ p float64 }

func dropoutPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "dropout",
		Params:  []catalog.Param{{Name: "p", Kind: catalog.Number, Range: catalog.Fraction(), Help: "the share that is dropped"}},
		Help:    "sets elements to zero at random while training",
		Torch:   "torch.nn.Dropout",
		Example: "dropout(0.2)",
		New:     func(a catalog.Args) (Layer, error) { return Dropout(a.Float("p")), nil },
	}
}

// String implements Layer.
func (l dropout) String() string { return dropoutPart().Spell().Float("p", l.p).String() }

// Build implements Layer.
func (l dropout) Build(b Builder, x Value) (Value, error) {
	if err := fault.Fraction("dropout", "probability", l.p); err != nil {
		return Value{}, err
	}
	share, p := newShare(l.p)
	scale, k := float32(1/(1-p)), b.Env().Backend.Kernels()
	// The derivative of scale·x is scale, that of zero is zero.
	row := func(dst, src []float32, key0, key1 uint32) { k.Dropout(dst, src, 0, key0, key1, share, scale) }
	return b.Stage(x, &dropoutStage{noisy: noisy{shape: x.Shape, seed: b.Env().Seed, forth: row, back: row}, scale: scale})
}

type dropoutStage struct {
	noisy
	scale float32 // what is kept is multiplied by
}

// Gain implements Bounded.
func (s *dropoutStage) Gain() float64 { return float64(s.scale) }
