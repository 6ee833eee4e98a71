package main

// function describes an activation that is no function of its own output to
// differentiate: f and f' of z together, so that the two share what they have in
// common. Everything about it in package kernels is made from this: the constant
// that names it, two kernels for each ISA, one for f alone and one for both, and
// their Go, which the generic set runs.
//
// a and b are the function's parameters, if it has any.
type function struct {
	name     string // of the kernels
	constant string // of kernels.Function
	formula  string // f, in terms of z[i]
	notes    []string
	unroll   int
	of       func(z, a, b expr) (y, slope expr)
}

// functions are those that there are, in the order of their constants.
var functions = []function{
	{
		name: "leakyReLU", constant: "LeakyReLU", formula: "z[i] if z[i] > 0, else a*z[i]", unroll: 4,
		of: func(z, a, _ expr) (y, slope expr) {
			positive := greater(z, zero)
			return choose(positive, z, mul(a, z)), choose(positive, one, a)
		},
	},
	{
		name: "clamp", constant: "Clamp", formula: "a if z[i] < a, b if z[i] > b, else z[i]", unroll: 4,
		of: func(z, a, b expr) (y, slope expr) {
			return atMost(atLeast(z, a), b), where(greater(z, a), where(greater(b, z), one))
		},
	},
	{
		name: "hardSigmoid", constant: "HardSigmoid", formula: "min(max(z[i]+3, 0), 6) / 6", unroll: 4,
		notes: []string{"within 1.5 ulp."},
		of: func(z, _, _ expr) (y, slope expr) {
			return hardSigmoid(z), where(greater(z, minusThree), where(greater(three, z), sixth))
		},
	},
	{
		name: "hardSwish", constant: "HardSwish", formula: "z[i] * min(max(z[i]+3, 0), 6) / 6", unroll: 4,
		notes: []string{"within 2.5 ulp."},
		of: func(z, _, _ expr) (y, slope expr) {
			inside := notLess(z, minusThree)
			y = where(inside, mul(z, hardSigmoid(z)))
			return y, choose(notLess(z, three), one, where(greater(z, minusThree), mulAdd(z, third, half)))
		},
	},
	{
		name: "softsign", constant: "Softsign", formula: "z[i] / (1 + |z[i]|)", unroll: 2,
		notes: []string{"within 1.5 ulp."},
		of: func(z, _, _ expr) (y, slope expr) {
			d := add(one, abs(z))
			r := div(one, d)
			x := atMost(abs(z), pow2of100) // Inf/Inf would be NaN
			return copySign(div(x, add(one, x)), z), mul(r, r)
		},
	},
	{
		name: "elu", constant: "ELU", formula: "b*z[i] if z[i] > 0, else a * (e^z[i]-1)", unroll: 1,
		notes: []string{"within 3 ulp; e^z[i] counts as 0 where it would be denormal."},
		of: func(z, a, b expr) (y, slope expr) {
			power, less1 := expAndLess1(z, zero)
			positive := greater(z, zero)
			return choose(positive, mul(b, z), mul(a, less1)), choose(positive, b, mul(a, power))
		},
	},
	{
		name: "celu", constant: "CELU", formula: "z[i] if z[i] > 0, else a * (e^(z[i]/a)-1), with b = 1/a", unroll: 1,
		notes: []string{"within 3 ulp."},
		of: func(z, a, b expr) (y, slope expr) {
			x := mul(z, b)
			power, less1 := expAndLess1(x, mul(negMulAdd(x, a, z), b))
			positive := greater(z, zero)
			return choose(positive, z, mul(a, less1)), choose(positive, one, power)
		},
	},
	{
		name: "softplus", constant: "Softplus", formula: "log(1 + e^(a*z[i])) / a, with b = 1/a", unroll: 1,
		notes: []string{"within 2.5 ulp; 0 where e^(a*z[i]) would be denormal."},
		of: func(z, a, b expr) (y, slope expr) {
			x := mul(z, a)
			t := expFlushedWith(negAbs(x), mul(copySign(one, x), negMulAdd(z, a, x)))
			return mulAdd(b, log1pUnit(t), atLeast(z, zero)), logistic(x, t)
		},
	},
	{
		name: "logSigmoid", constant: "LogSigmoid", formula: "-log(1 + e^-z[i])", unroll: 1,
		notes: []string{"within 2 ulp; 0 where e^-z[i] would be denormal."},
		of: func(z, _, _ expr) (y, slope expr) {
			t := expNegAbs(z)
			return sub(atMost(z, zero), log1pUnit(t)), logistic(neg(z), t)
		},
	},
	{
		name: "silu", constant: "SiLU", formula: "z[i] / (1 + e^-z[i])", unroll: 1,
		notes: []string{"within 4 ulp."},
		of:    func(z, _, _ expr) (y, slope expr) { return gated(z, siluTail) },
	},
	{
		name: "gelu", constant: "GELU", formula: "z[i] * Φ(z[i])", unroll: 1,
		notes: []string{"within 6 ulp. Φ is the normal distribution."},
		of:    func(z, _, _ expr) (y, slope expr) { return gated(z, geluTail) },
	},
	{
		name: "geluTanh", constant: "GELUTanh", formula: "z[i]/2 * (1 + tanh(√(2/π)*(z[i] + 0.044715*z[i]³)))", unroll: 1,
		of: func(z, _, _ expr) (y, slope expr) { return gated(z, geluTanhTail) },
	},
	{
		name: "mish", constant: "Mish", formula: "z[i] * tanh(log(1 + e^z[i]))", unroll: 1,
		notes: []string{"within 6 ulp."},
		of:    mish,
	},
}

