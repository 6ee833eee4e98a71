package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Tanh is the hyperbolic tangent, between -1 and 1.
func Tanh() layer.Layer {
	return kernel(layer.Function{Kernel: kernels.Tanh, Bounds: "between -1 and 1"})
}

func tanhPart() catalog.Part[layer.Layer] {
	return plainPart("tanh", "the hyperbolic tangent", "tanh z", "torch.nn.Tanh", Tanh)
}
