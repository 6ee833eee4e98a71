package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pairsAVX512 emits the unit of bf16 pairs on AVX512_BF16.
func pairsAVX512() {
	tilePairsAVX512()
	peakPairsAVX512()
	roundings()
}

// tilePairsAVX512 emits the tile of float32 with VDPBF16PS for VFMADD231PS.
func tilePairsAVX512() {
	e := newTileEmitterAVX512("PairsAVX512")
	e.multiply = func(b, a, sum reg.VecPhysical) { vdpBF16PS.emit(b, a, sum) }
	e.emitAVX512()
}

// peakPairsAVX512 emits the loop that measures the rate of VDPBF16PS: see peak.
// For lack of a form that subtracts, the factors of every other product change
// signs.
func peakPairsAVX512() {
	TEXT("peakPairsAVX512", NOSPLIT, "func(iterations int, random *float32)")
	Doc("peakPairsAVX512 runs iterations of the loop behind Product.Peak on registers filled from random.")
	Pragma("noescape")
	n, from := reg.RAX, reg.RBX
	Load(Param("iterations"), n)
	Load(Param("random"), from)
	for i := range 32 {
		VMOVUPS(Mem{Base: from, Disp: 64 * i}, zmm[i])
	}
	MOVL(U32(0x80008000), reg.ECX)
	VPBROADCASTD(reg.ECX, reg.Z31)
	VPXORD(reg.Z31, reg.Z29, reg.Z31)
	Label("loop")
	for i := range 4 {
		for _, sum := range zmm[:28] {
			vdpBF16PS.emit(zmm[28], zmm[29+2*(i%2)], sum)
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// number is the number of a vector register.
func number(v reg.VecPhysical) int { return int(v.PhysicalIndex()) }