var (
	three      = literal("three", 3)
	four       = literal("four", 4)
	six        = literal("six", 6)
	third      = literal("third", 1.0/3)
	sixth      = literal("sixth", 1.0/6)
	minusOne   = literal("minusOne", -1)
	minusThree = literal("minusThree", -3)
	minus126   = literal("minus126", -126)

	pow2of7   = literal("pow2of7", 0x1p7)
	pow2of62  = literal("pow2ofMinus62", 0x1p-62)
	pow2of100 = literal("pow2of100", 0x1p100)

	// The largest |z| whose tails are not denormal: |z|·e^-|z|, and those of the GELUs.
	siluMax     = literal("siluMax", 91.85677)
	geluMax     = literal("geluMax", 13.146246)
	geluTanhMax = literal("geluTanhMax", 10.100637)

	invSqrt2Pi = literal("invSqrt2Pi", 0x1.988454p-2) // 1/√(2π)

	// 2·√(2/π), that times 0.044715, and three times so much.
	geluInner  = literal("geluInner", 0x1.988454p+0)
	geluInner3 = literal("geluInner3", 0.0713548162726)
	geluSlope3 = literal("geluSlope3", 0.2140644488178)
)

func hardSigmoid(z expr) expr { return mul(atMost(atLeast(add(z, three), zero), six), sixth) }

// expAndLess1 returns e^(x+rest) and that less 1 for x ≤ 0 or NaN and a small rest.
func expAndLess1(x, rest expr) (power, less1 expr) {
	kept := notLess(x, expMinNormal)
	n, r := exponent(only(kept, atMost(x, zero)))
	if rest != zero {
		r = add(r, rest)
	}
	m := mulAdd(polynomial(r, expC[2:]), mul(r, r), r) // e^r - 1
	p := pow2(atLeast(n, minus126))
	return where(kept, mul(add(one, m), p)), choose(kept, mulAdd(m, p, sub(p, one)), minusOne)
}

// gated returns y = z·g(z) and its derivative where g(z) + g(-z) = 1, as is
// g of SiLU and of both GELUs:
//
//	y = max(z, 0) - |z|·g(-|z|),  y'(z) + y'(-z) = 1
//
// so that only the tail is to be computed, |z|·g(-|z|) and y'(-|z|), and nothing
// cancels. A tail is 0 where |z| is beyond what it keeps.
func gated(z expr, tail func(magnitude expr) (v, slope expr)) (y, slope expr) {
	v, s := tail(abs(z))
	return sub(atLeast(z, zero), v), choose(notLess(z, zero), sub(one, s), s)
}

// negExp returns e^-x for x ≥ 0 in its parts, e·2ⁿ, and as t, which is right where n
// is at least -126, and elsewhere only no less: what is added to 1.
func negExp(x expr) (e, n, t expr) {
	n, r := exponent(neg(x))
	e = polynomial(r, expC)
	return e, n, scale(e, atLeast(n, minus126))
}

