package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const transposeSignature = "func(rows, cols int, src *float32, lds int, dst *float32, ldd int)"

// squareTranspose emits the transposition of one square of at most lanes×lanes
// floats: dst[j*ldd+i] = src[i*lds+j] for i < rows, j < cols.
type squareTranspose struct {
	lanes      int
	loadMasked func(m Mem, v reg.VecPhysical) // cols lanes
	saveMasked func(v reg.VecPhysical, m Mem) // rows lanes
}

// counts and strides, in bytes, as begin leaves them.
var (
	transposeRows, transposeCols = reg.RAX, reg.RBX
	transposeSrc, transposeLDS   = reg.RCX, reg.RDX
	transposeDst, transposeLDD   = reg.RSI, reg.RDI
)

func beginTranspose(isa string) {
	TEXT("transposeSquare"+isa, NOSPLIT, transposeSignature)
	Doc("transposeSquare"+isa+" is", "", "\tfor i := range rows {",
		"\t\tfor j := range cols {", "\t\t\tdst[j*ldd+i] = src[i*lds+j]", "\t\t}", "\t}", "",
		"for rows and cols of 1 to "+map[string]string{"AVX2": "8", "AVX512": "16"}[isa]+".")
	Pragma("noescape")
	Load(Param("rows"), transposeRows)
	Load(Param("cols"), transposeCols)
	Load(Param("src"), transposeSrc)
	Load(Param("lds"), transposeLDS)
	Load(Param("dst"), transposeDst)
	Load(Param("ldd"), transposeLDD)
	SHLQ(Imm(2), transposeLDS)
	SHLQ(Imm(2), transposeLDD)
}

// load reads rows rows into v; rows that are not there are never read, and
// what stands in their registers ends in lanes that are not stored.
func (e *squareTranspose) load(v []reg.VecPhysical) {
	for i := range e.lanes {
		e.loadMasked(Mem{Base: transposeSrc}, v[i])
		if i == e.lanes-1 {
			break
		}
		CMPQ(transposeRows, Imm(uint64(i+1)))
		JEQ(LabelRef("loaded"))
		ADDQ(transposeLDS, transposeSrc)
	}
	Label("loaded")
}

// store writes cols rows of the transposed square.
func (e *squareTranspose) store(v []reg.VecPhysical) {
	for j := range e.lanes {
		e.saveMasked(v[j], Mem{Base: transposeDst})
		if j == e.lanes-1 {
			break
		}
		CMPQ(transposeCols, Imm(uint64(j+1)))
		JEQ(LabelRef("stored"))
		ADDQ(transposeLDD, transposeDst)
	}
	Label("stored")
	VZEROUPPER()
	RET()
}

// transposeAVX512 transposes 16×16 in four rounds of 16 shuffles: pairs of
// floats, pairs of pairs, then 128-bit quarters twice.
func transposeAVX512() {
	beginTranspose("AVX512")
	for _, x := range []struct {
		count reg.GPPhysical
		mask  reg.Register
	}{{transposeCols, reg.K1}, {transposeRows, reg.K2}} {
		MOVQ(U32(1), reg.R8)
		SHLXQ(x.count, reg.R8, reg.R8)
		DECQ(reg.R8)
		KMOVW(reg.R8.As32(), x.mask)
	}
	e := squareTranspose{
		lanes:      16,
		loadMasked: func(m Mem, v reg.VecPhysical) { VMOVUPS_Z(m, reg.K1, v) },
		saveMasked: func(v reg.VecPhysical, m Mem) { VMOVUPS(v, reg.K2, m) },
	}
	r, t := zmm[:16], zmm[16:]
	e.load(r)
	for i := 0; i < 16; i += 2 {
		VUNPCKLPS(r[i+1], r[i], t[i])
		VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	// r[4g+c] = column c of each 4×4 in row group g, four lanes a quarter.
	for g := 0; g < 16; g += 4 {
		VUNPCKLPD(t[g+2], t[g], r[g])
		VUNPCKHPD(t[g+2], t[g], r[g+1])
		VUNPCKLPD(t[g+3], t[g+1], r[g+2])
		VUNPCKHPD(t[g+3], t[g+1], r[g+3])
	}
	for c := range 4 {
		// Quarters 0,1 and 2,3 of row groups 0,1 and of row groups 2,3.
		VSHUFF32X4(Imm(0x44), r[4+c], r[c], t[c])
		VSHUFF32X4(Imm(0xee), r[4+c], r[c], t[4+c])
		VSHUFF32X4(Imm(0x44), r[12+c], r[8+c], t[8+c])
		VSHUFF32X4(Imm(0xee), r[12+c], r[8+c], t[12+c])
	}
	for c := range 4 {
		VSHUFF32X4(Imm(0x88), t[8+c], t[c], r[c])
		VSHUFF32X4(Imm(0xdd), t[8+c], t[c], r[4+c])
		VSHUFF32X4(Imm(0x88), t[12+c], t[4+c], r[8+c])
		VSHUFF32X4(Imm(0xdd), t[12+c], t[4+c], r[12+c])
	}
	e.store(r)
}

// transposeAVX2 transposes 8×8 in three rounds of 8 shuffles, with the 16
// registers split between rows and temporaries, so its masks are reloaded.
func transposeAVX2() {
	table := tailMaskTable()
	beginTranspose("AVX2")
	window := func(count reg.GPPhysical, mask reg.VecPhysical) {
		LEAQ(table, reg.R8)
		ADDQ(Imm(32), reg.R8)
		MOVQ(count, reg.R9)
		SHLQ(Imm(2), reg.R9)
		SUBQ(reg.R9, reg.R8)
		VMOVUPS(Mem{Base: reg.R8}, mask)
	}
	mask := ymm[15]
	e := squareTranspose{
		lanes:      8,
		loadMasked: func(m Mem, v reg.VecPhysical) { VMASKMOVPS(m, mask, v) },
		saveMasked: func(v reg.VecPhysical, m Mem) { VMASKMOVPS(v, mask, m) },
	}
	r, t := ymm[:8], ymm[8:]
	window(transposeCols, mask)
	e.load(r)
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(r[i+1], r[i], t[i])
		VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	for g := 0; g < 8; g += 4 {
		VUNPCKLPD(t[g+2], t[g], r[g])
		VUNPCKHPD(t[g+2], t[g], r[g+1])
		VUNPCKLPD(t[g+3], t[g+1], r[g+2])
		VUNPCKHPD(t[g+3], t[g+1], r[g+3])
	}
	for c := range 4 {
		VPERM2F128(Imm(0x20), r[4+c], r[c], t[c])
		VPERM2F128(Imm(0x31), r[4+c], r[c], r[4+c])
	}
	window(transposeRows, mask)
	e.store([]reg.VecPhysical{t[0], t[1], t[2], t[3], r[4], r[5], r[6], r[7]})
}

// tailMaskTable is eight lanes of ones and eight of zeros: the eight lanes
// that start 8-n lanes in have the first n set.
func tailMaskTable() Mem {
	table := GLOBL("tailMask", RODATA|NOPTR)
	for i := range 16 {
		lane := uint32(0)
		if i < 8 {
			lane = 0xffffffff
		}
		DATA(4*i, U32(lane))
	}
	return table
}
