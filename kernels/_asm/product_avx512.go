package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func productAVX512() {
	e := newTileEmitterAVX512("AVX512")
	e.multiplyBroadcast = func(a Mem, b, sum reg.VecPhysical) { VFMADD231PS_BCST(a, b, sum) }
	e.emitAVX512()
}

// newTileEmitterAVX512 returns the emitter of tiles of 14×32.
func newTileEmitterAVX512(name string) *tileEmitter {
	mask := []reg.Register{reg.K1, reg.K2}
	e := newTileEmitter(name, 16, 14)
	e.vector = func(i int) reg.VecPhysical { return zmm[i] }
	e.zero = func(v reg.VecPhysical) { VPXORD(v, v, v) }
	e.loadMasked = func(m Mem, tail int, v reg.VecPhysical) { VMOVUPS_Z(m, mask[tail], v) }
	e.saveMasked = func(v reg.VecPhysical, tail int, m Mem) { VMOVUPS(v, mask[tail], m) }
	return e
}

// emitAVX512 emits the tile.
func (e *tileEmitter) emitAVX512() {
	e.begin()

	Comment("Masks: K1 for the first 16 columns, K2 for the other 16.")
	n, bits := reg.R13, reg.R14
	Load(Param("n"), n)
	// bits = 2ⁿ - 1, n ≤ 32.
	MOVQ(U64(1), bits)
	SHLXQ(n, bits, bits)
	DECQ(bits)
	KMOVW(bits.As32(), reg.K1)
	SHRQ(Imm(16), bits)
	KMOVW(bits.As32(), reg.K2)
	// A masked load costs an operation of the FMA's ports beside the load: 5 %
	// of a full tile's time. So whole vectors have bodies without masks.
	CMPQ(n, Imm(32))
	JEQ(LabelRef("full"))
	CMPQ(n, Imm(16))
	JGT(LabelRef("wide"))
	JEQ(LabelRef("half"))
	e.bodies(variant{"narrow", []bool{true}})
	Label("wide")
	e.bodies(variant{"wide", []bool{false, true}})
	Label("half")
	e.bodies(variant{"half", []bool{false}})
	Label("full")
	e.bodies(variant{"full", []bool{false, false}})
}
