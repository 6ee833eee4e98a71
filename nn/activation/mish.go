package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Mish is z·tanh(softplus(z)) (Misra, 2019). f' is largest, 1.0885, at z = 1.4908.
func Mish() layer.Layer {
	return vector(layer.Vector{Of: kernels.Mish}, layer.Function{Name: "mish", Steepest: 1.09, Bounds: "at -0.31 or above"}, nil)
}

func mishPart() catalog.Part[layer.Layer] {
	return plainPart("mish", "like silu, a little steeper", "z·tanh(log(1+e^z))", "torch.nn.Mish", Mish)
}
