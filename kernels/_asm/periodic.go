package main

// Sines and cosines of turns, 2π·v, for embeddings of numbers. With n the integer
// nearest to 4v and f = v - n/4, which is exact, |f| ≤ ⅛ and
//
//	sin 2πf = 2π·f + f³·(c0 + c1·f² + c2·f⁴ + c3·f⁶)
//	cos 2πf = 1 + f²·(c0 + c1·f² + c2·f⁴ + c3·f⁶)
//
// of which one or the other, with a sign by the quarter n, is what is wanted (Muller,
// Elementary Functions, chapter 11). The coefficients are weighted least-squares fits on
// Chebyshev nodes, each in turn rounded to a float32; the relative errors are 2^-31.8 of the
// sine and 2^-25.0 of 1 - cosine.

var (
	turnHigh = literal("turnHigh", 0x1.921fb6p+2) // 2π
	turnLow  = literal("turnLow", -0x1.777a5cp-23)
	sinC     = coefficients("sinC", -0x1.4abbcep+5, 0x1.466b62p+6, -0x1.329df4p+6, 0x1.3efde6p+5)
	cosC     = coefficients("cosC", -0x1.3bd3ccp+4, 0x1.03c19ep+6, -0x1.55a5bep+6, 0x1.d09b0ap+5)

	quarter   = literal("quarter", 0.25)
	threeHalf = literal("threeHalf", 1.5)
	pow2of18  = literal("pow2of18", 0x1p18) // from here up the rounding of v is more than ⅛ of a turn
)

// turn returns the cosine and the sine of 2π·a·b, within 2 ulp. What a·b as a float32 lacks is
// added, but where that is no small part of a turn.
func turn(a, b expr) (cos, sin expr) {
	v := mul(a, b)
	rest := where(greater(pow2of18, abs(v)), neg(negMulAdd(a, b, v)))
	v = sub(v, round(v)) // whole turns do not matter
	n := round(mul(v, four))
	f := add(negMulAdd(n, quarter, v), rest)
	q := negMulAdd(floor(mul(n, quarter)), four, n) // 0, 1, 2 or 3
	s, c := sineAndCosine(f)
	odd := greater(negMulAdd(floor(mul(q, half)), two, q), half)
	cos, sin = choose(odd, s, c), choose(odd, c, s)
	cos = choose(greater(one, abs(sub(q, threeHalf))), neg(cos), cos)
	return cos, choose(notLess(q, two), neg(sin), sin)
}

// sineAndCosine returns those of 2πf for |f| ≤ ⅛.
func sineAndCosine(f expr) (s, c expr) {
	t := mul(f, f)
	s = mulAdd(f, turnHigh, mul(f, mulAdd(t, polynomial(t, sinC), turnLow)))
	c = mulAdd(t, polynomial(t, cosC), one)
	return s, c
}

var periodicKernels = []kernel{
	{
		name: "periodic", field: "Periodic", unroll: 1,
		notes: []string{"within 2 ulp, as far as |w[i]*x| is less than 2^18."},
		body: func(b *body) {
			cos, sin := turn(b.load("w"), b.parameter("x"))
			b.store("cos", cos)
			b.store("sin", sin)
		},
	},
	{
		name: "periodicGradients", field: "PeriodicGradients", unroll: 2,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			g := negMulAdd(b.load("dcos"), b.load("sin"), mul(b.load("dsin"), b.load("cos")))
			b.store("dw", mulAdd(g, b.parameter("x"), b.load("dw")))
			b.sum(mul(g, b.load("w")))
		},
	},
}
