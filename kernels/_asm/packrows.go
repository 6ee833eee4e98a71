package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packRows emits Product.PackRows: rows of at most one vector, loaded and
// stored under a mask, two at a time.
func packRows(isa string, loadMask func(m reg.GPPhysical), load func(m Mem, v reg.VecPhysical), save func(v reg.VecPhysical, m Mem), v [2]reg.VecPhysical) {
	TEXT("packRows"+isa, NOSPLIT, "func(k, m int, src *float32, lds int, dst *float32)")
	Doc("packRows" + isa + " is Product.PackRows.")
	Pragma("noescape")
	k, m, src, lds, dst := reg.RAX, reg.RBX, reg.RCX, reg.RDX, reg.RSI
	Load(Param("k"), k)
	Load(Param("m"), m)
	Load(Param("src"), src)
	Load(Param("lds"), lds)
	Load(Param("dst"), dst)
	loadMask(m)
	SHLQ(Imm(2), lds)
	SHLQ(Imm(2), m)
	SUBQ(Imm(2), k)
	JLT(LabelRef("last"))
	Label("loop")
	load(Mem{Base: src}, v[0])
	load(Mem{Base: src, Index: lds, Scale: 1}, v[1])
	save(v[0], Mem{Base: dst})
	save(v[1], Mem{Base: dst, Index: m, Scale: 1})
	LEAQ(Mem{Base: src, Index: lds, Scale: 2}, src)
	LEAQ(Mem{Base: dst, Index: m, Scale: 2}, dst)
	SUBQ(Imm(2), k)
	JGE(LabelRef("loop"))
	Label("last")
	ADDQ(Imm(2), k)
	JZ(LabelRef("done"))
	load(Mem{Base: src}, v[0])
	save(v[0], Mem{Base: dst})
	Label("done")
	VZEROUPPER()
	RET()
}

func packRowsAVX512() {
	packRows("AVX512",
		func(m reg.GPPhysical) {
			MOVQ(U32(1), reg.R8)
			SHLXQ(m, reg.R8, reg.R8)
			DECQ(reg.R8)
			KMOVW(reg.R8.As32(), reg.K1)
		},
		func(m Mem, v reg.VecPhysical) { VMOVUPS_Z(m, reg.K1, v) },
		func(v reg.VecPhysical, m Mem) { VMOVUPS(v, reg.K1, m) },
		[2]reg.VecPhysical{zmm[0], zmm[1]})
}

func packRowsAVX2() {
	table := tailMaskTable()
	mask := ymm[15]
	packRows("AVX2",
		func(m reg.GPPhysical) {
			LEAQ(table, reg.R8)
			ADDQ(Imm(32), reg.R8)
			MOVQ(m, reg.R9)
			SHLQ(Imm(2), reg.R9)
			SUBQ(reg.R9, reg.R8)
			VMOVUPS(Mem{Base: reg.R8}, mask)
		},
		func(m Mem, v reg.VecPhysical) { VMASKMOVPS(m, mask, v) },
		func(v reg.VecPhysical, m Mem) { VMASKMOVPS(v, mask, m) },
		[2]reg.VecPhysical{ymm[0], ymm[1]})
}
