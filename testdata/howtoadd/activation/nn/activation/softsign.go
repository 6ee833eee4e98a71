package activation

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Softsign is z/(1+|z|).
func Softsign() layer.Layer {
	return function{Function: layer.Function{
		Name: "softsign", Steepest: 1, Bounds: "between -1 and 1",
		Apply: func(y, z []float32) {
			for i, v := range z {
				y[i] = float32(float64(v) / (1 + math.Abs(float64(v))))
			}
		},
		Slope: func(y, slope, z []float32) {
			for i, v := range z {
				d := 1 + math.Abs(float64(v))
				y[i], slope[i] = float32(float64(v)/d), float32(1/(d*d))
			}
		},
	}}
}

func softsignPart() catalog.Part[layer.Layer] {
	return plainPart("softsign", "between -1 and 1, slowly", "z/(1+|z|)", "torch.nn.Softsign", Softsign)
}
