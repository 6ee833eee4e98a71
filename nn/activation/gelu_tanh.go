package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// GELUTanh is GELU with ½ + ½·tanh(√(2/π)·(z + 0.044715·z³)) in place of Φ (Hendrycks and
// Gimpel, 2016), which is at most 5e-4 away from it. f' is largest, 1.1290, near √2.
func GELUTanh() layer.Layer {
	return vector(layer.Vector{Of: kernels.GELUTanh}, layer.Function{Name: "gelu_tanh", Steepest: 1.13, Bounds: "at -0.17 or above"}, nil)
}

func geluTanhPart() catalog.Part[layer.Layer] {
	return plainPart("gelu_tanh", "GELU with the approximation of Φ that GPT-2 has", "z·(1 + tanh(√(2/π)·(z + 0.044715·z³)))/2", "torch.nn.GELU(approximate='tanh')", GELUTanh)
}
