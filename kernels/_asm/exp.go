package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// exponential writes e^x as the generic kernel does it (generic_exp.go), in
// float32: ln 2 is split in two, so that r = x - n·ln 2 is right to the last
// bit although n·ln 2 has more bits than a float32.
type exponential struct {
	v                      *isa
	log2e, ln2High, ln2Low Op
	c                      []Op // c[i] is the coefficient of r^i
	one                    Op
	exponentBias           Op // AVX2: 127, as an integer
}

const (
	log2e   = 0x1.715476p+0
	ln2High = 0x1.62e43p-1
	ln2Low  = -0x1.05c61p-29
)

func (v *isa) exponential() *exponential {
	e := &exponential{
		v:       v,
		log2e:   v.constant("log2e", log2e),
		ln2High: v.constant("ln2High", ln2High),
		ln2Low:  v.constant("ln2Low", ln2Low),
		one:     v.constant("one", 1),
	}
	e.c = []Op{e.one, e.one}
	for _, name := range []string{"expC2", "expC3", "expC4", "expC5", "expC6"} {
		e.c = append(e.c, v.constant(name, v.spec.constant(name)))
	}
	if !v.avx512() {
		e.exponentBias = v.bits("exponentBias", 127)
	}
	return e
}

// reduce returns n, the integer nearest to x·log₂e, and r = x - n·ln 2, which
// overwrites x.
func (e *exponential) reduce(x reg.VecVirtual) (n, r reg.VecVirtual) {
	n = e.v.vec()
	VMULPS(e.log2e, x, n)
	if e.v.avx512() {
		VRNDSCALEPS(Imm(8), n, n)
	} else {
		VROUNDPS(Imm(8), n, n)
	}
	VFNMADD231PS(e.ln2High, n, x)
	VFNMADD231PS(e.ln2Low, n, x)
	return n, x
}

// horner returns c[low] + c[low+1]·r + … + c[6]·r^(6-low).
func (e *exponential) horner(r reg.VecVirtual, low int) reg.VecVirtual {
	p := e.v.copyOf(e.c[6])
	for i := 5; i >= low; i-- {
		VFMADD213PS(e.c[i], r, p)
	}
	return p
}

// exp returns e^x where x is at least low, else 0, and uses x up; x must not
// be above expMax, and NaN stays NaN. The result underflows gradually if low
// is expMin. If low is expMinNormal, it is never denormal, and for AVX2 x must
// not be above 0 either.
//
// Lanes below low are kept out of the last step, because a result that would
// be denormal takes the processor some 70 ns.
func (e *exponential) exp(x, low reg.VecVirtual, gradual bool) reg.VecVirtual {
	if e.v.avx512() {
		kept := K()
		VCMPPS(notLess, low, x, kept)
		n, r := e.reduce(x)
		p := e.horner(r, 0)
		VSCALEFPS_Z(n, p, kept, p)
		return p
	}
	kept := e.v.vec()
	VCMPPS(notLess, low, x, kept)
	VANDPS(kept, x, x) // the others become 0, which is no trouble
	n, r := e.reduce(x)
	p := e.horner(r, 0)
	VCVTPS2DQ(n, n)
	if gradual {
		// 2ⁿ itself may be out of range where p·2ⁿ is not: multiply by two
		// halves of it. The first product is exact, so rounding happens once.
		half := e.v.vec()
		VPSRAD(Imm(1), n, half)
		VPSUBD(half, n, n)
		VMULPS(e.pow2(half), p, p)
	}
	VMULPS(e.pow2(n), p, p)
	VANDPS(kept, p, p)
	return p
}

// pow2 returns 2ⁿ for integers n in (-127, 128), and uses n up (AVX2).
func (e *exponential) pow2(n reg.VecVirtual) reg.VecVirtual {
	VPADDD(e.exponentBias, n, n)
	VPSLLD(Imm(23), n, n)
	return n
}

// expm1 returns e^x - 1 for x in [tanhMin, 0] or NaN, and uses x up: with
// e^r - 1 = r + r²·q(r), it is 2ⁿ·(e^r - 1) + (2ⁿ - 1).
func (e *exponential) expm1(x reg.VecVirtual) reg.VecVirtual {
	n, r := e.reduce(x)
	q := e.horner(r, 2)
	square := e.v.vec()
	VMULPS(r, r, square)
	VFMADD213PS(r, square, q)
	var pow2 reg.VecVirtual
	if e.v.avx512() {
		pow2 = e.v.vec()
		VSCALEFPS(n, e.one, pow2)
	} else {
		VCVTPS2DQ(n, n)
		pow2 = e.pow2(n)
	}
	less := e.v.vec()
	VSUBPS(e.one, pow2, less)
	VFMADD213PS(less, pow2, q)
	return q
}

// clampBelow returns x where it is at least low, else low; NaN stays NaN
// because VMAXPS returns its first operand, x, then.
func (v *isa) clampBelow(low, x reg.VecVirtual) {
	VMAXPS(x, low, x)
}

// clampAbove is clampBelow for an upper bound.
func (v *isa) clampAbove(high, x reg.VecVirtual) {
	VMINPS(x, high, x)
}

// expKernel writes Set.Exp.
func expKernel(v *isa) {
	v.function("exp", "within 1 ulp (0.90 measured).")
	x, n := v.slice("x")
	dst := v.base("dst")
	e := v.exponential()
	low := v.splat("expMin", v.spec.constant("expMin"))
	high := v.splat("expMax", v.spec.constant("expMax"))
	v.loop("exp", n, 2, func(at place) {
		in := at.load(x)
		v.clampAbove(high, in)
		at.store(e.exp(in, low, true), dst)
	})
	v.done()
}
