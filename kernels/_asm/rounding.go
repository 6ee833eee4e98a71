package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// roundings emits Pairs.FromRows and Pairs.FromColumns.
func roundings() {
	tables := roundingTables{
		interleave: table("interleaveWords", func(i int) uint32 { return uint32(i | (16+i)<<16) }),
		odd:        table("oddWords", func(i int) uint32 { return uint32((4*i + 1) | (4*i+3)<<16) }),
		evens:      table("evenElements", func(i int) uint32 { return uint32(2 * i) }),
		odds:       table("oddElements", func(i int) uint32 { return uint32(2*i + 1) }),
	}
	newRoundingEmitter("fromRowsAVX512", "FromRows", true, tables).emit()
	newRoundingEmitter("fromColumnsAVX512", "FromColumns", false, tables).emit()
}

// roundingTables are indices of permutations.
type roundingTables struct {
	interleave  Mem // words 0, 16, 1, 17 to 31 of a vector
	odd         Mem // words 1, 3 to 63 of two: the upper halves of their elements
	evens, odds Mem // elements 0, 2 to 30 of two, and 1, 3 to 31
}

// table emits a table of 16 elements.
func table(name string, element func(i int) uint32) Mem {
	t := GLOBL(name, RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32(element(i)))
	}
	return t
}

// roundingEmitter emits a function that rounds a matrix of float32 numbers to
// pieces of bf16, in pairs of neighbours: see piece in generic_pairs.go. It goes
// over the matrix with the processor's own conversion, which rounds the largest
// numbers to infinity, and of infinities leaves NaN for the next piece. If it has
// seen any of these it does everything again by the rules.
type roundingEmitter struct {
	name, doc string
	byRow     bool // neighbours in a row, 32 at a time; else in a column, 16 of each of two rows
	tables    roundingTables

	// In registers; strides are in bytes.
	n, rows, src, lds, dst, ldd, plane reg.GPPhysical
	from, below, to, left              reg.GPPhysical // in a row: numbers, those of the row below, pairs, and how many numbers are left
	at, pieces, bits                   reg.GPPhysical

	low, high, pairs, scratch           reg.VecPhysical
	sizeMask, largest, most, upper      reg.VecPhysical
	half, one, quiet, normal            reg.VecPhysical
	interleave, oddWords, evens, oddsOf reg.VecPhysical
	seen                                reg.Register // lanes that were infinite or NaN
}

func newRoundingEmitter(name, doc string, byRow bool, tables roundingTables) *roundingEmitter {
	return &roundingEmitter{
		name: name, doc: doc, byRow: byRow, tables: tables,
		n: reg.RAX, rows: reg.R10, src: reg.RBX, lds: reg.R11, dst: reg.RDX, ldd: reg.R12, plane: reg.RSI,
		from: reg.R8, below: reg.R15, to: reg.RDI, left: reg.R9,
		at: reg.R14, pieces: reg.RCX, bits: reg.R13,

		low: reg.Z0, high: reg.Z1, pairs: reg.Z2, scratch: reg.Z3,
		sizeMask: reg.Z16, largest: reg.Z17, most: reg.Z18, upper: reg.Z19,
		half: reg.Z20, one: reg.Z21, quiet: reg.Z22, normal: reg.Z27,
		interleave: reg.Z23, oddWords: reg.Z24, evens: reg.Z25, oddsOf: reg.Z26,
		seen: reg.K4,
	}
}

