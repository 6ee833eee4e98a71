package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// ReLU6 is max(0, z) up to 6 (Krizhevsky, 2010).
func ReLU6() layer.Layer {
	return vector(layer.Vector{Of: kernels.Clamp, A: 0, B: 6}, layer.Function{Name: "relu6", Steepest: 6, Bounds: "between 0 and 6"}, nil)
}

func relu6Part() catalog.Part[layer.Layer] {
	return plainPart("relu6", "cuts off what is negative or above 6", "min(max(0, z), 6)", "torch.nn.ReLU6", ReLU6)
}
