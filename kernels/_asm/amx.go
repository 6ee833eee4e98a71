package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tileRows is the memory of a tile's rows, stride bytes apart.
func tileRows(base, stride reg.Register, disp int) Mem {
	return Mem{Base: base, Index: stride, Scale: 1, Disp: disp}
}

// What a tile holds at most: rowsOfTile rows of rowBytes, which are as many sums
// or pairs of bfloat16 as there are rows.
const (
	rowsOfTile = 16
	rowBytes   = 64
)

// The microkernel on tiles computes blocks of 2×2 tiles of sums, 32×32. Each
// step takes 16 pairs of k: two tiles of A and two of B, four loads for four
// products, and a load takes half of a product's time. Of pieces, a tile that
// the next product needs too stays where it is: 14 loads for 24 products.
const (
	tileOfSums = 0 // 0 to 3, row by row
	tileOfA    = 4 // 4 and 5
	tileOfB    = 6 // 6 and 7
)

// term is a product of piece a of A and piece b of B.
type term struct{ a, b int }

// termsAMX lists the products of pieces: those of kernels.Terms, each sharing a
// piece with the one before it.
func termsAMX(products int) []term {
	switch products {
	case 1:
		return []term{{0, 0}}
	case 3:
		return []term{{1, 0}, {0, 0}, {0, 1}}
	case 6:
		return []term{{2, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 2}, {0, 0}}
	}
	panic(fmt.Sprintf("no sum of %d products", products))
}

// amxEmitter emits a tile function.
type amxEmitter struct {
	terms []term

	// In registers; strides are in bytes.
	a, aLow, stride, b, ldb, step reg.GPPhysical // a and the tile below it; step is 16 rows of B
	s, lds, c, ldc                reg.GPPhysical
	count, rows                   reg.GPPhysical // steps of k and rows of C that are left
	t, u                          reg.GPPhysical // what a few instructions need

	// On the stack.
	shapes         Mem // what LDTILECFG reads
	aBlock         Mem // the block's rows of A
	rowsOfB        Mem // what B's tiles contribute to the rows in shapes
	planeA, planeB Mem // from a piece to the next, in bytes
}

// Where LDTILECFG finds what: the palette, the bytes of a row of each tile as
// uint16, and the rows of each tile as bytes. All else is zero.
const (
	shapesBytes   = 64
	shapesPalette = 0
	shapesWidths  = 16
	shapesRows    = 48
)

// pieceTileSignature is that of kernels.PieceTile.
const pieceTileSignature = "func(m, n, k int, a *float32, rsa, planeA int, b *float32, ldb, planeB int, s *float32, lds int, c *float32, ldc int, floor float32)"

func tilesAMX() {
	tileAMX("tileAMX", tileSignature, 1,
		"tileAMX is Product.Tile on pairs of bfloat16: each element of a and b holds two that",
		"are neighbours along k, the first of them in its low half, and all strides and k",
		"count pairs. s, c and floor are float32.",
		"",
		"\tfor i := range m {",
		"\t\tfor j := range n {",
		"\t\t\tsum := s[i*lds+j] // 0 if s is nil",
		"\t\t\tfor p := range k {",
		"\t\t\t\tx, y := a[i*rsa+p], b[p*ldb+j]",
		"\t\t\t\tsum += low(x)*low(y) + high(x)*high(y)",
		"\t\t\t}",
		"\t\t\tc[i*ldc+j] = max(floor, sum)",
		"\t\t}",
		"\t}",
		"",
		"1 ≤ m, 1 ≤ n ≤ 32, k a multiple of 16; csa is 1 whatever is passed, next and ldNext",
		"are not looked at. Sums of 16 pairs are made first and then added to the rest, so",
		"cutting k at multiples of 16 changes no bit, and neither does cutting m or n.",
		"Denormal sums of products count as zero.",
		"",
		"Tiles need the permission that cpu.AMX asks for, and AVX-512 for the floor.")
	for _, products := range []int{3, 6} {
		name := fmt.Sprintf("tile%dAMX", products)
		tileAMX(name, pieceTileSignature, products, fmt.Sprintf("%s is a PieceTile of %d products, under the terms of tileAMX.", name, products))
	}
	peakAMX()
}

