package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// ReLU is max(0, z) (Nair and Hinton, 2010).
func ReLU() layer.Layer { return kernel(layer.Function{Kernel: kernels.ReLU, Bounds: "at 0 or above"}) }

func reluPart() catalog.Part[layer.Layer] {
	return plainPart("relu", "cuts off what is negative", "max(0, z)", "torch.nn.ReLU", ReLU)
}
