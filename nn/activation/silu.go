package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// SiLU is z·σ(z), also called swish (Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and
// Le, 2017). f' is largest, 1.0998, at z = 2.3994.
func SiLU() layer.Layer {
	return vector(layer.Vector{Of: kernels.SiLU}, layer.Function{Name: "silu", Steepest: 1.1, Bounds: "at -0.28 or above"}, nil)
}

func siluPart() catalog.Part[layer.Layer] {
	p := plainPart("silu", "z where that is large, and smoothly 0 where it is not; swish", "z·sigmoid(z)", "torch.nn.SiLU", SiLU)
	p.Formerly = map[string]string{"swish": "silu"}
	return p
}
