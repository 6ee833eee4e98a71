package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// activation writes e^x, the activations, and their derivatives.
func activation(v *isa) {
	expKernel(v)
	step(v)
	sigmoid(v)
	tanh(v)
	relu(v)
	deriveSigmoid(v)
	deriveTanh(v)
	deriveReLU(v)
}

// Predicates of VCMPPS, ordered and unordered ones, none of which traps.
const (
	equal       = U8(0x00)
	unordered   = U8(0x03)
	notLess     = U8(0x15) // or unordered
	greaterThan = U8(0x1e)
)

const signBit = 1 << 31

func step(v *isa) {
	v.function("step")
	z, n := v.slice("z")
	dst := v.base("dst")
	zero, one := v.zero(), v.splat("one", 1)
	v.loop("step", n, 4, func(at place) {
		in, out := at.load(z), v.vec()
		if v.avx512() {
			positive, nan := K(), K()
			VCMPPS(greaterThan, zero, in, positive)
			VCMPPS(unordered, in, in, nan)
			VMOVAPS_Z(one, positive, out)
			VMOVAPS(in, nan, out)
		} else {
			VCMPPS(greaterThan, zero, in, out)
			VANDPS(one, out, out)
			VCMPPS(unordered, in, in, in) // all ones, which is a NaN
			VORPS(in, out, out)
		}
		at.store(out, dst)
	})
	v.done()
}

func sigmoid(v *isa) {
	v.function("sigmoid", "within 2.5 ulp (2.41 measured), as 1/(1+t) or, for z < 0, t/(1+t), where",
		"t = e^-|z|, which counts as 0 where it would be denormal.")
	z, n := v.slice("z")
	dst := v.base("dst")
	f := v.logistic()
	v.loop("sigmoid", n, 2, func(at place) {
		at.store(f.of(f.exp(at.load(z))), dst)
	})
	v.done()
}

// logistic writes 1/(1+e^-z).
type logistic struct {
	v    *isa
	e    *exponential
	sign Op
	one  reg.VecVirtual
	low  reg.VecVirtual
}

func (v *isa) logistic() *logistic {
	return &logistic{
		v:    v,
		e:    v.exponential(),
		sign: v.bits("signBit", signBit),
		one:  v.splat("one", 1),
		low:  v.splat("expMinNormal", v.spec.constant("expMinNormal")),
	}
}

// exp returns t = e^-|z| beside z.
func (f *logistic) exp(z reg.VecVirtual) (same, t reg.VecVirtual) {
	x := f.v.vec()
	VORPS(f.sign, z, x)
	return z, f.e.exp(x, f.low, false)
}

// of returns 1/(1+e^-z) for z and t = e^-|z|, which it uses up.
func (f *logistic) of(z, t reg.VecVirtual) reg.VecVirtual {
	denominator := f.v.vec()
	VADDPS(t, f.one, denominator)
	if f.v.avx512() {
		negative := K()
		VPMOVD2M(z, negative)
		VBLENDMPS(t, f.one, negative, t)
	} else {
		VBLENDVPS(z, t, f.one, t) // t where the sign bit is set
	}
	VDIVPS(denominator, t, t)
	return t
}

func tanh(v *isa) {
	v.function("tanh", "within 2.6 ulp (2.50 measured), as ∓t/(t+2), where t = e^(-2|z|) - 1.")
	z, n := v.slice("z")
	dst := v.base("dst")
	f := v.hyperbolic()
	v.loop("tanh", n, 2, func(at place) {
		at.store(f.of(at.load(z)), dst)
	})
	v.done()
}

// hyperbolic writes tanh z.
type hyperbolic struct {
	v                    *isa
	e                    *exponential
	sign, magnitude, two Op
	low                  reg.VecVirtual
}

func (v *isa) hyperbolic() *hyperbolic {
	return &hyperbolic{
		v:         v,
		e:         v.exponential(),
		sign:      v.bits("signBit", signBit),
		magnitude: v.bits("magnitude", signBit-1),
		two:       v.constant("two", 2),
		low:       v.splat("tanhMin", v.spec.constant("tanhMin")),
	}
}

// of returns tanh z and uses z up.
func (f *hyperbolic) of(z reg.VecVirtual) reg.VecVirtual {
	x := f.v.vec()
	VORPS(f.sign, z, x)
	VADDPS(x, x, x)
	f.v.clampBelow(f.low, x)
	t := f.e.expm1(x)
	denominator := f.v.vec()
	VADDPS(f.two, t, denominator)
	VDIVPS(denominator, t, t)
	f.v.copySign(f.sign, f.magnitude, z, t)
	return t
}

// copySign gives x the sign of s, which is used up.
func (v *isa) copySign(sign, magnitude Op, s, x reg.VecVirtual) {
	if v.avx512() {
		VPTERNLOGD(U8(0xb8), s, sign, x) // sign ? s : x, bit by bit
		return
	}
	VANDPS(sign, s, s)
	VANDPS(magnitude, x, x)
	VORPS(s, x, x)
}

func relu(v *isa) {
	v.function("relu")
	z, n := v.slice("z")
	dst := v.base("dst")
	zero := v.zero()
	v.loop("relu", n, 4, func(at place) {
		in := at.load(z)
		VMAXPS(in, zero, in) // returns its first operand for NaN and for -0
		at.store(in, dst)
	})
	v.done()
}

// derivative writes a kernel dz = f(dy, y).
func derivative(v *isa, name string, f func(dy, y reg.VecVirtual) reg.VecVirtual) {
	in, n := v.slice("y")
	upstream, out := v.base("dy"), v.base("dz")
	v.loop(name, n, 4, func(at place) {
		at.store(f(at.load(upstream), at.load(in)), out)
	})
	v.done()
}

func deriveSigmoid(v *isa) {
	v.function("deriveSigmoid")
	one := v.splat("one", 1)
	derivative(v, "deriveSigmoid", func(dy, y reg.VecVirtual) reg.VecVirtual {
		return v.sigmoidSlope(one, dy, y)
	})
}

// sigmoidSlope returns dy·(y·(1-y)).
func (v *isa) sigmoidSlope(one, dy, y reg.VecVirtual) reg.VecVirtual {
	slope := v.vec()
	VSUBPS(y, one, slope)
	VMULPS(y, slope, slope)
	VMULPS(dy, slope, slope)
	return slope
}

func deriveTanh(v *isa) {
	v.function("deriveTanh", "with 1 - y² rounded once.")
	one := v.constant("one", 1)
	derivative(v, "deriveTanh", func(dy, y reg.VecVirtual) reg.VecVirtual {
		return v.tanhSlope(one, dy, y)
	})
}

// tanhSlope returns dy·(1-y²) and uses y up.
func (v *isa) tanhSlope(one Op, dy, y reg.VecVirtual) reg.VecVirtual {
	VFNMADD213PS(one, y, y)
	VMULPS(dy, y, y)
	return y
}

func deriveReLU(v *isa) {
	v.function("deriveReLU")
	zero := v.zero()
	derivative(v, "deriveReLU", func(dy, y reg.VecVirtual) reg.VecVirtual {
		return v.reluSlope(zero, dy, y)
	})
}

// reluSlope returns dy where y > 0, else 0.
func (v *isa) reluSlope(zero, dy, y reg.VecVirtual) reg.VecVirtual {
	out := v.vec()
	if v.avx512() {
		positive := K()
		VCMPPS(greaterThan, zero, y, positive)
		VMOVAPS_Z(dy, positive, out)
	} else {
		VCMPPS(greaterThan, zero, y, out)
		VANDPS(dy, out, out)
	}
	return out
}
