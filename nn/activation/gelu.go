package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// GELU is z·Φ(z), with Φ the normal distribution (Hendrycks and Gimpel, "Gaussian error
// linear units", 2016), in PyTorch's exact form; GELUTanh approximates it. f' is largest,
// 1.1289, at z = √2.
func GELU() layer.Layer {
	return vector(layer.Vector{Of: kernels.GELU}, layer.Function{Name: "gelu", Steepest: 1.13, Bounds: "at -0.17 or above"}, nil)
}

func geluPart() catalog.Part[layer.Layer] {
	return plainPart("gelu", "z where that is large, and smoothly 0 where it is not", "z·Φ(z)", "torch.nn.GELU", GELU)
}
