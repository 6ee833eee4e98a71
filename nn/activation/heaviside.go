package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Heaviside is 1 for positive input and 0 otherwise: the first artificial
// neurons' activation. Its derivative is zero wherever it exists, so a network
// with it predicts but cannot be trained.
func Heaviside() layer.Layer {
	return kernel(layer.Function{Kernel: kernels.Heaviside, Bounds: "at 0 or 1"})
}

func heavisidePart() catalog.Part[layer.Layer] {
	p := plainPart("heaviside", "1 for what is positive, else 0; cannot be trained through", "1 if z > 0, else 0", "torch.heaviside", Heaviside)
	p.Formerly = map[string]string{"step": "heaviside"}
	return p
}