// emit emits the whole function.
func (e *roundingEmitter) emit() {
	TEXT(e.name, NOSPLIT, "func(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) (special bool)")
	Doc(e.name + " is Pairs." + e.doc + ".")
	Pragma("noescape")
	for _, c := range []struct {
		value uint32
		v     reg.VecPhysical
	}{{0x7fffffff, e.sizeMask}, {0x7f7f0000, e.largest}, {0xffff0000, e.upper}} {
		MOVL(U32(c.value), e.bits.As32())
		VPBROADCASTD(e.bits.As32(), c.v)
	}
	VPXORD(e.most, e.most, e.most)
	VMOVDQU32(e.tables.interleave, e.interleave)
	if e.byRow {
		VMOVDQU32(e.tables.evens, e.evens)
		VMOVDQU32(e.tables.odds, e.oddsOf)
	}
	e.walk("fast", e.convert)
	e.atLeast(e.largest, e.most, reg.K5)
	KORTESTW(reg.K5, reg.K5)
	JNZ(LabelRef("again"))
	XORL(reg.EAX, reg.EAX)
	Store(reg.AL, ReturnIndex(0))
	VZEROUPPER()
	RET()

	Label("again")
	for _, c := range []struct {
		value uint32
		v     reg.VecPhysical
	}{{0x7fff, e.half}, {1, e.one}, {1 << 22, e.quiet}, {1 << 23, e.normal}} {
		MOVL(U32(c.value), e.bits.As32())
		VPBROADCASTD(e.bits.As32(), c.v)
	}
	VMOVDQU32(e.tables.odd, e.oddWords)
	KXORW(e.seen, e.seen, e.seen)
	e.walk("slow", e.byRule)
	KORTESTW(e.seen, e.seen)
	SETNE(reg.AL)
	Store(reg.AL, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// walk loads the operands and goes over the matrix. K1 masks the numbers of low, K2
// those of high, and K3 the pairs; only at the end of a row, and without a row
// below, are they not all.
func (e *roundingEmitter) walk(prefix string, round func(prefix string, masked bool)) {
	label := func(name string) string { return prefix + name }
	for _, p := range []struct {
		name string
		r    reg.GPPhysical
	}{{"rows", e.rows}, {"n", e.n}, {"src", e.src}, {"lds", e.lds}, {"dst", e.dst}, {"ldd", e.ldd}, {"plane", e.plane}} {
		Load(Param(p.name), p.r)
	}
	for _, stride := range []reg.GPPhysical{e.lds, e.ldd, e.plane} {
		SHLQ(Imm(2), stride)
	}
	step := 16
	if e.byRow {
		step = 32
	}
	Label(label("Row"))
	TESTQ(e.rows, e.rows)
	JLE(LabelRef(label("Done")))
	MOVQ(e.src, e.from)
	MOVQ(e.dst, e.to)
	MOVQ(e.n, e.left)
	KXNORW(reg.K2, reg.K2, reg.K2)
	if !e.byRow {
		LEAQ(Mem{Base: e.src, Index: e.lds, Scale: 1}, e.below)
		CMPQ(e.rows, Imm(1))
		JNE(LabelRef(label("Loop")))
		KXORW(reg.K2, reg.K2, reg.K2)
	}
	Label(label("Loop"))
	SUBQ(Imm(uint64(step)), e.left)
	JLT(LabelRef(label("End")))
	round(label("Whole"), false)
	ADDQ(Imm(uint64(4*step)), e.from)
	if !e.byRow {
		ADDQ(Imm(uint64(4*step)), e.below)
	}
	ADDQ(Imm(64), e.to)
	JMP(LabelRef(label("Loop")))

	Label(label("End"))
	ADDQ(Imm(uint64(step)), e.left)
	JZ(LabelRef(label("Next")))
	mask := func() {
		MOVQ(U64(1), e.bits)
		SHLXQ(e.left, e.bits, e.bits)
		DECQ(e.bits)
	}
	mask()
	KMOVW(e.bits.As32(), reg.K1)
	if e.byRow {
		SHRQ(Imm(16), e.bits)
		KMOVW(e.bits.As32(), reg.K2)
		INCQ(e.left)
		SHRQ(Imm(1), e.left)
		mask()
		KMOVW(e.bits.As32(), reg.K3)
	} else {
		KMOVW(reg.K1, reg.K3)
		KANDW(reg.K1, reg.K2, reg.K2)
	}
	round(label("Part"), true)

	Label(label("Next"))
	if e.byRow {
		DECQ(e.rows)
		ADDQ(e.lds, e.src)
	} else {
		SUBQ(Imm(2), e.rows)
		LEAQ(Mem{Base: e.src, Index: e.lds, Scale: 2}, e.src)
	}
	ADDQ(e.ldd, e.dst)
	JMP(LabelRef(label("Row")))
	Label(label("Done"))
}

// load loads the numbers of a step.
func (e *roundingEmitter) load(masked bool) {
	high := Mem{Base: e.from, Disp: 64}
	if !e.byRow {
		high = Mem{Base: e.below}
	}
	if masked {
		VMOVUPS_Z(Mem{Base: e.from}, reg.K1, e.low)
	} else {
		VMOVUPS(Mem{Base: e.from}, e.low)
	}
	if masked || !e.byRow {
		VMOVUPS_Z(high, reg.K2, e.high)
	} else {
		VMOVUPS(high, e.high)
	}
}

// store stores pairs.
func (e *roundingEmitter) store(to reg.GPPhysical, masked bool) {
	if masked {
		VMOVDQU32(e.pairs, reg.K3, Mem{Base: to})
	} else {
		VMOVDQU32(e.pairs, Mem{Base: to})
	}
}

// atLeast sets mask to the lanes of v that are at least bound, both unsigned.
func (e *roundingEmitter) atLeast(bound, v reg.VecPhysical, mask reg.Register) {
	VPCMPUD(Imm(5), bound, v, mask)
}

// convert rounds a step with the processor's conversion and notes the largest
// magnitude.
func (e *roundingEmitter) convert(prefix string, masked bool) {
	e.load(masked)
	for _, v := range []reg.VecPhysical{e.low, e.high} {
		VPANDD(e.sizeMask, v, e.scratch)
		VPMAXUD(e.scratch, e.most, e.most)
	}
	Load(Param("pieces"), e.pieces)
	if e.byRow {
		// A single piece of a row is its numbers in their order.
		CMPQ(e.pieces, Imm(1))
		JNE(LabelRef(prefix + "Pieces"))
		vcvtNE2PS2BF16.emit(e.low, e.high, e.pairs)
		e.store(e.to, masked)
		JMP(LabelRef(prefix + "Done"))
		Label(prefix + "Pieces")
		VMOVAPS(e.low, e.scratch)
		VPERMT2PS(e.high, e.evens, e.low)
		VPERMT2PS(e.high, e.oddsOf, e.scratch)
		VMOVAPS(e.scratch, e.high)
	}
	MOVQ(e.to, e.at)
	Label(prefix + "Piece")
	vcvtNE2PS2BF16.emit(e.low, e.high, e.pairs)
	VPERMW(e.pairs, e.interleave, e.pairs)
	e.store(e.at, masked)
	DECQ(e.pieces)
	JZ(LabelRef(prefix + "Done"))
	VPSLLD(Imm(16), e.pairs, e.scratch)
	VSUBPS(e.scratch, e.low, e.low)
	VPANDD(e.upper, e.pairs, e.scratch)
	VSUBPS(e.scratch, e.high, e.high)
	ADDQ(e.plane, e.at)
	JMP(LabelRef(prefix + "Piece"))
	Label(prefix + "Done")
}

// byRule rounds a step by the rules of piece.
func (e *roundingEmitter) byRule(prefix string, masked bool) {
	e.load(masked)
	Load(Param("pieces"), e.pieces)
	MOVQ(e.to, e.at)
	high := reg.Z4
	Label(prefix + "Piece")
	e.piece(e.low, e.pairs)
	e.piece(e.high, high)
	if e.byRow {
		VPERMT2W(high, e.oddWords, e.pairs)
	} else {
		VPSRLD(Imm(16), e.pairs, e.pairs)
		VPORD(high, e.pairs, e.pairs)
	}
	e.store(e.at, masked)
	ADDQ(e.plane, e.at)
	DECQ(e.pieces)
	JNZ(LabelRef(prefix + "Piece"))
}

// piece sets rounded to the next piece of x, in its upper halves, and x to what is
// left.
func (e *roundingEmitter) piece(x, rounded reg.VecPhysical) {
	const below, unordered, above = 1, 3, 6
	nan, large, special, denormal := reg.K5, reg.K6, reg.K7, reg.K5
	VCMPPS(Imm(unordered), x, x, nan)
	VPORD(e.quiet, x, nan, x)
	VPANDD(e.sizeMask, x, e.scratch)
	e.atLeast(e.largest, e.scratch, large)
	VPANDD(e.upper, e.scratch, e.scratch)
	VPCMPUD(Imm(above), e.largest, e.scratch, special)
	VPSRLD(Imm(16), x, rounded)
	VPANDD(e.one, rounded, rounded)
	VPADDD(e.half, rounded, rounded)
	VPADDD(x, rounded, rounded)
	VMOVDQA32(x, large, rounded)
	VPANDD(e.upper, rounded, rounded)
	VPANDD(e.sizeMask, x, e.scratch)
	VPCMPUD(Imm(below), e.normal, e.scratch, denormal)
	VPXORD(e.scratch, x, denormal, rounded)
	VSUBPS(rounded, x, x)
	VPXORD(x, x, special, x)
	KORW(special, e.seen, e.seen)
}
