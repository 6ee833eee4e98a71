package main

// e^x in float32, as the generic kernels do it in float64 (generic_exp.go):
// ln 2 is split in two, so that r = x - n·ln 2 is right to the last bit although
// n·ln 2 has more bits than a float32.

// exponent returns n, the integer nearest to x·log₂e, and r = x - n·ln 2.
func exponent(x expr) (n, r expr) {
	n = round(mul(x, log2e))
	r = negMulAdd(n, ln2High, x)
	return n, negMulAdd(n, ln2Low, r)
}

// exp returns e^x, with infinities, denormal results and NaN where they belong.
func exp(x expr) expr {
	x = atMost(x, expMax)
	kept := notLess(x, expMin)
	n, r := exponent(only(kept, x))
	return where(kept, scaleGradual(polynomial(r, expC), n))
}

// expFlushed returns e^x for x ≤ 0, with 0 for what would be denormal: a lane
// that makes a denormal number takes the processor some 70 ns.
func expFlushed(x expr) expr { return expFlushedWith(x, zero) }

// expFlushedWith returns e^(x+rest) for a small rest, that with which x was rounded.
func expFlushedWith(x, rest expr) expr {
	kept := notLess(x, expMinNormal)
	n, r := exponent(only(kept, x))
	if rest != zero {
		r = add(r, rest)
	}
	return where(kept, scale(polynomial(r, expC), n))
}

// expm1 returns e^x - 1 for x in [tanhMin, 0] or NaN: with e^r - 1 = r +
// r²·q(r), it is 2ⁿ·(e^r - 1) + (2ⁿ - 1).
func expm1(x expr) expr {
	n, r := exponent(x)
	q := polynomial(r, expC[2:])
	q = mulAdd(q, mul(r, r), r)
	p := pow2(n)
	return mulAdd(q, p, sub(p, one))
}
