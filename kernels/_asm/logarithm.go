package main

import (
	"fmt"
	"math"
)

// Natural logarithms (Muller, Elementary Functions, chapters 6 and 11). With
// x = m·2ⁿ and m in [¾, 3/2), where 1 lies inside, so that nothing cancels near
// it,
//
//	log x = n·ln 2 + log(1+f),  f = m - 1
//	log(1+f) ≈ f + f·(f·(c0 + c1·f + … + c8·f⁸))
//
// The last product is added to f before it is rounded, and so is never a
// denormal number, however small f is. n·ln 2 is rounded with the sum: what ln 2
// as a float32 lacks is 0.05 ulp.

// logC are those coefficients: minimax ones of the relative error of log(1+f)
// for f in [-¼, ½], of which each in turn from c0 on was rounded to a float32,
// up or down, and those after it were fitted again, by linear programming on
// 500 Chebyshev nodes in 40 digits. The relative error is 2^-27.6.
var logC = coefficients("logC", -0.5, 0x1.5555a4p-2, -0x1.000048p-2, 0x1.99697cp-3, -0x1.54ed74p-3,
	0x1.288252p-3, -0x1.0da036p-3, 0x1.ad0946p-4, -0x1.71f7c4p-5)

var (
	half          = literal("half", 0.5)
	minusHalf     = literal("minusHalf", -0.5)
	pow2of23      = literal("pow2of23", 0x1p23)
	twentyThree   = literal("twentyThree", 23)
	infinity      = literal("infinity", float32(math.Inf(1)))
	minusInfinity = literal("minusInfinity", float32(math.Inf(-1)))
	notANumber    = literal("notANumber", float32(math.NaN()))
)

// coefficients returns constants with numbers after their name.
func coefficients(name string, c ...float32) []expr {
	var all []expr
	for i, x := range c {
		all = append(all, literal(fmt.Sprint(name, i), x))
	}
	return all
}

// ln returns log x (log is a package of Go's), within 1 ulp (0.94 measured): -Inf
// for 0 and for -0, NaN below. As for the other functions, all float32 numbers
// were measured, against float64 (TestAccuracy).
func ln(x expr) expr {
	full := normal(x)
	a := choose(full, x, mul(x, pow2of23))
	n := sub(binaryExponent(a), choose(full, zero, twentyThree))
	f := sub(significand(a), one)
	return logOrNone(x, mulAdd(n, ln2High, logNear1(f)))
}

// log1p returns log(1+x), within 1.5 ulp (1.27 measured), also near 0: -Inf for
// -1, NaN below, -0 for -0.
//
// The n is that of 1+x as a float32, and with 2⁻ⁿ·x + (2⁻ⁿ - 1) fused, f has
// what that lacks.
func log1p(x expr) expr {
	a := add(one, x)
	n := binaryExponent(a)
	p := scaleGradual(one, neg(n)) // denormal for x > 2¹²⁶ alone
	f := mulAdd(x, p, sub(p, one))
	return copySign(logOrNone(a, mulAdd(n, ln2High, logNear1(f))), x)
}

// log1pUnit is log1p for x in [0, 1] or NaN, within 1 ulp (0.90 measured) and
// with half the instructions: for log(1+e^-|z|), that is in softplus and in
// losses that take logits.
func log1pUnit(x expr) expr {
	halved := greater(x, half)
	f := choose(halved, mulAdd(x, half, minusHalf), x)
	return add(where(halved, ln2High), logNear1(f))
}

// logNear1 returns log(1+f) for f in [-¼, ½] or NaN.
func logNear1(f expr) expr { return mulAdd(f, mul(f, polynomial(f, logC)), f) }

// logOrNone returns y, the logarithm of x, or what x has instead of one.
func logOrNone(x, y expr) expr {
	none := choose(notLess(x, zero), minusInfinity, notANumber)
	y = choose(greater(x, zero), y, none)
	return choose(notLess(x, infinity), x, y) // NaN too
}
