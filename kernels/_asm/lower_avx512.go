package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// AVX-512 has mask registers, with which nearly every instruction leaves lanes
// out, and instructions for a·2ⁿ and for the a of such a product.

// fromThreeQuarters is the operand of VGETMANTPS for results in [¾, 3/2).
const fromThreeQuarters = U8(3)

// notLessInteger is a predicate of VPCMPUD.
const notLessInteger = U8(5)

func impliedAVX512(n *node) []expr {
	switch n.op {
	case opCopySign:
		return []expr{signBit}
	case opPow2:
		return []expr{one}
	case opNormal, opDecay:
		return []expr{exponentBits}
	}
	return nil
}

// foldAVX512: a·2ⁿ leaves lanes out by itself, which keeps them from being
// denormal.
func foldAVX512(n, arg *node) bool {
	return n.op == opWhere && (arg.op == opScale || arg.op == opScaleGradual)
}

func (r *x86Run) lowerAVX512(n *node) bool {
	a := n.args
	rounded := func(how uint64) {
		to := r.over(a...)
		VRNDSCALEPS(Imm(how), r.value(a[0]), to)
		r.values[n] = to
	}
	compare := func(predicate U8, x, y *node) {
		k := K()
		VCMPPS(predicate, r.value(y), r.value(x), k)
		r.masks[n] = x86Mask{register: k}
	}
	switch n.op {
	case opCopySign:
		to := r.writable(a[0])
		VPTERNLOGD(U8(0xb8), r.value(a[1]), r.constant(signBit), to) // sign ? s : x, bit by bit
		r.values[n] = to
	case opRound:
		rounded(roundNearest)
	case opFloor:
		rounded(roundDown)
	case opPow2:
		to := r.over(a...)
		VSCALEFPS(r.value(a[0]), r.constant(one), to)
		r.values[n] = to
	case opScale, opScaleGradual:
		to := r.over(a...)
		VSCALEFPS(r.value(a[1]), r.value(a[0]), to)
		r.values[n] = to
	case opSignificand:
		to := r.over(a...)
		VGETMANTPS(fromThreeQuarters, r.value(a[0]), to)
		r.values[n] = to
	case opGreater:
		compare(greaterThan, a[0], a[1])
	case opNotZero:
		compare(otherThan, a[0], a[1])
	case opNotLess:
		compare(notLessThan, a[0], a[1])
	case opIsNaN:
		compare(unordered, a[0], a[0])
	case opReaches:
		k := K()
		VPCMPUD(notLessInteger, r.value(a[1]), r.value(a[0]), k)
		r.masks[n] = x86Mask{register: k, integer: true}
	case opNegative:
		k := K()
		VPMOVD2M(r.value(a[0]), k)
		r.masks[n] = x86Mask{register: k}
	case opNormal:
		r.masks[n] = x86Mask{register: r.normal(r.value(a[0])), integer: true}
	case opWhere:
		r.values[n] = r.whereAVX512(r.masks[a[0]], a[1])
	case opChoose:
		to := r.over(a[1], a[2])
		VBLENDMPS(r.operand(a[1]), r.value(a[2]), r.masks[a[0]].register, to)
		r.values[n] = to
	case opOnly:
		r.values[n] = r.writable(a[1]) // scale copes with all numbers
	case opKeepNaN:
		k, to := K(), r.writable(a[1])
		VCMPPS(unordered, r.value(a[0]), r.value(a[0]), k)
		VMOVAPS(r.value(a[0]), k, to)
		r.values[n] = to
	case opDecay: // since 0 times the factor is 0
		k, to := r.normal(r.value(a[0])), r.over(a...)
		VMULPS_Z(r.value(a[1]), r.value(a[0]), k, to)
		r.values[n] = to
	default:
		return false
	}
	return true
}

// whereAVX512 returns x, or 0 where the mask says no.
func (r *x86Run) whereAVX512(m x86Mask, x *node) reg.VecVirtual {
	switch {
	case r.p.folded[x]:
		to := r.over(x.args...)
		VSCALEFPS_Z(r.value(x.args[1]), r.value(x.args[0]), m.register, to)
		return to
	case m.integer:
		to := r.over(x)
		VMOVDQA32_Z(r.value(x), m.register, to)
		return to
	}
	to := r.over(x)
	VMOVAPS_Z(r.value(x), m.register, to)
	return to
}

// normal returns the mask of lanes that are neither denormal nor 0: only those
// have no bits in their exponent.
func (r *x86Run) normal(x reg.VecVirtual) reg.OpmaskVirtual {
	k := K()
	VPTESTMD(r.constant(exponentBits), x, k)
	return k
}
