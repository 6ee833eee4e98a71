package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
)

type layerNorm struct{ norm }

// LayerNorm gives each row a mean of 0 and a variance of 1 over its features, and
// multiplies and shifts each feature by numbers that are trained (Ba, Kiros and Hinton, "Layer
// normalization", 2016), as PyTorch computes it:
//
//	y = (x-mean)/√(variance+epsilon)·weight + bias
//
// The variance is the mean square of what differs from the mean. Both are summed in
// float64.
func LayerNorm(opts ...NormOption) Layer {
	return layerNorm{rowNorm("layer_norm", epsilonDefault, opts)}
}

func layerNormPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "layer_norm",
		Params:  []catalog.Param{epsilonParam("1e-05"), affineParam("a weight and a bias")},
		Help:    "each row with mean 0 and variance 1, then scaled",
		Formula: "(x-mean)/√(variance+epsilon)·weight + bias",
		Torch:   "torch.nn.LayerNorm",
		New:     func(a catalog.Args) (Layer, error) { return LayerNorm(normOptions(a)...), nil },
	}
}

// String implements Layer.
func (l layerNorm) String() string {
	return layerNormPart().Spell().Float("epsilon", l.epsilon).Bool("affine", !l.bare).String()
}

// Build implements Layer.
func (l layerNorm) Build(b Builder, x Value) (Value, error) {
	if err := l.validate("layer_norm"); err != nil {
		return Value{}, err
	}
	return b.Stage(x, newRowNormStage(b, x.Shape, l.norm, true))
}
