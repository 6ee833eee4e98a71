package activation

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Elliott is ½ + ½·z/(1+|z|) (Elliott, 1993).
func Elliott() layer.Layer {
	return function{Function: layer.Function{
		Name: "elliott", Steepest: 1, Bounds: "between 0 and 1",
		Apply: func(y, z []float32) {
			for i, v := range z {
				y[i] = float32(0.5 + 0.5*float64(v)/(1+math.Abs(float64(v))))
			}
		},
		Slope: func(y, slope, z []float32) {
			for i, v := range z {
				d := 1 + math.Abs(float64(v))
				y[i], slope[i] = float32(0.5+0.5*float64(v)/d), float32(0.5/(d*d))
			}
		},
	}}
}

func elliottPart() catalog.Part[layer.Layer] {
	return plainPart("elliott", "between 0 and 1, slowly", "½ + ½·z/(1+|z|)", "", Elliott)
}
