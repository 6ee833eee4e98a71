package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowVectors is how many vectors of sums Product.Row keeps: two FMAs start in
// a cycle and each takes four, so eight chains keep both units busy.
const rowVectors = 8

// row emits Product.Row. Groups of rowVectors whole vectors of columns run
// along k one after the other; what is left has a body for each number of
// vectors, the last of them under a mask. B is read by the FMAs themselves.
func row(isa string, lanes int, v []reg.VecPhysical, mask func(columns reg.GPPhysical),
	load func(m Mem, v reg.VecPhysical), save func(v reg.VecPhysical, m Mem)) {
	TEXT("row"+isa, NOSPLIT, "func(n, k int, a *float32, csa int, b *float32, ldb int, s, c *float32)")
	Doc("row" + isa + " is Product.Row.")
	Pragma("noescape")
	n, k, a, csa, b, ldb, s, c := reg.RAX, reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI, reg.R8, reg.R9
	steps, fromA, fromB := reg.R10, reg.R11, reg.R12
	for _, p := range []struct {
		name string
		r    reg.GPPhysical
	}{{"n", n}, {"k", k}, {"a", a}, {"csa", csa}, {"b", b}, {"ldb", ldb}, {"s", s}, {"c", c}} {
		Load(Param(p.name), p.r)
	}
	SHLQ(Imm(2), csa)
	SHLQ(Imm(2), ldb)
	bytes := 4 * lanes
	x, masked := v[rowVectors], v[rowVectors+1]

	body := func(label string, vectors int, partial bool) {
		at := func(base reg.GPPhysical, i int) Mem { return Mem{Base: base, Disp: i * bytes} }
		last := func(i int) bool { return partial && i == vectors-1 }
		TESTQ(s, s)
		JZ(LabelRef(label + "zeros"))
		for i := range vectors {
			if last(i) {
				load(at(s, i), v[i])
			} else {
				VMOVUPS(at(s, i), v[i])
			}
		}
		JMP(LabelRef(label + "begin"))
		Label(label + "zeros")
		for i := range vectors {
			VXORPS(v[i].AsX(), v[i].AsX(), v[i].AsX())
		}
		Label(label + "begin")
		MOVQ(k, steps)
		MOVQ(a, fromA)
		MOVQ(b, fromB)
		TESTQ(k, k)
		JZ(LabelRef(label + "store"))
		Label(label + "loop")
		VBROADCASTSS(Mem{Base: fromA}, x)
		for i := range vectors {
			if last(i) {
				load(at(fromB, i), masked)
				VFMADD231PS(masked, x, v[i])
			} else {
				VFMADD231PS(at(fromB, i), x, v[i])
			}
		}
		ADDQ(csa, fromA)
		ADDQ(ldb, fromB)
		DECQ(steps)
		JNZ(LabelRef(label + "loop"))
		Label(label + "store")
		for i := range vectors {
			if last(i) {
				save(v[i], at(c, i))
			} else {
				VMOVUPS(v[i], at(c, i))
			}
		}
	}

	CMPQ(n, U32(rowVectors*lanes))
	JLT(LabelRef("rest"))
	Label("group")
	body("group", rowVectors, false)
	ADDQ(U32(rowVectors*bytes), b)
	ADDQ(U32(rowVectors*bytes), c)
	TESTQ(s, s)
	JZ(LabelRef("next"))
	ADDQ(U32(rowVectors*bytes), s)
	Label("next")
	SUBQ(U32(rowVectors*lanes), n)
	CMPQ(n, U32(rowVectors*lanes))
	JGE(LabelRef("group"))
	Label("rest")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	mask(n)
	for vectors := 1; vectors < rowVectors; vectors++ {
		CMPQ(n, U32(vectors*lanes))
		JLE(LabelRef(fmt.Sprintf("rest%d", vectors)))
	}
	for vectors := rowVectors; vectors >= 1; vectors-- {
		label := fmt.Sprintf("rest%d", vectors)
		Label(label)
		body(label, vectors, true)
		VZEROUPPER()
		RET()
	}
	Label("done")
	VZEROUPPER()
	RET()
}

func rowAVX512() {
	row("AVX512", 16, zmm, lastLanesAVX512,
		func(m Mem, v reg.VecPhysical) { VMOVUPS_Z(m, reg.K1, v) },
		func(v reg.VecPhysical, m Mem) { VMOVUPS(v, reg.K1, m) })
}

func rowAVX2() {
	table := tailMaskTable()
	mask := ymm[15]
	row("AVX2", 8, ymm,
		func(columns reg.GPPhysical) { lastLanesAVX2(table, columns, mask) },
		func(m Mem, v reg.VecPhysical) { VMASKMOVPS(m, mask, v) },
		func(v reg.VecPhysical, m Mem) { VMASKMOVPS(v, mask, m) })
}

// lastLanesAVX512 sets K1 to the (n-1)%16+1 lanes of the last vector of n > 0
// elements. It uses R14 and R15.
func lastLanesAVX512(n reg.GPPhysical) {
	Comment("0xffff >> (15 - (n-1)%16) = 0xffff >> (-n & 15)")
	MOVQ(n, reg.R15)
	NEGQ(reg.R15)
	ANDQ(Imm(15), reg.R15)
	MOVQ(U32(0xffff), reg.R14)
	SHRXQ(reg.R15, reg.R14, reg.R14)
	KMOVW(reg.R14.As32(), reg.K1)
}

// lastLanesAVX2 sets mask to the (n-1)%8+1 lanes of the last vector of n > 0
// elements. It uses R14 and R15.
func lastLanesAVX2(table Mem, n reg.GPPhysical, mask reg.VecPhysical) {
	Comment("The mask of the last vector: (n-1)%8+1 lanes.")
	LEAQ(table, reg.R14)
	ADDQ(Imm(28), reg.R14)
	MOVQ(n, reg.R15)
	DECQ(reg.R15)
	ANDQ(Imm(7), reg.R15)
	SHLQ(Imm(2), reg.R15)
	SUBQ(reg.R15, reg.R14)
	VMOVUPS(Mem{Base: reg.R14}, mask)
}
