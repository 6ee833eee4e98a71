package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func productAVX2() {
	table := tailMaskTable()
	mask := reg.Y14
	e := newTileEmitter("AVX2", 8, 6)
	e.vector = func(i int) reg.VecPhysical { return ymm[i] }
	e.zero = func(v reg.VecPhysical) { VXORPS(v, v, v) }
	e.loadMasked = func(m Mem, _ int, v reg.VecPhysical) { VMASKMOVPS(m, mask, v) }
	e.saveMasked = func(v reg.VecPhysical, _ int, m Mem) { VMASKMOVPS(v, mask, m) }
	e.begin()

	n := reg.R13
	Load(Param("n"), n)
	CMPQ(n, Imm(16))
	JEQ(LabelRef("full"))
	lastLanesAVX2(table, n, mask)
	CMPQ(n, Imm(8))
	JGT(LabelRef("wide"))
	e.bodies(variant{"narrow", []bool{true}})
	Label("wide")
	e.bodies(variant{"wide", []bool{false, true}})
	Label("full")
	e.bodies(variant{"full", []bool{false, false}})
}
