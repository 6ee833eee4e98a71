package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Softsign is z/(1+|z|) (Bergstra et al., 2009): like tanh, but near its limits as 1/z is
// near 0.
func Softsign() layer.Layer {
	return vector(layer.Vector{Of: kernels.Softsign}, layer.Function{Name: "softsign", Steepest: 1, Bounds: "between -1 and 1"}, nil)
}

func softsignPart() catalog.Part[layer.Layer] {
	return plainPart("softsign", "between -1 and 1, and slow to get there", "z/(1+|z|)", "torch.nn.Softsign", Softsign)
}
