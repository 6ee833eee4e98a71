package activation

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// LeakyReLU is z where that is positive and slope·z elsewhere, so that no neuron is left
// without a gradient (Maas, Hannun and Ng, 2013). slope is finite in float32; 0.01 is
// usual. PReLU trains it.
func LeakyReLU(slope float64) layer.Layer {
	f := layer.Function{Name: leakyReLUPart().Spell().Float("slope", slope).String(), Steepest: max(1, math.Abs(slope))}
	return vector(layer.Vector{Of: kernels.LeakyReLU, A: float32(slope)}, f, finite("leaky_relu", "slope", slope))
}

func leakyReLUPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name:     "leaky_relu",
		Params:   []catalog.Param{{Name: "slope", Kind: catalog.Number, Default: "0.01", Help: "what negative numbers are multiplied by", Formerly: []string{"negative_slope"}}},
		Help:     "shrinks what is negative",
		Formula:  "z if z > 0, else slope·z",
		Torch:    "torch.nn.LeakyReLU",
		Formerly: map[string]string{"leakyrelu": "leaky_relu"},
		New:      func(a catalog.Args) (layer.Layer, error) { return LeakyReLU(a.Float("slope")), nil },
	}
}
