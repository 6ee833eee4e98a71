package main

// neonActivation writes e^x, the activations, and their derivatives.
func neonActivation(v *neon) {
	neonExp(v)
	neonStep(v)
	neonSigmoid(v)
	neonTanh(v)
	neonReLU(v)
	neonDeriveSigmoid(v)
	neonDeriveTanh(v)
	neonDeriveReLU(v)
}

func neonStep(v *neon) {
	v.function("step")
	z, n := v.slice("z")
	dst := v.base("dst")
	one := v.splat(1)
	v.loop("step", n, 4, func(at neonPlace) {
		in, out, number := at.load(z), v.vec(), v.vec()
		v.do(fCMGT0, out, in)
		v.and(out, out, one)
		v.do(fCMEQ, number, in, in)
		v.asm("VBIF %s, %s, %s", number.b16(), in.b16(), out.b16()) // what is not a number stays
		at.store(out, dst)
	})
	v.done()
}

func neonSigmoid(v *neon) {
	v.function("sigmoid", "within 2.5 ulp (2.41 measured), as 1/(1+t) or, for z < 0, t/(1+t), where",
		"t = e^-|z|, which counts as 0 where it would be denormal.")
	z, n := v.slice("z")
	dst := v.base("dst")
	e := v.exponential()
	sign := v.bits(signBit)
	low := v.splat(v.spec.constant("expMinNormal"))
	v.loop("sigmoid", n, 2, func(at neonPlace) {
		in, x := at.load(z), v.vec()
		v.or(x, in, sign)
		t := e.exp(x, low, false)
		denominator := v.vec()
		v.do(fADD, denominator, t, e.one)
		v.do(fCMLT0, in, in)
		v.asm("VBIF %s, %s, %s", in.b16(), e.one.b16(), t.b16()) // t where z < 0
		v.do(fDIV, t, t, denominator)
		at.store(t, dst)
	})
	v.done()
}

func neonTanh(v *neon) {
	v.function("tanh", "within 2.6 ulp (2.50 measured), as ∓t/(t+2), where t = e^(-2|z|) - 1.")
	z, n := v.slice("z")
	dst := v.base("dst")
	e := v.exponential()
	sign, two := v.bits(signBit), v.splat(2)
	low := v.splat(v.spec.constant("tanhMin"))
	v.loop("tanh", n, 2, func(at neonPlace) {
		in, x := at.load(z), v.vec()
		v.or(x, in, sign)
		v.do(fADD, x, x, x)
		v.do(fMAX, x, x, low) // NaN stays
		t := e.expm1(x)
		denominator := v.vec()
		v.do(fADD, denominator, t, two)
		v.do(fDIV, t, t, denominator)
		v.insert(t, in, sign)
		at.store(t, dst)
	})
	v.done()
}

func neonReLU(v *neon) {
	v.function("relu")
	z, n := v.slice("z")
	dst := v.base("dst")
	zero := v.zero()
	v.loop("relu", n, 4, func(at neonPlace) {
		in, negative := at.load(z), v.vec()
		v.do(fCMLT0, negative, in) // FMAX would turn -0 into 0
		v.insert(in, zero, negative)
		at.store(in, dst)
	})
	v.done()
}

// neonDerivative writes a kernel dz = f(dy, y).
func neonDerivative(v *neon, name string, f func(dy, y vector) vector) {
	in, n := v.slice("y")
	upstream, out := v.base("dy"), v.base("dz")
	v.loop(name, n, 4, func(at neonPlace) {
		at.store(f(at.load(upstream), at.load(in)), out)
	})
	v.done()
}

func neonDeriveSigmoid(v *neon) {
	v.function("deriveSigmoid")
	one := v.splat(1)
	neonDerivative(v, "deriveSigmoid", func(dy, y vector) vector {
		slope := v.vec()
		v.do(fSUB, slope, one, y)
		v.do(fMUL, slope, slope, y)
		v.do(fMUL, slope, slope, dy)
		return slope
	})
}

func neonDeriveTanh(v *neon) {
	v.function("deriveTanh", "with 1 - y² rounded once.")
	one := v.splat(1)
	neonDerivative(v, "deriveTanh", func(dy, y vector) vector {
		slope := v.copyOf(one)
		v.fmls(slope, y, y)
		v.do(fMUL, slope, slope, dy)
		return slope
	})
}

func neonDeriveReLU(v *neon) {
	v.function("deriveReLU")
	neonDerivative(v, "deriveReLU", func(dy, y vector) vector {
		v.do(fCMGT0, y, y)
		v.and(y, y, dy)
		return y
	})
}
