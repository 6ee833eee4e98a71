package kernels

// squaredErrorGeneric is
//
//	for i := range y {
//		d := y[i] - t[i] // in float32
//		dy[i] = scale * d
//		sum += float64(d) * float64(d)
//	}
//
// The squares are exact in float64, so that fusing them would change nothing.
func squaredErrorGeneric(dy, y, t []float32, scale float32) float64 {
	dy, t = dy[:len(y)], t[:len(y)]
	sum := 0.0
	for i, v := range y {
		d := v - t[i]
		dy[i] = scale * d
		sum += float64(d) * float64(d)
	}
	return sum
}
