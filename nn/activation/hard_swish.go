package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// HardSwish is z·HardSigmoid(z) (Howard et al., "Searching for MobileNetV3", 2019).
func HardSwish() layer.Layer {
	return vector(layer.Vector{Of: kernels.HardSwish}, layer.Function{Name: "hard_swish", Steepest: 1.5, Bounds: "at -0.38 or above"}, nil)
}

func hardSwishPart() catalog.Part[layer.Layer] {
	p := plainPart("hard_swish", "silu with hard_sigmoid in it", "z·min(max(0, z+3), 6)/6", "torch.nn.Hardswish", HardSwish)
	p.Formerly = map[string]string{"hardswish": "hard_swish"}
	return p
}
