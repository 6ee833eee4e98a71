package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// HardSigmoid is σ in three straight lines, as PyTorch has it: from 0 at z = -3 to 1 at 3
// (Howard et al., "Searching for MobileNetV3", 2019).
func HardSigmoid() layer.Layer {
	return vector(layer.Vector{Of: kernels.HardSigmoid}, layer.Function{Name: "hard_sigmoid", Steepest: 1, Bounds: "between 0 and 1"}, nil)
}

func hardSigmoidPart() catalog.Part[layer.Layer] {
	p := plainPart("hard_sigmoid", "sigmoid in three straight lines", "min(max(0, z+3), 6)/6", "torch.nn.Hardsigmoid", HardSigmoid)
	p.Formerly = map[string]string{"hardsigmoid": "hard_sigmoid"}
	return p
}