// tileAMX emits a function that sums products of pieces.
func tileAMX(name, signature string, products int, doc ...string) {
	TEXT(name, NOSPLIT, signature)
	Doc(doc...)
	Pragma("noescape")
	e := &amxEmitter{
		terms: termsAMX(products),

		a: reg.RAX, aLow: reg.RBX, stride: reg.RCX, b: reg.RDX, ldb: reg.RSI, step: reg.RDI,
		s: reg.R8, lds: reg.R9, c: reg.R10, ldc: reg.R11,
		count: reg.R12, rows: reg.R15, t: reg.R13, u: reg.R14,

		shapes: AllocLocal(shapesBytes), aBlock: AllocLocal(8), rowsOfB: AllocLocal(8),
	}
	if products > 1 {
		e.planeA, e.planeB = AllocLocal(8), AllocLocal(8)
	}
	e.begin()
	e.blocks()
	e.floor()
	e.next()
}

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

func (e *amxEmitter) param(name string) Mem {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// begin loads the operands and writes what is the same in all shapes.
func (e *amxEmitter) begin() {
	for _, p := range []struct {
		name string
		r    reg.GPPhysical
	}{{"rsa", e.stride}, {"ldb", e.ldb}, {"lds", e.lds}, {"ldc", e.ldc}} {
		Load(Param(p.name), p.r)
		SHLQ(Imm(2), p.r)
	}
	if len(e.terms) > 1 {
		for _, p := range []struct {
			name string
			to   Mem
		}{{"planeA", e.planeA}, {"planeB", e.planeB}} {
			Load(Param(p.name), e.t)
			SHLQ(Imm(2), e.t)
			MOVQ(e.t, p.to)
		}
	}
	MOVQ(e.ldb, e.step)
	SHLQ(Imm(4), e.step)
	Load(Param("a"), e.t)
	MOVQ(e.t, e.aBlock)
	Load(Param("c"), e.c)
	Load(Param("s"), e.s)
	Comment("Without s, what is added to it from block to block is 0.")
	XORQ(e.t, e.t)
	TESTQ(e.s, e.s)
	CMOVQEQ(e.t, e.lds)

	Comment("Masks of a row of C: K1 for the first 16 columns, K2 for the other 16.")
	Load(Param("n"), e.u)
	MOVQ(U64(1), e.t)
	SHLXQ(e.u, e.t, e.t)
	DECQ(e.t)
	KMOVW(e.t.As32(), reg.K1)
	SHRQ(Imm(16), e.t)
	KMOVW(e.t.As32(), reg.K2)
	VBROADCASTSS(e.param("floor"), reg.Z0)

	Comment("Tiles that a product does not need get the shapes of those beside them: a shape",
		"with no rows or no columns alone is an error.")
	VPXORD(reg.Z1, reg.Z1, reg.Z1)
	VMOVUPS(reg.Z1, e.shapes)
	MOVB(Imm(1), e.shapes.Offset(shapesPalette))
	Comment("R13 = bytes of a row of the left tiles, R14 of the right ones")
	SHLQ(Imm(2), e.u)
	MOVQ(e.u, e.t)
	SUBQ(Imm(rowBytes), e.u)
	CMOVQLE(e.t, e.u)
	MOVQ(U32(rowBytes), e.count)
	CMPQ(e.t, e.count)
	CMOVQGT(e.count, e.t)
	SHLQ(Imm(16), e.u)
	ORQ(e.u, e.t)
	for _, left := range []int{tileOfSums, tileOfSums + 2, tileOfB} {
		MOVL(e.t.As32(), e.shapes.Offset(shapesWidths+2*left))
	}
	MOVL(U32(rowBytes<<16|rowBytes), e.shapes.Offset(shapesWidths+2*tileOfA))
	MOVQ(U64(rowsOfTile*rowsOf(tileOfB, tileOfB+1)), e.t)
	MOVQ(e.t, e.rowsOfB)
	Load(Param("m"), e.rows)
}

// rowsOf returns, as what LDTILECFG reads, one row in each of the given tiles.
func rowsOf(tmm ...int) uint64 {
	var rows uint64
	for _, t := range tmm {
		rows |= 1 << (8 * t)
	}
	return rows
}

// blocks computes 32 rows, or what is left of them.
func (e *amxEmitter) blocks() {
	Label("block")
	Comment("R12 = rows of the upper tiles, R13 of the lower ones")
	MOVQ(U32(rowsOfTile), e.u)
	MOVQ(e.rows, e.count)
	MOVQ(e.rows, e.t)
	SUBQ(e.u, e.t)
	CMOVQLE(e.count, e.t)
	CMPQ(e.count, e.u)
	CMOVQGT(e.u, e.count)
	CMPQ(e.t, e.u)
	CMOVQGT(e.u, e.t)
	MOVQ(U64(rowsOf(tileOfSums, tileOfSums+1, tileOfA)), e.u)
	IMULQ(e.u, e.count)
	MOVQ(U64(rowsOf(tileOfSums+2, tileOfSums+3, tileOfA+1)), e.u)
	IMULQ(e.u, e.t)
	ADDQ(e.count, e.t)
	ADDQ(e.rowsOfB, e.t)
	Comment("The last block alone may have fewer rows.")
	CMPQ(e.t, e.shapes.Offset(shapesRows))
	JEQ(LabelRef("shaped"))
	MOVQ(e.t, e.shapes.Offset(shapesRows))
	LEAQ(e.shapes, e.t)
	ldTileCfg.emit(Mem{Base: e.t})
	Label("shaped")
	MOVQ(e.aBlock, e.a)
	Load(Param("b"), e.b)
	move(e.planeA, 0, e.terms[0].a, e.a)
	move(e.planeB, 0, e.terms[0].b, e.b)
	Load(Param("k"), e.count)
	SHRQ(Imm(4), e.count)
	CMPQ(e.param("n"), Imm(rowsOfTile))
	JGT(LabelRef("wide"))
	CMPQ(e.rows, Imm(rowsOfTile))
	JLE(LabelRef("block1x1"))
	e.block(2, 1)
	e.block(1, 1)
	Label("wide")
	CMPQ(e.rows, Imm(rowsOfTile))
	JLE(LabelRef("block1x2"))
	e.block(2, 2)
	e.block(1, 2)
}

// lower makes r the row of tiles below the one at base.
func (e *amxEmitter) lower(base, stride, r reg.GPPhysical) {
	MOVQ(stride, r)
	SHLQ(Imm(4), r)
	ADDQ(base, r)
}

// block computes rows×columns tiles of sums.
func (e *amxEmitter) block(rows, columns int) {
	label := fmt.Sprintf("block%dx%d", rows, columns)
	// each goes over the sums; upper and e.t are where the rows of tiles start.
	each := func(upper, stride reg.GPPhysical, do func(m Mem, sum int)) {
		for i := range rows {
			base := []reg.GPPhysical{upper, e.t}[i]
			for j := range columns {
				do(tileRows(base, stride, rowBytes*j), tileOfSums+2*i+j)
			}
		}
	}
	Label(label)
	TESTQ(e.s, e.s)
	JZ(LabelRef(label + "zero"))
	if rows == 2 {
		e.lower(e.s, e.lds, e.t)
	}
	each(e.s, e.lds, func(m Mem, sum int) { tileLoadD.emit(m, sum) })
	Label(label + "started")
	TESTQ(e.count, e.count)
	JZ(LabelRef(label + "store"))
	if rows == 2 {
		e.lower(e.a, e.stride, e.aLow)
	}

	Label(label + "loop")
	e.step16(rows, columns)
	DECQ(e.count)
	JNZ(LabelRef(label + "loop"))

	Label(label + "store")
	if rows == 2 {
		e.lower(e.c, e.ldc, e.t)
	}
	each(e.c, e.ldc, func(m Mem, sum int) { tileStoreD.emit(m, sum) })
	JMP(LabelRef("stored"))

	Label(label + "zero")
	for i := range rows {
		for j := range columns {
			tileZero.emit(Mem{}, tileOfSums+2*i+j)
		}
	}
	JMP(LabelRef(label + "started"))
}

// step16 multiplies 16 pairs of k and goes on to the next.
func (e *amxEmitter) step16(rows, columns int) {
	at := e.terms[0]
	inA, inB := []int{-1, -1}, []int{-1, -1} // the pieces that tiles hold
	toTerm := func(t term) {
		move(e.planeA, at.a, t.a, e.a)
		if rows == 2 {
			move(e.planeA, at.a, t.a, e.aLow)
		}
		move(e.planeB, at.b, t.b, e.b)
		at = t
	}
	for _, t := range e.terms {
		toTerm(t)
		for i := range rows {
			for j := range columns {
				if inB[j] != t.b {
					tileLoadD.emit(tileRows(e.b, e.ldb, rowBytes*j), tileOfB+j)
					inB[j] = t.b
				}
				if inA[i] != t.a {
					tileLoadD.emit(tileRows([]reg.GPPhysical{e.a, e.aLow}[i], e.stride, 0), tileOfA+i)
					inA[i] = t.a
				}
				tdpBF16PS.emit(Mem{}, tileOfSums+2*i+j, tileOfA+i, tileOfB+j)
			}
		}
	}
	toTerm(e.terms[0])
	ADDQ(Imm(rowBytes), e.a)
	if rows == 2 {
		ADDQ(Imm(rowBytes), e.aLow)
	}
	ADDQ(e.step, e.b)
}

// move moves p by planes.
func move(plane Mem, from, to int, p reg.GPPhysical) {
	for ; from < to; from++ {
		ADDQ(plane, p)
	}
	for ; from > to; from-- {
		SUBQ(plane, p)
	}
}

// floor raises the block's sums, which tiles cannot do, where they are now: in C.
func (e *amxEmitter) floor() {
	Label("stored")
	CMPL(e.param("floor"), U32(minusInf))
	JEQ(LabelRef("next"))
	Comment("R12 = rows of the block")
	MOVQ(U32(2*rowsOfTile), e.count)
	CMPQ(e.rows, e.count)
	CMOVQLT(e.rows, e.count)
	MOVQ(e.c, e.t)
	vector := func(disp int, mask reg.Register) {
		m := Mem{Base: e.t, Disp: disp}
		// The second source wins if either is NaN: a NaN sum stays.
		VMAXPS_Z(m, reg.Z0, mask, reg.Z1)
		VMOVUPS(reg.Z1, mask, m)
	}
	row := func(label string, columns int) {
		Label(label)
		for j := range columns {
			vector(rowBytes*j, []reg.Register{reg.K1, reg.K2}[j])
		}
		ADDQ(e.ldc, e.t)
		DECQ(e.count)
		JNZ(LabelRef(label))
	}
	CMPQ(e.param("n"), Imm(rowsOfTile))
	JGT(LabelRef("floorWide"))
	row("floorNarrow", 1)
	JMP(LabelRef("next"))
	row("floorWide", 2)
}

// next goes on to the next block or the end.
func (e *amxEmitter) next() {
	Label("next")
	SUBQ(Imm(2*rowsOfTile), e.rows)
	JLE(LabelRef("done"))
	for _, p := range []struct {
		stride reg.GPPhysical
		at     Op
	}{{e.stride, e.aBlock}, {e.lds, e.s}, {e.ldc, e.c}} {
		MOVQ(p.stride, e.t)
		SHLQ(Imm(5), e.t)
		ADDQ(e.t, p.at)
	}
	JMP(LabelRef("block"))

	Label("done")
	Comment("The operating system saves tiles that are in use with every switch and signal.")
	tileRelease.emit(Mem{})
	VZEROUPPER()
	RET()
}
