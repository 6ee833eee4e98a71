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
// where an exponential that would be denormal, of less than -87.33, counts as
// 0. A row that holds NaN or +Inf, or nothing but -Inf, has no softmax: sum and
// all of dst are NaN.
func softmaxGeneric(dst, z []float32, scale float32) (max, sum float32) {
	dst = dst[:len(z)]
	max = largest(z)
	for i, v := range z {
		e := expFlushed(v - max)
		dst[i] = e
		sum += e
	}
	scaleGeneric(scale/sum, dst)
	return max, sum
}

// largest returns the largest of z, NaN if any is NaN.
func largest(z []float32) float32 {
	top := z[0]
	for _, v := range z[1:] {
		if v > top || v != v { // and nothing is larger than NaN
			top = v
		}
	}
	return top
}
