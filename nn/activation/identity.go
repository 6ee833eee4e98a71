package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Identity passes its input on: f(z) = z.
func Identity() layer.Layer { return kernel(layer.Function{Kernel: kernels.Identity}) }

func identityPart() catalog.Part[layer.Layer] {
	return plainPart("identity", "passes its input on", "z", "torch.nn.Identity", Identity)
}
