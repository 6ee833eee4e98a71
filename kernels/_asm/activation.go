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
	e := v.exponential()
	sign := v.bits("signBit", signBit)
	one := v.splat("one", 1)
	low := v.splat("expMinNormal", v.spec.constant("expMinNormal"))
	v.loop("sigmoid", n, 2, func(at place) {
		in, x := at.load(z), v.vec()
		VORPS(sign, in, x)
		t := e.exp(x, low, false)
		denominator := v.vec()
		VADDPS(t, one, denominator)
		if v.avx512() {
			positive := K()
			VPMOVD2M(in, positive)
			KNOTW(positive, positive)
			VMOVAPS(one, positive, t)
		} else {
			VBLENDVPS(in, t, one, t) // t where the sign bit is set
		}
		VDIVPS(denominator, t, t)
		at.store(t, dst)
	})
	v.done()
}

func tanh(v *isa) {
	v.function("tanh", "within 2.6 ulp (2.50 measured), as ∓t/(t+2), where t = e^(-2|z|) - 1.")
	z, n := v.slice("z")
	dst := v.base("dst")
	e := v.exponential()
	sign := v.bits("signBit", signBit)
	magnitude := v.bits("magnitude", signBit-1)
	two := v.constant("two", 2)
	low := v.splat("tanhMin", v.spec.constant("tanhMin"))
	v.loop("tanh", n, 2, func(at place) {
		in, x := at.load(z), v.vec()
		VORPS(sign, in, x)
		VADDPS(x, x, x)
		v.clampBelow(low, x)
		t := e.expm1(x)
		denominator := v.vec()
		VADDPS(two, t, denominator)
		VDIVPS(denominator, t, t)
		v.copySign(sign, magnitude, in, t)
		at.store(t, dst)
	})
	v.done()
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
		slope := v.vec()
		VSUBPS(y, one, slope)
		VMULPS(y, slope, slope)
		VMULPS(dy, slope, slope)
		return slope
	})
}

func deriveTanh(v *isa) {
	v.function("deriveTanh", "with 1 - y² rounded once.")
	one := v.constant("one", 1)
	derivative(v, "deriveTanh", func(dy, y reg.VecVirtual) reg.VecVirtual {
		VFNMADD213PS(one, y, y)
		VMULPS(dy, y, y)
		return y
	})
}

func deriveReLU(v *isa) {
	v.function("deriveReLU")
	zero := v.zero()
	derivative(v, "deriveReLU", func(dy, y reg.VecVirtual) reg.VecVirtual {
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
	})
}