// siluTail is |z|·σ(-|z|), and its slope σ(-|z|)·(1 - |z|·σ(|z|)).
func siluTail(magnitude expr) (v, slope expr) {
	kept := notLess(siluMax, magnitude)
	x := only(kept, magnitude)
	e, n, t := negExp(x)
	q := div(one, add(one, t))
	v = where(kept, scaleGradual(mul(mul(e, x), q), n))
	return v, where(kept, scaleGradual(mul(mul(e, q), negMulAdd(x, q, one)), n))
}

// geluC are half the coefficients of P in erfc's form (errorfunction.go), of degree 8: minimax ones of the
// relative error for |z|/√2 in [0, 9.17], rounded one after the other. It is 2^-24.5.
var geluC = coefficients("geluC", 0x1.26f44cp-1, 0x1.93fb66p+0, 0x1.2d894ap+1, 0x1.406b3cp-1, -0x1.a48142p+1, -0x1.7e7a98p+0,
	0x1.cbb0e2p+2, 0x1.a17b1p-1, -0x1.e1cbe6p+3)

// geluTail is |z|·Φ(-|z|), and its slope Φ(-|z|) - |z|·φ(z), where φ is the normal
// density. Φ is normalCDF without what erfc corrects q by, and with a shorter P: a quarter faster, and
// within 6 ulp (5.90 measured) rather than 5. Without what the square has lost, too, the error would grow with z².
func geluTail(magnitude expr) (v, slope expr) {
	kept := notLess(geluMax, magnitude)
	x := only(kept, magnitude)
	y := only(kept, atLeast(magnitude, erfcTiny))
	z := mul(y, minusHalf)
	high := mul(y, z)
	n, r := exponent(high)
	e := polynomial(sub(r, negMulAdd(y, z, high)), expC)
	q := div(one, mulAdd(y, sqrtHalf, two))
	p := mul(q, polynomial(sub(q, erfcCenter), geluC))
	v = where(kept, scale(mul(mul(e, p), x), n))
	return v, where(kept, scale(mul(e, negMulAdd(x, invSqrt2Pi, p)), n))
}

// geluTanhTail is siluTail of a w for |z|: |z|·σ(-w), w = |z|·(c + c'·z²), and its slope
// σ(-w)·(1 - |z|·σ(w)·(c + 3c'·z²)).
func geluTanhTail(magnitude expr) (v, slope expr) {
	kept := notLess(geluTanhMax, magnitude)
	x := only(kept, magnitude)
	y := only(kept, atLeast(magnitude, erfcTiny)) // whose square is not denormal
	square := mul(y, y)
	e, n, t := negExp(mul(y, mulAdd(square, geluInner3, geluInner)))
	q := div(one, add(one, t))
	v = where(kept, scaleGradual(mul(mul(e, x), q), n))
	inner := mulAdd(square, geluSlope3, geluInner)
	return v, where(kept, scaleGradual(mul(mul(e, q), negMulAdd(mul(x, q), inner, one)), n))
}

// mish is z·tanh(softplus z), where tanh(log(1+e^z)) is a ratio of polynomials in
// t = e^-|z|:
//
//	z < 0  t·(t+2) / (t·(t+2)+2)     z ≥ 0  (1+2t) / (1+2t+2t²)
//
// and with the ratio written as t·g/d or g/d, its slope is
//
//	z < 0  t·(g + 4z·(1+t)/d) / d    z ≥ 0  (g + 4z·t²·(1+t)/d) / d
func mish(z, _, _ expr) (y, slope expr) {
	kept := notLess(siluMax, abs(z))
	e, n, t := negExp(only(kept, abs(z)))
	t = where(kept, t)
	positive := notLess(z, zero)
	least := atLeast(t, pow2of62) // whose square is not denormal, and nothing beside 1
	square := mul(least, least)
	g := choose(positive, mulAdd(two, t, one), add(t, two))
	d := choose(positive, mulAdd(two, square, g), mulAdd(t, g, two))
	q := div(one, d)
	rest := mul(mul(mul(atMost(z, pow2of7), four), q), mul(add(one, t), choose(positive, square, one)))
	slope = mul(q, add(g, rest))
	y = mul(mul(z, g), q)
	y = choose(positive, y, where(kept, scaleGradual(mul(e, y), n)))
	return y, choose(positive, slope, where(kept, scaleGradual(mul(e, slope), n)))
}
