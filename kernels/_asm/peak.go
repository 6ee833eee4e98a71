package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peak emits the loop that measures the FMA rate: as many independent sums as
// the ISA's microkernel keeps, four FMAs on each in an iteration, no memory.
// The products are added and then taken away again, so that the sums neither
// grow nor settle: multipliers draw power, and clock, by the bits that change.
func peak(isa string, sums []reg.VecPhysical, x []reg.VecPhysical, bytes int) {
	TEXT("peak"+isa, NOSPLIT, "func(iterations int, random *float32)")
	Doc("peak" + isa + " runs iterations of the loop behind Product.Peak on registers filled from random.")
	Pragma("noescape")
	n, from := reg.RAX, reg.RBX
	Load(Param("iterations"), n)
	Load(Param("random"), from)
	for i, v := range append(append([]reg.VecPhysical{}, sums...), x...) {
		VMOVUPS(Mem{Base: from, Disp: i * bytes}, v)
	}
	Label("loop")
	for pair := range 2 {
		for _, s := range sums {
			VFMADD231PS(x[2*pair], x[2*pair+1], s)
		}
	}
	for pair := range 2 {
		for _, s := range sums {
			VFNMADD231PS(x[2*pair], x[2*pair+1], s)
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

func peakAVX512() { peak("AVX512", zmm[:28], zmm[28:], 64) }

func peakAVX2() { peak("AVX2", ymm[:12], ymm[12:], 32) }
