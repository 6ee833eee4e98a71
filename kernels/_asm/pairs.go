package main

import (
	"encoding/binary"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pairsAVX512 emits the unit of bf16 pairs on AVX512_BF16.
func pairsAVX512() {
	tilePairsAVX512()
	peakPairsAVX512()
	index := oddWords()
	fromRow(index)
	fromRows()
}

// tilePairsAVX512 emits the tile of float32 with VDPBF16PS for VFMADD231PS.
func tilePairsAVX512() {
	e := newTileEmitterAVX512("PairsAVX512")
	e.multiply = func(b, a, sum reg.VecPhysical) { vdpbf16ps(b, a, sum) }
	e.emitAVX512()
}

// peakPairsAVX512 emits the loop that measures the rate of VDPBF16PS: see peak.
// For lack of a form that subtracts, the factors of every other product change
// signs.
func peakPairsAVX512() {
	TEXT("peakPairsAVX512", NOSPLIT, "func(iterations int, random *float32)")
	Doc("peakPairsAVX512 runs iterations of the loop behind Product.Peak on registers filled from random.")
	Pragma("noescape")
	n, from := reg.RAX, reg.RBX
	Load(Param("iterations"), n)
	Load(Param("random"), from)
	for i := range 32 {
		VMOVUPS(Mem{Base: from, Disp: 64 * i}, zmm[i])
	}
	MOVL(U32(0x80008000), reg.ECX)
	VPBROADCASTD(reg.ECX, reg.Z31)
	VPXORD(reg.Z31, reg.Z29, reg.Z31)
	Label("loop")
	for i := range 4 {
		for _, sum := range zmm[:28] {
			vdpbf16ps(zmm[28], zmm[29+2*(i%2)], sum)
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// vdpbf16ps emits VDPBF16PS b, a, sum: sum += the dot products of pairs of
// bf16. Go's assembler does not know it: EVEX.512.F3.0F38.W0 52 /r.
func vdpbf16ps(b, a, sum reg.VecPhysical) {
	Commentf("VDPBF16PS Z%d, Z%d, Z%d", number(b), number(a), number(sum))
	code := encodeVDPBF16PS(number(b), number(a), number(sum))
	Instruction(&ir.Instruction{Opcode: "LONG", Operands: []Op{U32(binary.LittleEndian.Uint32(code))}})
	Instruction(&ir.Instruction{Opcode: "WORD", Operands: []Op{U16(binary.LittleEndian.Uint16(code[4:]))}})
}

// encodeVDPBF16PS encodes the instruction for vector registers by number.
func encodeVDPBF16PS(b, a, sum int) []byte {
	bit := func(r, i int) byte { return byte(r>>i&1) ^ 1 } // EVEX stores them inverted
	return []byte{
		0x62,
		bit(sum, 3)<<7 | bit(b, 4)<<6 | bit(b, 3)<<5 | bit(sum, 4)<<4 | 0b010,
		byte(^a&15)<<3 | 0b110,
		0b10<<5 | bit(a, 4)<<3,
		0x52,
		0xc0 | byte(sum&7)<<3 | byte(b&7),
	}
}

// number is the number of a vector register.
func number(v reg.VecPhysical) int { return int(v.PhysicalIndex()) }

// oddWords is the table of indices that take the upper halves of the elements
// of two vectors: 1, 3 to 63.
func oddWords() Mem {
	table := GLOBL("oddWords", RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32((4*i+1)|(4*i+3)<<16))
	}
	return table
}

// pieceEmitter takes vectors of float32 numbers apart into pieces of bf16: see
// piece in generic_pairs.go, whose cases it follows.
type pieceEmitter struct {
	seen reg.Register // lanes that were infinite or NaN

	half, one, upper, sizeMask, largest, quiet reg.VecPhysical
}

func newPieceEmitter() *pieceEmitter {
	e := &pieceEmitter{seen: reg.K4, half: reg.Z16, one: reg.Z17, upper: reg.Z18, sizeMask: reg.Z19, largest: reg.Z20, quiet: reg.Z21}
	for _, c := range []struct {
		value uint32
		v     reg.VecPhysical
	}{{0x7fff, e.half}, {1, e.one}, {0xffff0000, e.upper}, {0x7fffffff, e.sizeMask}, {0x7f7f0000, e.largest}, {1 << 22, e.quiet}} {
		MOVL(U32(c.value), reg.R15L)
		VPBROADCASTD(reg.R15L, c.v)
	}
	KXORW(e.seen, e.seen, e.seen)
	return e
}

// next sets rounded to the next piece of x, in its upper halves, and x to what is
// left.
func (e *pieceEmitter) next(x, rounded, scratch reg.VecPhysical) {
	const unordered, atLeast, above = 3, 5, 6
	nan, large, special := reg.K5, reg.K6, reg.K7
	VCMPPS(Imm(unordered), x, x, nan)
	VPORD(e.quiet, x, nan, x)
	VPANDD(e.sizeMask, x, scratch)
	VPCMPUD(Imm(atLeast), e.largest, scratch, large)
	VPANDD(e.upper, scratch, scratch)
	VPCMPUD(Imm(above), e.largest, scratch, special)
	VPSRLD(Imm(16), x, rounded)
	VPANDD(e.one, rounded, rounded)
	VPADDD(e.half, rounded, rounded)
	VPADDD(x, rounded, rounded)
	VMOVDQA32(x, large, rounded)
	VPANDD(e.upper, rounded, rounded)
	VSUBPS(rounded, x, x)
	VPXORD(x, x, special, x)
	KORW(special, e.seen, e.seen)
}

// done returns whether anything infinite or NaN was seen.
func (e *pieceEmitter) done() {
	KORTESTW(e.seen, e.seen)
	SETNE(reg.AL)
	Store(reg.AL, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// fromRow emits Pairs.FromRow: 32 numbers at a time.
func fromRow(table Mem) {
	TEXT("fromRowAVX512", NOSPLIT, "func(n int, src *float32, pieces int, dst *float32, plane int) bool")
	Doc("fromRowAVX512 is Pairs.FromRow.")
	Pragma("noescape")
	n, src, pieces, dst, plane := reg.RAX, reg.RBX, reg.RCX, reg.RDX, reg.RSI
	to, left, bits := reg.RDI, reg.R8, reg.R9
	for _, p := range []struct {
		name string
		r    reg.GPPhysical
	}{{"n", n}, {"src", src}, {"dst", dst}, {"plane", plane}} {
		Load(Param(p.name), p.r)
	}
	SHLQ(Imm(2), plane)
	e := newPieceEmitter()
	index := reg.Z22
	VMOVDQU32(table, index)
	low, high, l, h, scratch := reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4
	Comment("Masks of the numbers, K1 and K2, and of the pairs, K3: all, but at the end.")
	KXNORW(reg.K1, reg.K1, reg.K1)
	KXNORW(reg.K2, reg.K2, reg.K2)
	KXNORW(reg.K3, reg.K3, reg.K3)
	Label("loop")
	CMPQ(n, Imm(32))
	JGE(LabelRef("whole"))
	TESTQ(n, n)
	JLE(LabelRef("done"))
	MOVQ(U64(1), bits)
	SHLXQ(n, bits, bits)
	DECQ(bits)
	KMOVW(bits.As32(), reg.K1)
	SHRQ(Imm(16), bits)
	KMOVW(bits.As32(), reg.K2)
	LEAQ(Mem{Base: n, Disp: 1}, left)
	SHRQ(Imm(1), left)
	MOVQ(U64(1), bits)
	SHLXQ(left, bits, bits)
	DECQ(bits)
	KMOVW(bits.As32(), reg.K3)
	Label("whole")
	VMOVUPS_Z(Mem{Base: src}, reg.K1, low)
	VMOVUPS_Z(Mem{Base: src, Disp: 64}, reg.K2, high)
	Load(Param("pieces"), pieces)
	MOVQ(dst, to)
	Label("piece")
	e.next(low, l, scratch)
	e.next(high, h, scratch)
	VPERMT2W(h, index, l)
	VMOVDQU32(l, reg.K3, Mem{Base: to})
	ADDQ(plane, to)
	DECQ(pieces)
	JNZ(LabelRef("piece"))
	ADDQ(Imm(128), src)
	ADDQ(Imm(64), dst)
	SUBQ(Imm(32), n)
	JMP(LabelRef("loop"))
	Label("done")
	e.done()
}

// fromRows emits Pairs.FromRows: 16 numbers of each row at a time.
func fromRows() {
	TEXT("fromRowsAVX512", NOSPLIT, "func(n int, low, high *float32, pieces int, dst *float32, plane int) bool")
	Doc("fromRowsAVX512 is Pairs.FromRows.")
	Pragma("noescape")
	n, lows, highs, pieces, dst, plane := reg.RAX, reg.RBX, reg.R10, reg.RCX, reg.RDX, reg.RSI
	to, bits := reg.RDI, reg.R9
	for _, p := range []struct {
		name string
		r    reg.GPPhysical
	}{{"n", n}, {"low", lows}, {"high", highs}, {"dst", dst}, {"plane", plane}} {
		Load(Param(p.name), p.r)
	}
	SHLQ(Imm(2), plane)
	e := newPieceEmitter()
	low, high, l, h, scratch := reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4
	Comment("K1 masks the numbers: all, but at the end.")
	KXNORW(reg.K1, reg.K1, reg.K1)
	Label("loop")
	CMPQ(n, Imm(16))
	JGE(LabelRef("whole"))
	TESTQ(n, n)
	JLE(LabelRef("done"))
	MOVQ(U64(1), bits)
	SHLXQ(n, bits, bits)
	DECQ(bits)
	KMOVW(bits.As32(), reg.K1)
	Label("whole")
	VMOVUPS_Z(Mem{Base: lows}, reg.K1, low)
	VPXORD(high, high, high)
	TESTQ(highs, highs)
	JZ(LabelRef("single"))
	VMOVUPS_Z(Mem{Base: highs}, reg.K1, high)
	ADDQ(Imm(64), highs)
	Label("single")
	Load(Param("pieces"), pieces)
	MOVQ(dst, to)
	Label("piece")
	e.next(low, l, scratch)
	e.next(high, h, scratch)
	VPSRLD(Imm(16), l, l)
	VPORD(h, l, l)
	VMOVDQU32(l, reg.K1, Mem{Base: to})
	ADDQ(plane, to)
	DECQ(pieces)
	JNZ(LabelRef("piece"))
	ADDQ(Imm(64), lows)
	ADDQ(Imm(64), dst)
	SUBQ(Imm(16), n)
	JMP(LabelRef("loop"))
	Label("done")
	e.done()
}
