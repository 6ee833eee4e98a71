package kernels

import "math"

// The explicit float32(…) around products here and in the other generic
// files keeps the compiler from fusing a multiplication with an addition, as
// it may on arm64: the generic kernels give the same bits everywhere.

// axpyGeneric is
//
//	for i := range x {
//		y[i] += alpha * x[i]
//	}
func axpyGeneric(alpha float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float32(alpha * v)
	}
}

// scaleGeneric is
//
//	for i := range x {
//		x[i] *= alpha
//	}
func scaleGeneric(alpha float32, x []float32) {
	for i := range x {
		x[i] *= alpha
	}
}

// addGeneric is
//
//	for i := range x {
//		y[i] += x[i]
//	}
func addGeneric(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += v
	}
}

// dotGeneric is
//
//	for i := range x {
//		sum += x[i] * y[i]
//	}
//
// in four interleaved partial sums, which are added pairwise.
func dotGeneric(x, y []float32) float32 {
	y = y[:len(x)]
	var sum [4]float32
	for len(x) >= 4 {
		sum[0] += float32(x[0] * y[0])
		sum[1] += float32(x[1] * y[1])
		sum[2] += float32(x[2] * y[2])
		sum[3] += float32(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i := range x {
		sum[i] += float32(x[i] * y[i])
	}
	return (sum[0] + sum[1]) + (sum[2] + sum[3])
}

// sumGeneric is
//
//	for i := range x {
//		sum += float64(x[i])
//	}
func sumGeneric(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}

// sumSquaresGeneric is
//
//	for i := range x {
//		sum += float64(x[i]) * float64(x[i])
//	}
//
// whose products are exact, so that fusing them would change nothing.
func sumSquaresGeneric(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

// maxAbsGeneric is
//
//	largest := float32(0)
//	for i := range x {
//		largest = max(largest, |x[i]|) // NaN if either is
//	}
func maxAbsGeneric(x []float32) float32 {
	largest := uint32(0)
	for _, v := range x {
		largest = max(largest, math.Float32bits(v)&^signBit) // in this order NaN is largest
	}
	return math.Float32frombits(largest)
}
