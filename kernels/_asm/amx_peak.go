package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peakAMX emits the loop that measures the rate of TDPBF16PS: see peak. Each of
// four tiles of sums takes four products of whole tiles in an iteration.
func peakAMX() {
	TEXT("peakAMX", NOSPLIT, "func(iterations int, random *float32)")
	Doc("peakAMX runs iterations of the loop behind Product.Peak on tiles filled from random.")
	Pragma("noescape")
	shapes := AllocLocal(shapesBytes)
	VPXORD(reg.Z1, reg.Z1, reg.Z1)
	VMOVUPS(reg.Z1, shapes)
	MOVB(Imm(1), shapes.Offset(shapesPalette))
	for t := range 8 {
		MOVW(U16(rowBytes), shapes.Offset(shapesWidths+2*t))
		MOVB(U8(rowsOfTile), shapes.Offset(shapesRows+t))
	}
	n, from, stride := reg.RAX, reg.RBX, reg.RCX
	LEAQ(shapes, from)
	ldTileCfg.emit(Mem{Base: from})
	Load(Param("iterations"), n)
	Load(Param("random"), from)
	MOVQ(U32(rowBytes), stride)
	for t := range 8 {
		tileLoadD.emit(tileRows(from, stride, rowsOfTile*rowBytes*t), t)
	}
	Label("loop")
	for range 4 {
		for sum := range 4 {
			tdpBF16PS.emit(Mem{}, tileOfSums+sum, tileOfA+sum/2, tileOfB+sum%2)
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	tileRelease.emit(Mem{})
	VZEROUPPER()
	RET()
}
