package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// SELU is λ·ELU(α) with the λ and α for which outputs of a wide layer with weights of
// LeCun's variance keep a mean of 0 and a variance of 1 (Klambauer et al., "Self-normalizing
// neural networks", 2017).
func SELU() layer.Layer {
	return vector(layer.Vector{Of: kernels.ELU, A: seluScale * seluAlpha, B: seluScale}, layer.Function{Name: "selu", Steepest: 1.76, Bounds: "at -1.76 or above"}, nil)
}

func seluPart() catalog.Part[layer.Layer] {
	return plainPart("selu", "an ELU whose outputs keep a mean of 0 and a variance of 1", "1.0507·z if z > 0, else 1.7581·(e^z - 1)", "torch.nn.SELU", SELU)
}

// λ and α, as PyTorch has them.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)
