package kernels

import "math"

// The numbers of e^x, shared with the assembly through the generator's own
// copy (_asm/exp.go). With n the integer nearest to x·log₂e,
//
//	e^x = 2ⁿ·e^r,  r = x - n·ln 2,  |r| ≤ ½·ln 2
//	e^r ≈ 1 + r + r²·(c2 + c3·r + c4·r² + c5·r³ + c6·r⁴)
//
// The coefficients are the minimax ones among float32 numbers, with c0 = c1 =
// 1 held fixed; the relative error of the polynomial is 2^-28.3.
const (
	expC2 = 0x1.fffffcp-2
	expC3 = 0x1.555492p-3
	expC4 = 0x1.5558f2p-5
	expC5 = 0x1.123a20p-7
	expC6 = 0x1.6a23d0p-10

	// From expMax up e^x is +Inf in float32, as it is already a little below.
	// Below expMin, which is ln 2^-150, it is 0, and below expMinNormal, which
	// is ln 2^-126, it is denormal.
	expMax       = 89
	expMin       = -0x1.9fe368p+6
	expMinNormal = -0x1.5d589ep+6
)

// expReduce returns 2ⁿ and e^r - 1 for x in [expMin, expMax], or NaN for NaN.
//
// It computes in float64, where adding a large number rounds x·log₂e to an
// integer, 2ⁿ is never out of range and no correction terms are needed: that
// is as fast as float32 in scalar code and needs no fused multiplication,
// which plain Go has not on every machine.
func expReduce(x float32) (pow2, expm1 float64) {
	const (
		toInteger = 0x1.8p52 // its ulp is 1
		bias      = 1023
	)
	shifted := float64(float64(x)*math.Log2E) + toInteger
	n := shifted - toInteger
	r := float64(x) - float64(n*math.Ln2)

	q := float64(expC6*r) + expC5
	q = float64(q*r) + expC4
	q = float64(q*r) + expC3
	q = float64(q*r) + expC2
	expm1 = r + float64(float64(r*r)*q)

	// The low bits of shifted hold n in two's complement.
	pow2 = math.Float64frombits((math.Float64bits(shifted) + bias) << 52)
	return pow2, expm1
}

// exp1 returns e^x: +Inf on overflow, denormal or 0 on underflow, NaN for
// NaN. Converting to float32 rounds once, whatever the range.
func exp1(x float32) float32 {
	if x > expMax {
		return float32(math.Inf(1))
	}
	if x < expMin {
		return 0
	}
	pow2, expm1 := expReduce(x)
	return float32(pow2 * (1 + expm1))
}

// expFlushed returns e^x for x ≤ 0, with 0 for what would be denormal:
// nobody needs e^-87, and processors take a hundred times longer over
// denormal numbers than over others.
func expFlushed(x float32) float32 {
	if x < expMinNormal {
		return 0
	}
	return exp1(x)
}

// expGeneric is
//
//	for i := range x {
//		dst[i] = e^x[i]
//	}
//
// within 1 ulp (0.55 measured).
func expGeneric(dst, x []float32) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = exp1(v)
	}
}
