package kernels

import "math"

// identityGeneric is
//
//	for i := range z {
//		dst[i] = z[i]
//	}
func identityGeneric(dst, z []float32) {
	copy(dst, z)
}

// heavisideGeneric is
//
//	for i := range z {
//		dst[i] = 1 if z[i] > 0, else 0; NaN if z[i] is NaN
//	}
func heavisideGeneric(dst, z []float32) {
	dst = dst[:len(z)]
	for i, v := range z {
		switch {
		case v > 0:
			dst[i] = 1
		case v <= 0:
			dst[i] = 0
		default:
			dst[i] = v
		}
	}
}

// sigmoidGeneric is
//
//	for i := range z {
//		dst[i] = 1 / (1 + e^-z[i])
//	}
//
// within 2.5 ulp (1.48 measured), except that what would be denormal, where
// z < -87.33, is 0. In terms of t = e^-|z| it is 1/(1+t) for z ≥ 0 and t/(1+t)
// below, so that nothing overflows and small results keep their precision.
func sigmoidGeneric(dst, z []float32) {
	dst = dst[:len(z)]
	for i, v := range z {
		t := float64(expFlushed(-abs(v)))
		if v < 0 {
			dst[i] = float32(t / (1 + t))
		} else {
			dst[i] = float32(1 / (1 + t))
		}
	}
}

// tanhMin is the argument of e^x - 1 below which the result rounds to -1.
const tanhMin = -18.1

// tanhGeneric is
//
//	for i := range z {
//		dst[i] = tanh(z[i])
//	}
//
// within 2.6 ulp (0.72 measured). With t = e^(-2|z|) - 1 it is ∓t/(t+2), where
// t comes from 2ⁿ·(e^r - 1) + (2ⁿ - 1), which keeps its relative precision
// near 0. It is exactly odd; ±0 and denormals come out as they are.
func tanhGeneric(dst, z []float32) {
	dst = dst[:len(z)]
	for i, v := range z {
		x := -2 * abs(v)
		if x < tanhMin {
			x = tanhMin
		}
		pow2, expm1 := expReduce(x)
		t := float64(pow2*expm1) + (pow2 - 1)
		dst[i] = copysign(float32(t/(t+2)), v)
	}
}

// reluGeneric is
//
//	for i := range z {
//		dst[i] = 0 if z[i] < 0, else z[i]
//	}
//
// so that NaN stays NaN and -0 stays -0.
func reluGeneric(dst, z []float32) {
	dst = dst[:len(z)]
	for i, v := range z {
		if v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

// deriveIdentityGeneric is
//
//	for i := range y {
//		dz[i] = dy[i]
//	}
func deriveIdentityGeneric(dz, dy, y []float32) {
	copy(dz, dy)
}

// deriveSigmoidGeneric is
//
//	for i := range y {
//		dz[i] = dy[i] * (y[i] * (1 - y[i]))
//	}
func deriveSigmoidGeneric(dz, dy, y []float32) {
	dz, dy = dz[:len(y)], dy[:len(y)]
	for i, v := range y {
		dz[i] = dy[i] * (v * (1 - v))
	}
}

// deriveTanhGeneric is
//
//	for i := range y {
//		dz[i] = dy[i] * (1 - y[i]*y[i])
//	}
func deriveTanhGeneric(dz, dy, y []float32) {
	dz, dy = dz[:len(y)], dy[:len(y)]
	for i, v := range y {
		dz[i] = dy[i] * (1 - float32(v*v))
	}
}

// deriveReLUGeneric is
//
//	for i := range y {
//		dz[i] = dy[i] if y[i] > 0, else 0
//	}
func deriveReLUGeneric(dz, dy, y []float32) {
	dz, dy = dz[:len(y)], dy[:len(y)]
	for i, v := range y {
		if v > 0 {
			dz[i] = dy[i]
		} else {
			dz[i] = 0
		}
	}
}

// preluGeneric is
//
//	for i := range z {
//		y[i] = z[i] if z[i] > 0, else slope[i] * z[i]
//	}
func preluGeneric(y, z, slope []float32) {
	y, slope = y[:len(z)], slope[:len(z)]
	for i, v := range z {
		if !(v > 0) {
			v *= slope[i]
		}
		y[i] = v
	}
}

// derivePReLUGeneric is
//
//	for i := range z {
//		dslope[i] += 0 if z[i] > 0, else dy[i] * z[i]
//		dz[i] = dy[i] if z[i] > 0, else dy[i] * slope[i]
//	}
func derivePReLUGeneric(dz, dslope, dy, z, slope []float32) {
	dz, dslope, dy, slope = dz[:len(z)], dslope[:len(z)], dy[:len(z)], slope[:len(z)]
	for i, v := range z {
		d := dy[i]
		if !(v > 0) {
			dslope[i] += float32(d * v)
			d *= slope[i]
		}
		dz[i] = d
	}
}

// deriveLeakyReLUGeneric is
//
//	for i := range z {
//		dz[i] = dy[i] if z[i] > 0, else dy[i] * slope
//		dslope += 0 if z[i] > 0, else float64(dy[i] * z[i])
//	}
func deriveLeakyReLUGeneric(dz, dy, z []float32, slope float32) (dslope float64) {
	dz, dy = dz[:len(z)], dy[:len(z)]
	for i, v := range z {
		d := dy[i]
		if !(v > 0) {
			dslope += float64(float32(d * v))
			d *= slope
		}
		dz[i] = d
	}
	return dslope
}

const signBit = 1 << 31

// abs returns |x|, and NaN for NaN.
func abs(x float32) float32 {
	return math.Float32frombits(math.Float32bits(x) &^ signBit)
}

// copysign returns |x| with the sign of s.
func copysign(x, s float32) float32 {
	return math.Float32frombits(math.Float32bits(x)&^signBit | math.Float32bits(s)&signBit)
}
