package kernels

import "math"

// What kernels in Go are made of that the generator has written from descriptions
// (_asm/print.go).

func where(m bool, a float32) float32 { return choose(m, a, 0) }

func choose(m bool, a, b float32) float32 {
	if m {
		return a
	}
	return b
}

func atLeast(a, low float32) float32 { return choose(a < low, low, a) }

func atMost(a, high float32) float32 { return choose(a > high, high, a) }

// mulAdd returns a·b + c. The product is exact in float64, where the sum is rounded,
// so that the result, which is rounded again, is hardly ever another than that of a
// fused operation. Nor does it matter whether the compiler fuses it.
func mulAdd(a, b, c float32) float32 { return float32(float64(a)*float64(b) + float64(c)) }

// scale returns a·2ⁿ for an integer n between -1000 and 1000, rounded once. For others it is
// anything.
func scale(a, n float32) float32 {
	const bias = 1023
	return float32(float64(a) * math.Float64frombits(uint64(int64(n)+bias)<<52))
}

// binaryExponent returns the n, and significand a·2⁻ⁿ, for which that is in
// [¾, 3/2).
func binaryExponent(a float32) float32 {
	fraction, n := math.Frexp(float64(a))
	return float32(n) - choose(fraction < 0.75, 1, 0)
}

func significand(a float32) float32 { return scale(a, -binaryExponent(a)) }
