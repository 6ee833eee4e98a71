package main

// neonExponential writes e^x as exponential does for amd64, in the same
// operations: the results agree to the bit.
type neonExponential struct {
	v                      *neon
	log2e, ln2High, ln2Low vector
	c                      []vector // c[i] is the coefficient of r^i
	one                    vector
	bias                   vector // of exponents: 127, as an integer
	zero                   vector
}

func (v *neon) exponential() *neonExponential {
	e := &neonExponential{
		v:       v,
		zero:    v.zero(),
		log2e:   v.splat(log2e),
		ln2High: v.splat(ln2High),
		ln2Low:  v.splat(ln2Low),
		one:     v.splat(1),
		bias:    v.bits(127),
	}
	e.c = []vector{e.one, e.one}
	for _, name := range []string{"expC2", "expC3", "expC4", "expC5", "expC6"} {
		e.c = append(e.c, v.splat(v.spec.constant(name)))
	}
	return e
}

// reduce returns n, the integer nearest to x·log₂e, and r = x - n·ln 2, which
// overwrites x.
func (e *neonExponential) reduce(x vector) (n, r vector) {
	n = e.v.vec()
	e.v.do(fMUL, n, x, e.log2e)
	e.v.do(fRINTN, n, n)
	e.v.fmls(x, n, e.ln2High)
	e.v.fmls(x, n, e.ln2Low)
	return n, x
}

// horner returns c[low] + c[low+1]·r + … + c[6]·r^(6-low). FMLA adds to what
// it overwrites, so that every step starts from a copy of a coefficient.
func (e *neonExponential) horner(r vector, low int) vector {
	p := e.c[6]
	for i := 5; i >= low; i-- {
		next := e.v.copyOf(e.c[i])
		e.v.fmla(next, p, r)
		p = next
	}
	return p
}

// exp returns e^x where x is at least low, else 0, and uses x up; x must not
// be above expMax, and NaN stays NaN. The result underflows gradually if low
// is expMin. If low is expMinNormal, it is never denormal, and x must not be
// above 0 either.
func (e *neonExponential) exp(x, low vector, gradual bool) vector {
	v := e.v
	less := v.vec()
	v.do(fCMGT, less, low, x)
	v.insert(x, e.zero, less) // which is no trouble
	n, r := e.reduce(x)
	p := e.horner(r, 0)
	v.do(fCVTNS, n, n)
	if gradual {
		// 2ⁿ itself may be out of range where p·2ⁿ is not: multiply by two
		// halves of it. The first product is exact, so rounding happens once.
		half := v.vec()
		v.word(sSHR, int(half), int(n), 1)
		v.asm("VSUB %s, %s, %s", half.s4(), n.s4(), n.s4())
		v.do(fMUL, p, p, e.pow2(half))
	}
	v.do(fMUL, p, p, e.pow2(n))
	v.insert(p, e.zero, less)
	return p
}

// pow2 returns 2ⁿ for integers n in (-127, 128), and uses n up.
func (e *neonExponential) pow2(n vector) vector {
	e.v.asm("VADD %s, %s, %s", e.bias.s4(), n.s4(), n.s4())
	e.v.asm("VSHL $23, %s, %s", n.s4(), n.s4())
	return n
}

// expm1 returns e^x - 1 for x in [tanhMin, 0] or NaN, and uses x up: with
// e^r - 1 = r + r²·q(r), it is 2ⁿ·(e^r - 1) + (2ⁿ - 1).
func (e *neonExponential) expm1(x vector) vector {
	v := e.v
	n, r := e.reduce(x)
	q, square := e.horner(r, 2), v.vec()
	v.do(fMUL, square, r, r)
	v.fmla(r, q, square)
	v.do(fCVTNS, n, n)
	pow2, result := e.pow2(n), v.vec()
	v.do(fSUB, result, pow2, e.one)
	v.fmla(result, r, pow2)
	return result
}

// neonExp writes Set.Exp.
func neonExp(v *neon) {
	v.function("exp", "within 1 ulp (0.90 measured).")
	x, n := v.slice("x")
	dst := v.base("dst")
	e := v.exponential()
	low, high := v.splat(v.spec.constant("expMin")), v.splat(v.spec.constant("expMax"))
	v.loop("exp", n, 2, func(at neonPlace) {
		in := at.load(x)
		v.do(fMIN, in, in, high) // NaN stays
		at.store(e.exp(in, low, true), dst)
	})
	v.done()
}
