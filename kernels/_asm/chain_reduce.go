package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chainReduce adds up four vectors at a time, in the same order wherever they
// stand: lanes of the same number modulo 4, then the quarters of a vector.
func chainReduce(v *isa) {
	v.chainFunction("chainReduce", "", "four vectors at a time.")
	const group = 4
	p, accumulate := Load(Param("p"), GP64()), Load(Param("accumulate"), GP8L())
	layer, layers := GP64(), GP64()
	MOVQ(v.field(p, "ChainPass", "Layers"), layer)
	MOVQ(length(v.field(p, "ChainPass", "Layers")), layers)
	zero, largest := v.zero(), v.zero()
	magnitude := XMM()
	VBROADCASTSS(v.lanesOf("magnitude", 1<<31-1), magnitude)
	// look compares bits as integers, among which NaN is largest.
	look := func(sum reg.Register) {
		bits := XMM()
		VANDPS(magnitude, sum, bits)
		VPMAXSD(bits, largest.AsX(), largest.AsX())
	}

	Label("layer")
	grads, n, sums := GP64(), GP64(), GP64()
	MOVQ(v.field(layer, "ChainLayer", "Grads"), grads)
	MOVQ(length(v.field(layer, "ChainLayer", "Grads")), n)
	MOVQ(v.field(layer, "ChainLayer", "Sums"), sums)

	Label("group")
	x := make([]reg.VecVirtual, group)
	for i := range x {
		x[i] = v.vec()
		m := Mem{Base: sums, Disp: 4 * v.lanes * i}
		VMOVUPS(m, x[i])
		VMOVUPS(zero, m)
	}
	sum := v.addLanes(x)
	SUBQ(Imm(group), n)
	JLT(LabelRef("tail"))
	TESTB(accumulate, accumulate)
	JEQ(LabelRef("store"))
	VADDPS(Mem{Base: grads}, sum, sum)
	Label("store")
	VMOVUPS(sum, Mem{Base: grads})
	look(sum)
	ADDQ(Imm(4*group), grads)
	ADDQ(U32(uint32(4*v.lanes*group)), sums)
	TESTQ(n, n)
	JNE(LabelRef("group"))
	JMP(LabelRef("next"))

	Label("tail")
	Comment("n-4 of -3 to -1.")
	mask, ones := XMM(), v.chainTailOnes()
	window, before := GP64(), XMM()
	LEAQ(ones, window)
	NEGQ(n)
	VMOVUPS(Mem{Base: window, Index: n, Scale: 4}, mask)
	TESTB(accumulate, accumulate)
	JEQ(LabelRef("storeTail"))
	VMASKMOVPS(Mem{Base: grads}, mask, before)
	VADDPS(before, sum, sum)
	Label("storeTail")
	VMASKMOVPS(sum, mask, Mem{Base: grads})
	VANDPS(mask, sum, sum)
	look(sum)

	Label("next")
	ADDQ(Imm(v.spec.size("ChainLayer")), layer)
	DECQ(layers)
	JNE(LabelRef("layer"))
	v.reduceQuarter(VPMAXSD, 4, largest)
	v.result(ReturnIndex(0), VMOVSS, largest)
	v.done()
}

// addLanes returns the sums of the lanes of four vectors, which it uses up.
func (v *isa) addLanes(x []reg.VecVirtual) reg.Register {
	pair := func(unpackLow, unpackHigh combine, a, b reg.VecVirtual) reg.VecVirtual {
		low := v.vec()
		unpackLow(b, a, low)
		unpackHigh(b, a, a)
		VADDPS(a, low, low)
		return low
	}
	sum := pair(VUNPCKLPD, VUNPCKHPD,
		pair(VUNPCKLPS, VUNPCKHPS, x[0], x[1]),
		pair(VUNPCKLPS, VUNPCKHPS, x[2], x[3]))
	if v.avx512() {
		upper := YMM()
		VEXTRACTF64X4(Imm(1), sum, upper)
		VADDPS(upper, sum.AsY(), sum.AsY())
	}
	upper := XMM()
	VEXTRACTF128(Imm(1), sum.AsY(), upper)
	VADDPS(upper, sum.AsX(), sum.AsX())
	return sum.AsX()
}

// chainTailOnes is four ones and three zeros: the window that starts i on has
// 4-i ones.
func (v *isa) chainTailOnes() Mem {
	ones := GLOBL("chainTailOnes", RODATA|NOPTR)
	for i, pattern := range []uint64{1<<64 - 1, 1<<64 - 1, 0, 0} {
		DATA(8*i, U64(pattern))
	}
	return ones
}
