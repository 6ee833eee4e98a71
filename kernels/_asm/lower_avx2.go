package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// AVX2 has masks in vectors, and 16 registers, so that constants of arithmetic
// are operands in memory, as far as instructions take them. 2ⁿ is made of its
// bits.

// Predicates of VCMPPS, ordered and unordered ones, none of which traps.
const (
	equal       = U8(0x00)
	unordered   = U8(0x03)
	otherThan   = U8(0x0c)
	notLessThan = U8(0x15) // or unordered
	greaterThan = U8(0x1e)
)

// Operands of VROUNDPS and VRNDSCALEPS, without exceptions.
const (
	roundNearest = 8
	roundDown    = 9
)

func impliedAVX2(n *node) []expr {
	switch n.op {
	case opCopySign:
		return []expr{signBit, magnitude}
	case opPow2, opScale, opScaleGradual:
		return []expr{exponentBias}
	case opSignificand:
		return []expr{threeQuarters, mantissaBits}
	case opNormal, opDecay:
		return []expr{exponentBits, zero}
	}
	return nil
}

// takesMemory reports whether n takes operand i, or if i is -1 a constant that
// it implies, from memory.
func takesMemory(n *node, i int) bool {
	switch n.op {
	case opAdd, opSub, opMul, opDiv, opXor, opMulWord:
		return i == 1
	case opMulAdd, opNegMulAdd:
		switch i {
		case 0: // which is copied, then
			return n.args[2].op == opConstant
		case 1:
			return n.args[2].op != opConstant
		}
		return true
	case opLargest: // with nothing but a load, a second one for each vector takes longer than the rest
		return n.args[0].op != opLoad
	}
	return i < 0
}

// foldAVX2: a blend looks at signs by itself.
func foldAVX2(n, arg *node) bool { return n.op == opChoose && arg.op == opNegative }

func (r *x86Run) lowerAVX2(n *node) bool {
	a := n.args
	rounded := func(how uint64) {
		to := r.over(a...)
		VROUNDPS(Imm(how), r.value(a[0]), to)
		r.values[n] = to
	}
	compare := func(predicate U8, x, y *node) {
		to := r.v.vec()
		VCMPPS(predicate, r.value(y), r.value(x), to)
		r.setMask(n, x86Mask{register: to})
	}
	switch n.op {
	case opCopySign:
		s, to := r.v.vec(), r.over(a[0])
		if r.free(a[1]) && a[0] != a[1] {
			s = r.values[a[1]]
		}
		VANDPS(r.constant(signBit), r.value(a[1]), s)
		VANDPS(r.constant(magnitude), r.value(a[0]), to)
		VORPS(s, to, to)
		r.values[n] = to
	case opRound:
		rounded(roundNearest)
	case opFloor:
		rounded(roundDown)
	case opPow2:
		r.values[n] = r.pow2(r.integer(a[0]))
	case opScale:
		exponent, to := r.pow2(r.integer(a[1])), r.over(a[0])
		VMULPS(exponent, r.value(a[0]), to)
		r.values[n] = to
	case opScaleGradual:
		r.values[n] = r.scaleByHalves(a[0], a[1])
	case opSignificand: // all bits below the exponent, above those of 3/4
		to := r.over(a...)
		VPSUBD(r.constant(threeQuarters), r.value(a[0]), to)
		VPAND(r.constant(mantissaBits), to, to)
		VPADDD(r.constant(threeQuarters), to, to)
		r.values[n] = to
	case opGreater:
		compare(greaterThan, a[0], a[1])
	case opNotZero:
		compare(otherThan, a[0], a[1])
	case opNotLess:
		compare(notLessThan, a[0], a[1])
	case opIsNaN:
		compare(unordered, a[0], a[0])
	case opReaches: // there is no instruction that compares unsigned numbers
		larger, to := r.v.vec(), r.over(a...)
		VPMAXUD(r.value(a[1]), r.value(a[0]), larger)
		VPCMPEQD(larger, r.value(a[0]), to)
		r.setMask(n, x86Mask{register: to, integer: true})
	case opNegative:
		to := r.over(a...)
		VPSRAD(Imm(31), r.value(a[0]), to)
		r.setMask(n, x86Mask{register: to, integer: true})
	case opNormal:
		r.setMask(n, x86Mask{register: r.denormal(r.value(a[0])), inverted: true, integer: true})
	case opWhere:
		r.values[n] = r.whereAVX2(a[0], a[1])
	case opChoose:
		r.values[n] = r.chooseAVX2(a[0], a[1], a[2])
	case opOnly:
		r.values[n] = r.whereAVX2(a[0], a[1])
	case opKeepNaN:
		nan := r.over(a[0])
		VCMPPS(unordered, r.value(a[0]), r.value(a[0]), nan) // all ones, which is a NaN
		to := r.over(a[1])
		VORPS(nan, r.value(a[1]), to)
		r.values[n] = to
	case opDecay:
		denormal, to := r.denormal(r.value(a[0])), r.over(a[0])
		VPANDN(r.value(a[0]), denormal, to)
		VMULPS(r.value(a[1]), to, to)
		r.values[n] = to
	default:
		return false
	}
	return true
}

