package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// place is where the body of a loop stands: at one vector of every slice.
type place struct {
	v     *isa
	index reg.Register // of the first element of the round
	unit  int          // which vector of the round; picks an accumulator
	mask  reg.Register // nil for a whole vector: lanes of the tail that exist
}

// loop runs body for all elements 0 ≤ i < n: rounds of unroll vectors as long
// as they fit, then single vectors, then what is left, with a mask. All of
// them are the same instructions, so that an element's result does not depend
// on where it stands. n is used up.
func (v *isa) loop(name string, n reg.Register, unroll int, body func(at place)) {
	index := GP64()
	XORQ(index, index)
	v.rounds(name+"Rounds", n, index, unroll, body)
	if unroll > 1 {
		v.rounds(name+"Vectors", n, index, 1, body)
	}
	TESTQ(n, n)
	JE(LabelRef(name + "Done"))
	body(place{v: v, index: index, mask: v.tailMask(n)})
	Label(name + "Done")
}

func (v *isa) rounds(name string, n, index reg.Register, unroll int, body func(at place)) {
	step := unroll * v.lanes
	JMP(LabelRef(name + "Test"))
	Label(name)
	for unit := range unroll {
		body(place{v: v, index: index, unit: unit})
	}
	ADDQ(Imm(uint64(step)), index)
	SUBQ(Imm(uint64(step)), n)
	Label(name + "Test")
	CMPQ(n, Imm(uint64(step)))
	JGE(LabelRef(name))
}

// tailMask returns the mask of the first n lanes, 0 < n < lanes.
func (v *isa) tailMask(n reg.Register) reg.Register {
	if v.avx512() {
		// 2ⁿ - 1
		MOVQ(n, reg.RCX)
		bits := GP32()
		MOVL(U32(1), bits)
		SHLL(reg.CL, bits)
		DECL(bits)
		mask := K()
		KMOVW(bits, mask)
		return mask
	}
	// The window on eight ones and eight zeros that starts n before the zeros.
	ones, ok := v.data["tailMasks"]
	if !ok {
		ones = GLOBL("tailMasks", RODATA|NOPTR)
		for i, pattern := range []uint64{1<<64 - 1, 0} {
			for j := range 4 {
				DATA(32*i+8*j, U64(pattern))
			}
		}
		v.data["tailMasks"] = ones
	}
	zeros, back := GP64(), GP64()
	LEAQ(ones.Offset(32), zeros)
	MOVQ(n, back)
	NEGQ(back)
	mask := v.vec()
	VMOVUPS(Mem{Base: zeros, Index: back, Scale: 4}, mask)
	return mask
}

func (at place) address(base reg.Register) Mem {
	return Mem{Base: base, Index: at.index, Scale: 4, Disp: 4 * at.unit * at.v.lanes}
}

// load returns the elements of the slice at base; lanes past its end are 0.
func (at place) load(base reg.Register) reg.VecVirtual {
	x := at.v.vec()
	switch {
	case at.mask == nil:
		VMOVUPS(at.address(base), x)
	case at.v.avx512():
		VMOVUPS_Z(at.address(base), at.mask, x)
	default:
		VMASKMOVPS(at.address(base), at.mask, x)
	}
	return x
}

// loadOr is load with another value in lanes past the end.
func (at place) loadOr(fill, base reg.Register) reg.VecVirtual {
	switch {
	case at.mask == nil:
		return at.load(base)
	case at.v.avx512():
		x := at.v.copyOf(fill)
		VMOVUPS(at.address(base), at.mask, x)
		return x
	default:
		x := at.load(base)
		VBLENDVPS(at.mask, x, fill, x)
		return x
	}
}

// store writes x to the slice at base, and nothing past its end.
func (at place) store(x, base reg.Register) {
	switch {
	case at.mask == nil:
		VMOVUPS(x, at.address(base))
	case at.v.avx512():
		VMOVUPS(x, at.mask, at.address(base))
	default:
		VMASKMOVPS(x, at.mask, at.address(base))
	}
}
