package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Softplus is log(1+e^(beta·z))/beta, a smooth ReLU that is above 0 everywhere (Dugas et
// al., 2001), the sharper the larger beta, which is between 1e-30 and 1e30; 1 is usual.
// PyTorch's threshold, from which on it takes z itself, changes nothing here: for what is
// that large float32 has no other result.
func Softplus(beta float64) layer.Layer {
	f := layer.Function{Name: softplusPart().Spell().Float("beta", beta).String(), Steepest: max(1, 1/beta), Bounds: "above 0"}
	return vector(layer.Vector{Of: kernels.Softplus, A: float32(beta), B: float32(1 / beta)}, f, positive("softplus", "beta", beta))
}

func softplusPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name:    "softplus",
		Params:  []catalog.Param{{Name: "beta", Kind: catalog.Number, Default: "1", Range: between(), Help: "how sharply it bends"}},
		Help:    "a smooth relu, above 0",
		Formula: "log(1+e^(beta·z))/beta",
		Torch:   "torch.nn.Softplus",
		New:     func(a catalog.Args) (layer.Layer, error) { return Softplus(a.Float("beta")), nil },
	}
}