// whereAVX2 returns x, or 0 where the mask says no. What was made last is
// overwritten.
func (r *x86Run) whereAVX2(mask, x *node) reg.VecVirtual {
	m := r.masks[mask]
	switch {
	case m.integer && m.inverted:
		to := r.over(x, mask)
		VPANDN(r.value(x), m.register, to)
		return to
	case m.integer:
		to := r.over(x, mask)
		VPAND(r.value(x), m.register, to)
		return to
	case r.free(mask) && (x.number < mask.number || !r.free(x)):
		to := r.values[mask]
		VANDPS(r.value(x), to, to)
		return to
	}
	to := r.over(x)
	VANDPS(m.register, r.value(x), to)
	return to
}

// chooseAVX2 returns a or b.
func (r *x86Run) chooseAVX2(mask, a, b *node) reg.VecVirtual {
	to := r.over(a, b)
	m := r.masks[mask]
	if r.p.folded[mask] {
		m = x86Mask{register: r.value(mask.args[0])}
	}
	if m.inverted {
		a, b = b, a
	}
	VBLENDVPS(m.register, r.operand(a), r.value(b), to)
	return to
}

// integer returns n as an integer, in a register that may be overwritten.
func (r *x86Run) integer(n *node) reg.VecVirtual {
	to := r.over(n)
	VCVTPS2DQ(r.value(n), to)
	return to
}

// pow2 returns 2ⁿ for integers n in (-127, 128), and uses n up.
func (r *x86Run) pow2(n reg.VecVirtual) reg.VecVirtual {
	VPADDD(r.constant(exponentBias), n, n)
	VPSLLD(Imm(23), n, n)
	return n
}

// scaleByHalves returns p·2ⁿ where 2ⁿ itself may be out of range: it
// multiplies by two halves of it. The first product is exact, so rounding
// happens once.
func (r *x86Run) scaleByHalves(p, n *node) reg.VecVirtual {
	exponent, half, to := r.integer(n), r.v.vec(), r.over(p)
	VPSRAD(Imm(1), exponent, half)
	VPSUBD(half, exponent, exponent)
	VMULPS(r.pow2(half), r.value(p), to)
	VMULPS(r.pow2(exponent), to, to)
	return to
}

// denormal returns the mask of lanes that are denormal or 0: only those have no
// bits in their exponent.
func (r *x86Run) denormal(x reg.VecVirtual) reg.VecVirtual {
	m := r.v.vec()
	VPAND(r.constant(exponentBits), x, m)
	VPCMPEQD(r.registers["zero"], m, m)
	return m
}

// setMask remembers a mask, which like a value stands in a vector.
func (r *x86Run) setMask(n *node, m x86Mask) {
	r.masks[n] = m
	r.values[n] = m.register.(reg.VecVirtual)
}
