package activation

import (
	"fmt"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// CELU is z where that is positive and alpha·(e^(z/alpha) - 1) elsewhere: an ELU that is
// smooth whatever alpha is (Barron, 2017). alpha is between 1e-30 and 1e30.
func CELU(alpha float64) layer.Layer {
	f := layer.Function{Name: celuPart().Spell().Float("alpha", alpha).String(), Steepest: max(1, alpha), Bounds: fmt.Sprintf("at %v or above", -alpha)}
	return vector(layer.Vector{Of: kernels.CELU, A: float32(alpha), B: float32(1 / alpha)}, f, positive("celu", "alpha", alpha))
}

func celuPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name:    "celu",
		Params:  []catalog.Param{{Name: "alpha", Kind: catalog.Number, Default: "1", Range: between(), Help: "-alpha is what large negative numbers become"}},
		Help:    "bends what is negative towards -alpha, smoothly",
		Formula: "z if z > 0, else alpha·(e^(z/alpha) - 1)",
		Torch:   "torch.nn.CELU",
		New:     func(a catalog.Args) (layer.Layer, error) { return CELU(a.Float("alpha")), nil },
	}
}
