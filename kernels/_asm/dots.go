package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dotsColumns is how many rows of B Product.Dots takes at a time: as many as a
// vector of four sums holds.
const dotsColumns = 4

// dotsEmitter emits Product.Dots: a vector of sums for each pair of a row of A
// and a row of B. With r rows of A, r+4 loads serve 4r FMAs.
type dotsEmitter struct {
	lanes, maxRows int
	v              []reg.VecPhysical
	load           func(m Mem, v reg.VecPhysical) // under the mask of the last vector

	a, lda, lda3, b, ldb, ldb3, c, ldc, n, at, end reg.GPPhysical
}

func (e *dotsEmitter) emit(isa string, mask func(k reg.GPPhysical)) {
	TEXT("dots"+isa, NOSPLIT, "func(m, n, k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int, alpha float32, add bool)")
	Doc("dots" + isa + " is Product.Dots.")
	Pragma("noescape")
	e.a, e.lda, e.lda3 = reg.RAX, reg.RBX, reg.RCX
	e.b, e.ldb, e.ldb3 = reg.RDX, reg.RSI, reg.RDI
	e.c, e.ldc, e.n = reg.R8, reg.R9, reg.R10
	e.at, e.end = reg.R11, reg.R12
	for _, p := range []struct {
		name  string
		r     reg.GPPhysical
		bytes bool
	}{{"a", e.a, false}, {"lda", e.lda, true}, {"b", e.b, false}, {"ldb", e.ldb, true}, {"c", e.c, false}, {"ldc", e.ldc, true}, {"n", e.n, false}} {
		Load(Param(p.name), p.r)
		if p.bytes {
			SHLQ(Imm(2), p.r)
		}
	}
	LEAQ(Mem{Base: e.lda, Index: e.lda, Scale: 2}, e.lda3)
	LEAQ(Mem{Base: e.ldb, Index: e.ldb, Scale: 2}, e.ldb3)
	k, m := reg.R13, reg.R14
	Load(Param("k"), k)
	mask(k)
	Comment("Whole vectors end at end; there is always a last one behind it, under the mask.")
	MOVQ(k, e.end)
	DECQ(e.end)
	ANDQ(I32(-e.lanes), e.end)
	SHLQ(Imm(2), e.end)
	Load(Param("m"), m)
	for rows := 1; rows < e.maxRows; rows++ {
		CMPQ(m, Imm(uint64(rows)))
		JEQ(LabelRef(fmt.Sprintf("rows%d", rows)))
	}
	for rows := e.maxRows; rows >= 1; rows-- {
		label := fmt.Sprintf("rows%d", rows)
		Label(label)
		SUBQ(Imm(dotsColumns), e.n)
		JLT(LabelRef(label + "rest"))
		Label(label + "four")
		e.group(label+"Four", rows, dotsColumns)
		LEAQ(Mem{Base: e.b, Index: e.ldb, Scale: 4}, e.b)
		ADDQ(Imm(4*dotsColumns), e.c)
		SUBQ(Imm(dotsColumns), e.n)
		JGE(LabelRef(label + "four"))
		Label(label + "rest")
		ADDQ(Imm(dotsColumns), e.n)
		JZ(LabelRef("done"))
		Label(label + "one")
		e.group(label+"One", rows, 1)
		ADDQ(e.ldb, e.b)
		ADDQ(Imm(4), e.c)
		DECQ(e.n)
		JNZ(LabelRef(label + "one"))
		JMP(LabelRef("done"))
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// row is the current vector of row i of A or B.
func (e *dotsEmitter) row(base, ld, ld3 reg.GPPhysical, i int, address reg.GPPhysical) Mem {
	switch i {
	case 0:
		return Mem{Base: base, Index: e.at, Scale: 1}
	case 1, 2:
		LEAQ(Mem{Base: base, Index: ld, Scale: uint8(i)}, address)
	default:
		LEAQ(Mem{Base: base, Index: ld3, Scale: 1}, address)
	}
	return Mem{Base: address, Index: e.at, Scale: 1}
}

// group computes rows×columns dot products.
func (e *dotsEmitter) group(label string, rows, columns int) {
	sum := func(i, j int) reg.VecPhysical { return e.v[i*columns+j] }
	top := len(e.v) - 1 - 1 // the last register may be a mask
	x, inB := e.v[top], func(j int) reg.VecPhysical { return e.v[top-1-j] }
	for i := range rows * columns {
		VXORPS(e.v[i].AsX(), e.v[i].AsX(), e.v[i].AsX())
	}
	step := func(load func(m Mem, v reg.VecPhysical)) {
		for j := range columns {
			load(e.row(e.b, e.ldb, e.ldb3, j, reg.R13), inB(j))
		}
		for i := range rows {
			load(e.row(e.a, e.lda, e.lda3, i, reg.R13), x)
			for j := range columns {
				VFMADD231PS(inB(j), x, sum(i, j))
			}
		}
	}
	XORQ(e.at, e.at)
	CMPQ(e.at, e.end)
	JEQ(LabelRef(label + "last"))
	Label(label + "loop")
	step(func(m Mem, v reg.VecPhysical) { VMOVUPS(m, v) })
	ADDQ(Imm(uint64(4*e.lanes)), e.at)
	CMPQ(e.at, e.end)
	JNE(LabelRef(label + "loop"))
	Label(label + "last")
	step(e.load)

	alpha := e.v[top]
	VBROADCASTSS(argument("alpha"), alpha.AsX())
	MOVQ(e.c, reg.R13)
	for i := range rows {
		for j := range columns {
			if e.lanes == 16 {
				VEXTRACTF64X4(Imm(1), sum(i, j).AsZ(), inB(0).AsY())
				VADDPS(inB(0).AsY(), sum(i, j).AsY(), sum(i, j).AsY())
			}
		}
		y, four := sum(i, 0).AsY(), sum(i, 0).AsX()
		if columns == 1 {
			VHADDPS(y, y, y)
			VHADDPS(y, y, y)
		} else {
			VHADDPS(sum(i, 1).AsY(), y, y)
			VHADDPS(sum(i, 3).AsY(), sum(i, 2).AsY(), sum(i, 2).AsY())
			VHADDPS(sum(i, 2).AsY(), y, y)
		}
		high := inB(0).AsX()
		if e.lanes == 16 {
			VEXTRACTF32X4(Imm(1), y, high)
		} else {
			VEXTRACTF128(Imm(1), y, high)
		}
		VADDPS(high, four, four)
		VMULPS(alpha.AsX(), four, four)
		CMPB(argument("add"), Imm(0))
		skip := fmt.Sprintf("%sStore%d", label, i)
		JEQ(LabelRef(skip))
		if columns == 1 {
			VADDSS(Mem{Base: reg.R13}, four, four)
		} else {
			VADDPS(Mem{Base: reg.R13}, four, four)
		}
		Label(skip)
		if columns == 1 {
			VMOVSS(four, Mem{Base: reg.R13})
		} else {
			VMOVUPS(four, Mem{Base: reg.R13})
		}
		if i < rows-1 {
			ADDQ(e.ldc, reg.R13)
		}
	}
}

func dotsAVX512() {
	e := &dotsEmitter{lanes: 16, maxRows: 4, v: zmm,
		load: func(m Mem, v reg.VecPhysical) { VMOVUPS_Z(m, reg.K1, v) }}
	e.emit("AVX512", func(k reg.GPPhysical) { lastLanesAVX512(k) })
}

func dotsAVX2() {
	table := tailMaskTable()
	e := &dotsEmitter{lanes: 8, maxRows: 2, v: ymm,
		load: func(m Mem, v reg.VecPhysical) { VMASKMOVPS(m, ymm[15], v) }}
	e.emit("AVX2", func(k reg.GPPhysical) { lastLanesAVX2(table, k, ymm[15]) })
}
