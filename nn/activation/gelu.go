package activation

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// GELU is z·Φ(z), with Φ the normal distribution (Hendrycks and Gimpel, "Gaussian error
// linear units", 2016), in PyTorch's exact form. Its derivative, Φ(z) + z·φ(z), is no
// function of what comes out, and so is kept for the way back. Both are computed in float64, and
// are within 0.51 units in the last place of the exact ones.
func GELU() layer.Layer {
	return function{Function: layer.Function{
		Name: "gelu",
		// f' is largest, 1.1289, at z = √2.
		Steepest: 1.13,
		Apply: func(y, z []float32) {
			for i, v := range z {
				y[i] = float32(gelu(float64(v), normalCDF(float64(v))))
			}
		},
		Slope: func(y, slope, z []float32) {
			for i, v := range z {
				x := float64(v)
				phi := normalCDF(x)
				// Beyond, the density is less than float32 can tell, and Inf·0 would be NaN.
				density := 0.0
				if math.Abs(x) < 15 {
					density = x * math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
				}
				y[i] = float32(gelu(x, phi))
				slope[i] = float32(phi + density)
			}
		},
	}}
}

func geluPart() catalog.Part[layer.Layer] {
	return plainPart("gelu", "z where that is large, and smoothly 0 where it is not", "z·Φ(z)", "torch.nn.GELU", GELU)
}

// normalCDF is the share of a normal distribution up to x.
func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// gelu is x·Φ(x), 0 for -Inf, whose product would be NaN.
func gelu(x, phi float64) float64 {
	if phi == 0 {
		return math.Copysign(0, x)
	}
	return x * phi
}
