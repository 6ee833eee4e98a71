package kernels

import "math"

// periodicGeneric is
//
//	for i := range w {
//		cos[i], sin[i] = the cosine and the sine of 2π*w[i]*x
//	}
//
// within 2 ulp; the product is rounded to float32 where it is not below 2^18.
func periodicGeneric(cos, sin, w []float32, x float32) {
	cos, sin = cos[:len(w)], sin[:len(w)]
	for i, v := range w {
		turns := float64(v) * float64(x) // exact
		if rounded := float32(turns); !(abs(rounded) < 1<<18) {
			turns = float64(rounded)
		}
		n := math.RoundToEven(4 * turns)
		s, c := math.Sincos(2 * math.Pi * (turns - n/4))
		switch n - 4*math.Floor(n/4) {
		case 1:
			s, c = c, -s
		case 2:
			s, c = -s, -c
		case 3:
			s, c = -c, s
		}
		cos[i], sin[i] = float32(c), float32(s)
	}
}

// periodicGradientsGeneric is
//
//	for i := range w {
//		g := dsin[i]*cos[i] - dcos[i]*sin[i]
//		dw[i] += g * x
//		sum += float64(g * w[i])
//	}
//
// for the gradients of w with 2πx in the place of x; 2π times the result is that of x itself.
func periodicGradientsGeneric(dw, dcos, dsin, cos, sin, w []float32, x float32) float64 {
	dw, dcos, dsin, cos, sin = dw[:len(w)], dcos[:len(w)], dsin[:len(w)], cos[:len(w)], sin[:len(w)]
	sum := 0.0
	for i, v := range w {
		g := float32(dsin[i]*cos[i]) - float32(dcos[i]*sin[i])
		dw[i] += float32(g * x)
		sum += float64(float32(g * v))
	}
	return sum
}
