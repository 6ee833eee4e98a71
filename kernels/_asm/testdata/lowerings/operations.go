// Package kernels, as TestLowerings puts it together in a folder of its own: the
// generic kernels, what print.go made of the descriptions, and assembly.
package kernels

import "math"

// The operations that printed kernels call, besides functions of generic_*.go.

// fma returns a·b + c, rounded once. The product is exact in float64; the sum is
// rounded to odd, so that rounding it again is as if it had not been.
func fma(a, b, c float32) float32 {
	product := float64(float64(a) * float64(b))
	sum := product + float64(c)
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return float32(sum)
	}
	virtual := sum - product
	rest := (product - (sum - virtual)) + (float64(c) - virtual)
	bits := math.Float64bits(sum)
	if rest != 0 && bits&1 == 0 {
		if (rest > 0) == (sum > 0) {
			bits++
		} else {
			bits--
		}
	}
	return float32(math.Float64frombits(bits))
}
