package activation

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// ELU is z where that is positive and alpha·(e^z - 1) elsewhere (Clevert, Unterthiner and
// Hochreiter, 2015). alpha is finite in float32; 1, with which f is smooth, is usual.
func ELU(alpha float64) layer.Layer {
	f := layer.Function{Name: eluPart().Spell().Float("alpha", alpha).String(), Steepest: max(1, math.Abs(alpha))}
	if alpha >= 0 {
		f.Bounds = fmt.Sprintf("at %v or above", -alpha)
	}
	return vector(layer.Vector{Of: kernels.ELU, A: float32(alpha), B: 1}, f, finite("elu", "alpha", alpha))
}

func eluPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name:    "elu",
		Params:  []catalog.Param{{Name: "alpha", Kind: catalog.Number, Default: "1", Help: "-alpha is what large negative numbers become"}},
		Help:    "bends what is negative towards -alpha",
		Formula: "z if z > 0, else alpha·(e^z - 1)",
		Torch:   "torch.nn.ELU",
		New:     func(a catalog.Args) (layer.Layer, error) { return ELU(a.Float("alpha")), nil },
	}
}
