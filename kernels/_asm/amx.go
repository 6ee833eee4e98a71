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

// The microkernel on tiles computes squares of 2×2 tiles of sums, 32×32. Each
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

// amxEmitter emits a function that computes squares of C one after the other, those
// of a panel of B from the top to the bottom. A square's sums are stored while the
// next one's first products are under way, and raised to the floor after it: so
// neither the latency of the last products nor that of loads from what was just
// stored holds anything up.
type amxEmitter struct {
	terms []term

	// In registers; strides are in bytes.
	a, aLow, stride, b, ldb, step reg.GPPhysical // a and the tile below it; step is 16 rows of B
	s, sLow, lds, c, ldc          reg.GPPhysical
	count                         reg.GPPhysical // steps of k that are left
	t, u                          reg.GPPhysical // what a few instructions need

	// On the stack.
	shapes               Mem // what LDTILECFG reads
	panels               Mem // how many are left
	aSquare, bPanel      Mem // the square's rows of A, the panel
	sPanel, cPanel       Mem // where the panel's sums start and go
	rows                 Mem // rows of C that are left, of this panel
	pending, pendingRows Mem // where the sums go that tiles still hold, 0 if none do, and how many rows
	after                Mem // what comes after pending sums are stored: 0 for the end, 1 for new shapes
	planeA, planeB       Mem // from a piece to the next, in bytes
	nextB, nextS, nextC  Mem // from a panel to the next, in bytes
}

// Where LDTILECFG finds what: the palette, the bytes of a row of each tile as
// uint16, and the rows of each tile as bytes. All else is zero.
const (
	shapesBytes   = 64
	shapesPalette = 0
	shapesWidths  = 16
	shapesRows    = 48
)

// panelsSignature is that of kernels.Panels.
const panelsSignature = "func(panels, m, n, k int, a *float32, rsa, planeA int, b *float32, ldb, planeB, panelB int, s *float32, lds, panelS int, c *float32, ldc, panelC int, floor float32)"

func tilesAMX() {
	for _, products := range []int{1, 3, 6} {
		name := fmt.Sprintf("panels%dAMX", products)
		TEXT(name, NOSPLIT, panelsSignature)
		Doc(fmt.Sprintf("%s is Panels for %d products of pieces, each element of a and b a pair of bfloat16.", name, products),
			"Sums of 16 pairs are made first and then added to the rest, so cutting k at",
			"multiples of 16 changes no bit, and neither does cutting m or n. Denormal sums of",
			"products count as zero.",
			"",
			"Tiles need the permission that cpu.AMX asks for, and AVX-512 for the floor.")
		Pragma("noescape")
		local := func() Mem { return AllocLocal(8) }
		e := &amxEmitter{
			terms: termsAMX(products),

			a: reg.RAX, aLow: reg.RBX, stride: reg.RCX, b: reg.RDX, ldb: reg.RSI, step: reg.RDI,
			s: reg.R8, sLow: reg.R15, lds: reg.R9, c: reg.R10, ldc: reg.R11,
			count: reg.R12, t: reg.R13, u: reg.R14,

			shapes: AllocLocal(shapesBytes), panels: local(), aSquare: local(), bPanel: local(),
			sPanel: local(), cPanel: local(), rows: local(), pending: local(), pendingRows: local(), after: local(),
			planeA: local(), planeB: local(), nextB: local(), nextS: local(), nextC: local(),
		}
		e.begin()
		e.panel()
		e.squares()
		e.next()
		e.flush()
	}
	peakAMX()
}

// rowsOf returns, as what LDTILECFG reads, one row in each of the given tiles.
func rowsOf(tmm ...int) uint64 {
	var rows uint64
	for _, t := range tmm {
		rows |= 1 << (8 * t)
	}
	return rows
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
	for _, p := range []struct {
		name  string
		shift uint64
		to    Mem
	}{
		{"planeA", 2, e.planeA}, {"planeB", 2, e.planeB},
		{"panelB", 2, e.nextB}, {"panelS", 2, e.nextS}, {"panelC", 2, e.nextC},
		{"panels", 0, e.panels}, {"b", 0, e.bPanel}, {"s", 0, e.sPanel}, {"c", 0, e.cPanel},
	} {
		Load(Param(p.name), e.t)
		if p.shift > 0 {
			SHLQ(Imm(p.shift), e.t)
		}
		MOVQ(e.t, p.to)
	}
	MOVQ(e.ldb, e.step)
	SHLQ(Imm(4), e.step)
	Comment("Without s, what is added to it from square to square is 0.")
	XORQ(e.t, e.t)
	MOVQ(e.t, e.pending)
	CMPQ(e.sPanel, Imm(0))
	JNE(LabelRef("starts"))
	MOVQ(e.t, e.lds)
	MOVQ(e.t, e.nextS)
	Label("starts")

	Comment("Masks of a row of C: K1 for the first 16 columns, K2 for the other 16.")
	Load(Param("n"), e.u)
	MOVQ(U64(1), e.t)
	SHLXQ(e.u, e.t, e.t)
	DECQ(e.t)
	KMOVW(e.t.As32(), reg.K1)
	SHRQ(Imm(16), e.t)
	KMOVW(e.t.As32(), reg.K2)
	VBROADCASTSS(argument("floor"), reg.Z0)

	Comment("A shape with no rows or no columns alone is an error: the right tiles that narrow",
		"panels do not need get those of the left ones.")
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
}

