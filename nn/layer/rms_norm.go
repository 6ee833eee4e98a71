package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
)

type rmsNorm struct{ norm }

// RMSNorm gives each row a mean square of 1 over its features, and multiplies each feature by
// a number that is trained (Zhang and Sennrich, "Root mean square layer normalization", 2019),
// as PyTorch computes it:
//
//	y = x/√(mean(x²)+epsilon)·weight
//
// The squares are summed in float64. Epsilon is 1e-6 without the option; PyTorch takes the
// 1.2e-7 that float32 can tell from 1.
func RMSNorm(opts ...NormOption) Layer { return rmsNorm{rowNorm("rms_norm", rmsEpsilon, opts)} }

const rmsEpsilon = 1e-6

func rmsNormPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "rms_norm",
		Params:  []catalog.Param{epsilonParam("1e-06"), affineParam("weights")},
		Help:    "each row with mean square 1, then scaled",
		Formula: "x/√(mean(x²)+epsilon)·weight",
		Torch:   "torch.nn.RMSNorm",
		New:     func(a catalog.Args) (Layer, error) { return RMSNorm(normOptions(a)...), nil },
	}
}

// String implements Layer.
func (l rmsNorm) String() string {
	return rmsNormPart().Spell().Float("epsilon", l.epsilon).Bool("affine", !l.bare).String()
}

// Build implements Layer.
func (l rmsNorm) Build(b Builder, x Value) (Value, error) {
	if err := l.validate("rms_norm"); err != nil {
		return Value{}, err
	}
	return b.Stage(x, newRowNormStage(b, x.Shape, l.norm, false))
}
