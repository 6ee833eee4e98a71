package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Sigmoid is 1/(1+e^-z), between 0 and 1.
func Sigmoid() layer.Layer {
	return kernel(layer.Function{Kernel: kernels.Sigmoid, Bounds: "between 0 and 1"})
}

func sigmoidPart() catalog.Part[layer.Layer] {
	return plainPart("sigmoid", "between 0 and 1", "1/(1+e^-z)", "torch.nn.Sigmoid", Sigmoid)
}
