package main

// The error function, and what is left of 1 in its tail. With y ≥ 0,
//
//	erfc y = e^(-y²)·q·P(q),  q = 1/(y+2)
//
// which is Hastings's form (Abramowitz and Stegun, Handbook of Mathematical
// Functions, 7.1.26): e^(y²)·erfc y falls from 1 as slowly as 1/y, and so is
// smooth in q (as Shepherd and Laframboise, Math. Comp. 36 (1981), have it with
// (y-k)/(y+k)). P is written in powers of q - erfcCenter. The square is the sum
// of two numbers, its float32 and the rest: the error of one alone would be that
// of e^(-y²), relatively, some 60 ulp where y is 9. Cody (Math. Comp. 23 (1969))
// splits it too, in other parts.
//
// Where the result would be denormal, it is 0, as in expFlushed.

// erfcC are the coefficients of P: minimax ones of the relative error for y in
// [0, 9.3], rounded as those of the logarithm were (logC): it is 2^-28.2. With
// 3 for 2 one coefficient less would do, but near 0 erfc would have an error of
// 3.0 ulp. The center is the middle of q but for its last digits, which were
// searched for a P that is nearly a float32 there.
var erfcC = coefficients("erfcC", 0x1.26f44cp+0, 0x1.93fb76p+1, 0x1.2d8978p+2, 0x1.4040dep+0, -0x1.a4b078p+2, -0x1.77224cp+1,
	0x1.d2df78p+3, -0x1.d69862p-3, -0x1.267e44p+5, 0x1.3f4484p+4, 0x1.0eff7p+6)

// erfC are the coefficients of erf x ≈ x + x·(c0 + c1·s + … + c6·s⁶), s = -x²,
// minimax ones of the relative error for |x| ≤ 1, which is 2^-29.4.
var erfC = coefficients("erfC", 0x1.06eba8p-3, 0x1.81274p-2, 0x1.ce2d48p-4, 0x1.b7fdb2p-6, 0x1.5425bp-8,
	0x1.a4c72p-11, 0x1.4b6ec8p-14)

var (
	erfcCenter = literal("erfcCenter", 0x1.2d517ep-2)
	sqrtHalf   = literal("sqrtHalf", 0x1.6a09e6p-1)

	// The largest arguments whose results are not denormal.
	erfcMax      = literal("erfcMax", 0x1.2639bep+3)
	normalCDFMax = literal("normalCDFMax", 0x1.9e6602p+3)

	// Up to here 1 is right for all of them, or ½, and squares need not become
	// denormal.
	erfcTiny = literal("erfcTiny", 0x1p-30)
)

// erfcTail returns e^(high-lost)·q·P(q), which is erfc y, for high - lost = -y²
// and d + rest = y + 2. 1/(d+rest) is q + q·miss, as far as it matters; P takes that, and the factor is
// q·e^miss, of which the exponential has the second: without, erfc would have an error of 4 ulp
// near 0.
func erfcTail(high, lost, d, rest expr) expr {
	q := div(one, d)
	miss := negMulAdd(q, rest, negMulAdd(q, d, one))
	u := mulAdd(q, miss, sub(q, erfcCenter))
	n, r := exponent(high)
	r = add(r, sub(miss, lost))
	return scale(mul(polynomial(r, expC), mul(q, polynomial(u, erfcC))), n)
}

// erfcOfAbs returns erfc y for y ≥ 0, and -y² where y is not tiny.
func erfcOfAbs(y expr) (tail, minusSquare expr) {
	kept := notLess(erfcMax, y)
	y = only(kept, atLeast(y, erfcTiny))
	z := neg(y)
	high := mul(y, z)
	lost := negMulAdd(y, z, high)
	d := add(y, two)
	rest := sub(y, sub(d, two))
	return where(kept, erfcTail(high, lost, d, rest)), high
}

// erfc returns 1 - erf x, within 4 ulp (3.55 measured).
func erfc(x expr) expr {
	tail, _ := erfcOfAbs(abs(x))
	return choose(notLess(x, zero), tail, sub(two, tail))
}

// erf returns erf x, within 1 ulp (0.99 measured). It is exactly odd.
func erf(x expr) expr {
	y := abs(x)
	tail, s := erfcOfAbs(y)
	near := mulAdd(x, polynomial(s, erfC), x)
	return choose(greater(one, y), near, copySign(sub(one, tail), x))
}

// normalCDF returns ½·erfc(-x/√2), the probability that a normal variable is
// less than x, within 4 ulp (3.72 measured), also where that is nearly 0. x is halved in the square, and so x/√2 has an error in q
// alone, where it does not matter.
func normalCDF(x expr) expr {
	y := abs(x)
	kept := notLess(normalCDFMax, y)
	y = only(kept, atLeast(y, erfcTiny))
	z := mul(y, minusHalf)
	high := mul(y, z)
	lost := negMulAdd(y, z, high)
	d := mulAdd(y, sqrtHalf, two)
	tail := where(kept, mul(half, erfcTail(high, lost, d, mulAdd(y, sqrtHalf, sub(two, d)))))
	return choose(notLess(x, zero), sub(one, tail), tail)
}
