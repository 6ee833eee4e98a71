package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// LogSigmoid is log σ(z), which is below 0.
func LogSigmoid() layer.Layer {
	return vector(layer.Vector{Of: kernels.LogSigmoid}, layer.Function{Name: "log_sigmoid", Steepest: 1, Bounds: "below 0"}, nil)
}

func logSigmoidPart() catalog.Part[layer.Layer] {
	p := plainPart("log_sigmoid", "the logarithm of sigmoid", "-log(1+e^-z)", "torch.nn.LogSigmoid", LogSigmoid)
	p.Formerly = map[string]string{"logsigmoid": "log_sigmoid"}
	return p
}
