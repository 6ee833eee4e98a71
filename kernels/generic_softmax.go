package kernels

// softmaxGeneric is
//
//	max = largest z[i]
//	for i := range z {
//		dst[i] = e^(z[i]-max)
//		sum += dst[i]
//	}
//	for i := range z {
//		dst[i] *= scale / sum
//	}
//
// A row that holds NaN or +Inf, or nothing but -Inf, has no softmax: sum and
// all of dst are NaN.
func softmaxGeneric(dst, z []float32, scale float32) (max, sum float32) {
	dst = dst[:len(z)]
	max = maxGeneric(z)
	for i, v := range z {
		e := exp1(v - max)
		dst[i] = e
		sum += e
	}
	scaleGeneric(scale/sum, dst)
	return max, sum
}
