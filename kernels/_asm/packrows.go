package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packRows emits Product.PackRows for rows of up to two vectors. Both are
// loaded and stored under masks, the second of which may be empty.
func packRows(isa string, lanes int, masks func(width reg.GPPhysical), load func(m Mem, half int, v reg.VecPhysical), save func(v reg.VecPhysical, half int, m Mem), v [4]reg.VecPhysical) {
	TEXT("packRows"+isa, NOSPLIT, "func(rows, width int, src *float32, lds int, dst *float32)")
	Doc("packRows" + isa + " is Product.PackRows.")
	Pragma("noescape")
	rows, width, src, lds, dst := reg.RAX, reg.RBX, reg.RCX, reg.RDX, reg.RSI
	Load(Param("rows"), rows)
	Load(Param("width"), width)
	Load(Param("src"), src)
	Load(Param("lds"), lds)
	Load(Param("dst"), dst)
	masks(width)
	SHLQ(Imm(2), lds)
	SHLQ(Imm(2), width)
	high := 4 * lanes
	row := func(i int, from, to Mem) {
		load(from, 0, v[2*i])
		load(from.Offset(high), 1, v[2*i+1])
		save(v[2*i], 0, to)
		save(v[2*i+1], 1, to.Offset(high))
	}
	SUBQ(Imm(2), rows)
	JLT(LabelRef("last"))
	Label("loop")
	row(0, Mem{Base: src}, Mem{Base: dst})
	row(1, Mem{Base: src, Index: lds, Scale: 1}, Mem{Base: dst, Index: width, Scale: 1})
	LEAQ(Mem{Base: src, Index: lds, Scale: 2}, src)
	LEAQ(Mem{Base: dst, Index: width, Scale: 2}, dst)
	SUBQ(Imm(2), rows)
	JGE(LabelRef("loop"))
	Label("last")
	ADDQ(Imm(2), rows)
	JZ(LabelRef("done"))
	row(0, Mem{Base: src}, Mem{Base: dst})
	Label("done")
	VZEROUPPER()
	RET()
}

func packRowsAVX512() {
	mask := []reg.Register{reg.K1, reg.K2}
	packRows("AVX512", 16,
		func(width reg.GPPhysical) {
			MOVQ(U32(1), reg.R8)
			SHLXQ(width, reg.R8, reg.R8)
			DECQ(reg.R8)
			KMOVW(reg.R8.As32(), reg.K1)
			SHRQ(Imm(16), reg.R8)
			KMOVW(reg.R8.As32(), reg.K2)
		},
		func(m Mem, half int, v reg.VecPhysical) { VMOVUPS_Z(m, mask[half], v) },
		func(v reg.VecPhysical, half int, m Mem) { VMOVUPS(v, mask[half], m) },
		[4]reg.VecPhysical{zmm[0], zmm[1], zmm[2], zmm[3]})
}

func packRowsAVX2() {
	table := tailMaskTable()
	mask := []reg.VecPhysical{ymm[14], ymm[15]}
	packRows("AVX2", 8,
		func(width reg.GPPhysical) {
			// min(width, 8) lanes of the first vector, the others of the second.
			MOVQ(width, reg.R9)
			CMPQ(width, Imm(8))
			JLE(LabelRef("narrow"))
			MOVQ(U32(8), reg.R9)
			Label("narrow")
			MOVQ(width, reg.R10)
			SUBQ(reg.R9, reg.R10)
			LEAQ(table, reg.R8)
			ADDQ(Imm(32), reg.R8)
			for half, lanes := range []reg.GPPhysical{reg.R9, reg.R10} {
				SHLQ(Imm(2), lanes)
				NEGQ(lanes)
				VMOVUPS(Mem{Base: reg.R8, Index: lanes, Scale: 1}, mask[half])
			}
		},
		func(m Mem, half int, v reg.VecPhysical) { VMASKMOVPS(m, mask[half], v) },
		func(v reg.VecPhysical, half int, m Mem) { VMASKMOVPS(v, mask[half], m) },
		[4]reg.VecPhysical{ymm[0], ymm[1], ymm[2], ymm[3]})
}