// panel starts at the top of a panel.
func (e *amxEmitter) panel() {
	Label("panel")
	Load(Param("m"), e.t)
	MOVQ(e.t, e.rows)
	Load(Param("a"), e.t)
	MOVQ(e.t, e.aSquare)
	MOVQ(e.sPanel, e.s)
	MOVQ(e.cPanel, e.c)
}

// squares computes 32 rows, or what is left of them.
func (e *amxEmitter) squares() {
	Label("square")
	Comment("R12 = rows of the upper tiles, R13 of the lower ones: 1 where they are not needed,",
		"so that those squares have shapes of their own")
	MOVQ(U32(rowsOfTile), e.u)
	MOVQ(U32(1), e.a)
	MOVQ(e.rows, e.count)
	MOVQ(e.count, e.t)
	SUBQ(e.u, e.t)
	CMOVQLE(e.a, e.t)
	CMPQ(e.count, e.u)
	CMOVQGT(e.u, e.count)
	CMPQ(e.t, e.u)
	CMOVQGT(e.u, e.t)
	MOVQ(U64(rowsOf(tileOfSums, tileOfSums+1, tileOfA)), e.u)
	IMULQ(e.u, e.count)
	MOVQ(U64(rowsOf(tileOfSums+2, tileOfSums+3, tileOfA+1)), e.u)
	IMULQ(e.u, e.t)
	ADDQ(e.count, e.t)
	MOVQ(U64(rowsOfTile*rowsOf(tileOfB, tileOfB+1)), e.u)
	ADDQ(e.u, e.t)
	Load(Param("k"), e.count)
	SHRQ(Imm(4), e.count)
	Comment("Only the last square of a panel may have fewer rows.")
	CMPQ(e.t, e.shapes.Offset(shapesRows))
	JNE(LabelRef("reshape"))
	Comment("Without products, sums that tiles hold have to be stored first, too.")
	TESTQ(e.count, e.count)
	JZ(LabelRef("reshape"))
	Label("shaped")
	MOVQ(e.aSquare, e.a)
	MOVQ(e.bPanel, e.b)
	move(e.planeA, 0, e.terms[0].a, e.a)
	move(e.planeB, 0, e.terms[0].b, e.b)
	CMPQ(argument("n"), Imm(rowsOfTile))
	JGT(LabelRef("wide"))
	CMPQ(e.rows, Imm(rowsOfTile))
	JLE(LabelRef("square1x1"))
	e.square(2, 1)
	e.square(1, 1)
	Label("wide")
	CMPQ(e.rows, Imm(rowsOfTile))
	JLE(LabelRef("square1x2"))
	e.square(2, 2)
	e.square(1, 2)

	Label("reshape")
	MOVQ(e.t, e.shapes.Offset(shapesRows))
	MOVQ(U32(1), e.after)
	CMPQ(e.pending, Imm(0))
	JNE(LabelRef("flush"))
	Label("configure")
	LEAQ(e.shapes, e.t)
	ldTileCfg.emit(Mem{Base: e.t})
	JMP(LabelRef("shaped"))
}

// lower makes r the row of tiles below the one at base.
func (e *amxEmitter) lower(base, stride, r reg.GPPhysical) {
	MOVQ(stride, r)
	SHLQ(Imm(4), r)
	ADDQ(base, r)
}

// square computes rows×columns tiles of sums and leaves them in their tiles.
func (e *amxEmitter) square(rows, columns int) {
	label := fmt.Sprintf("square%dx%d", rows, columns)
	start := func(sum int) {
		tileLoadD.emit(tileRows([]reg.GPPhysical{e.s, e.sLow}[sum/2], e.lds, rowBytes*(sum%2)), tileOfSums+sum)
	}
	zero := func(sum int) { tileZero.emit(Mem{}, tileOfSums+sum) }
	store := func(sum int) {
		tileStoreD.emit(tileRows([]reg.GPPhysical{e.t, e.u}[sum/2], e.ldc, rowBytes*(sum%2)), tileOfSums+sum)
	}
	each := func(do func(sum int)) {
		for i := range rows {
			for j := range columns {
				do(2*i + j)
			}
		}
	}
	Label(label)
	if rows == 2 {
		e.lower(e.a, e.stride, e.aLow)
		e.lower(e.s, e.lds, e.sLow)
	}
	CMPQ(e.pending, Imm(0))
	JEQ(LabelRef(label + "fresh"))
	MOVQ(e.pending, e.t)
	if rows == 2 {
		e.lower(e.t, e.ldc, e.u)
	}
	TESTQ(e.s, e.s)
	JZ(LabelRef(label + "turnZero"))
	for _, turn := range []struct {
		label string
		start func(sum int)
	}{{"turn", start}, {"turnZero", zero}} {
		Label(label + turn.label)
		e.step16(rows, columns, func(sum int) { store(sum); turn.start(sum) })
		DECQ(e.count)
		JNZ(LabelRef(label + "loop"))
		JMP(LabelRef("summed"))
	}

	Label(label + "fresh")
	TESTQ(e.s, e.s)
	JZ(LabelRef(label + "freshZero"))
	each(start)
	JMP(LabelRef(label + "started"))
	Label(label + "freshZero")
	each(zero)
	Label(label + "started")
	TESTQ(e.count, e.count)
	JZ(LabelRef("summed"))
	Label(label + "loop")
	e.step16(rows, columns, func(int) {})
	DECQ(e.count)
	JNZ(LabelRef(label + "loop"))
	JMP(LabelRef("summed"))
}

// step16 multiplies 16 pairs of k and goes on to the next. first is called before
// the first product of each sum.
func (e *amxEmitter) step16(rows, columns int, first func(sum int)) {
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
				sum := 2*i + j
				if t == e.terms[0] {
					first(sum)
				}
				tdpBF16PS.emit(Mem{}, tileOfSums+sum, tileOfA+i, tileOfB+j)
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

// raise raises the pending square's sums to the floor, which tiles cannot do, where
// they are by now: in C. It destroys R12 and R13.
func (e *amxEmitter) raise(label string) {
	CMPL(argument("floor"), U32(minusInf))
	JEQ(LabelRef(label + "Raised"))
	MOVQ(e.pendingRows, e.count)
	MOVQ(e.pending, e.t)
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
	CMPQ(argument("n"), Imm(rowsOfTile))
	JGT(LabelRef(label + "RaiseWide"))
	row(label+"Raise", 1)
	JMP(LabelRef(label + "Raised"))
	row(label+"RaiseWide", 2)
	Label(label + "Raised")
}

// next goes on to the next square, the next panel or the end.
func (e *amxEmitter) next() {
	Label("summed")
	CMPQ(e.pending, Imm(0))
	JEQ(LabelRef("turned"))
	e.raise("last")
	Label("turned")
	MOVQ(e.c, e.pending)
	MOVQ(U32(2*rowsOfTile), e.t)
	CMPQ(e.rows, e.t)
	CMOVQLT(e.rows, e.t)
	MOVQ(e.t, e.pendingRows)
	SUBQ(Imm(2*rowsOfTile), e.rows)
	JLE(LabelRef("passed"))
	for _, p := range []struct {
		stride reg.GPPhysical
		at     Op
	}{{e.stride, e.aSquare}, {e.lds, e.s}, {e.ldc, e.c}} {
		MOVQ(p.stride, e.t)
		SHLQ(Imm(5), e.t)
		ADDQ(e.t, p.at)
	}
	JMP(LabelRef("square"))

	Label("passed")
	for _, p := range []struct{ by, at Mem }{{e.nextB, e.bPanel}, {e.nextS, e.sPanel}, {e.nextC, e.cPanel}} {
		MOVQ(p.by, e.t)
		ADDQ(e.t, p.at)
	}
	DECQ(e.panels)
	JNZ(LabelRef("panel"))
	MOVQ(U32(0), e.after)
}

// flush stores what tiles still hold.
func (e *amxEmitter) flush() {
	Label("flush")
	MOVQ(e.pending, e.t)
	e.lower(e.t, e.ldc, e.u)
	wide := func(label string, base reg.GPPhysical, sum int) {
		tileStoreD.emit(tileRows(base, e.ldc, 0), tileOfSums+sum)
		CMPQ(argument("n"), Imm(rowsOfTile))
		JLE(LabelRef(label))
		tileStoreD.emit(tileRows(base, e.ldc, rowBytes), tileOfSums+sum+1)
		Label(label)
	}
	wide("flushLower", e.t, 0)
	CMPQ(e.pendingRows, Imm(rowsOfTile))
	JLE(LabelRef("flushed"))
	wide("flushed", e.u, 2)
	e.raise("flush")
	MOVQ(U32(0), e.pending)
	Load(Param("k"), e.count)
	SHRQ(Imm(4), e.count)
	CMPQ(e.after, Imm(0))
	JNE(LabelRef("configure"))
	Comment("The operating system saves tiles that are in use with every switch and signal.")
	tileRelease.emit(Mem{})
	VZEROUPPER()
	RET()
}
