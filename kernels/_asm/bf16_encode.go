package main

import (
	"encoding/binary"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// bf16Form is an instruction of AVX512_BF16 on three vectors of 512 bits, which
// Go's assembler does not know: EVEX.512.prefix.0F38.W0 code /r.
type bf16Form struct {
	name         string
	prefix, code byte // prefix as EVEX has it: 2 for F3, 3 for F2
}

var (
	// VDPBF16PS b, a, sum: sum += the dot products of pairs of bf16.
	vdpBF16PS = bf16Form{"VDPBF16PS", 2, 0x52}
	// VCVTNE2PS2BF16 low, high, words: words are low and then high rounded to bf16,
	// to nearest with ties to even; denormal numbers become zero.
	vcvtNE2PS2BF16 = bf16Form{"VCVTNE2PS2BF16", 3, 0x72}
)

// emit emits the instruction in the order of Go's operands: the last is written.
func (f bf16Form) emit(b, a, dst reg.VecPhysical) {
	Commentf("%s Z%d, Z%d, Z%d", f.name, number(b), number(a), number(dst))
	code := f.encode(number(b), number(a), number(dst))
	Instruction(&ir.Instruction{Opcode: "LONG", Operands: []Op{U32(binary.LittleEndian.Uint32(code))}})
	Instruction(&ir.Instruction{Opcode: "WORD", Operands: []Op{U16(binary.LittleEndian.Uint16(code[4:]))}})
}

// encode encodes the instruction for vector registers by number.
func (f bf16Form) encode(b, a, dst int) []byte {
	bit := func(r, i int) byte { return byte(r>>i&1) ^ 1 } // EVEX stores them inverted
	return []byte{
		0x62,
		bit(dst, 3)<<7 | bit(b, 4)<<6 | bit(b, 3)<<5 | bit(dst, 4)<<4 | 0b010,
		byte(^a&15)<<3 | 1<<2 | f.prefix,
		0b10<<5 | bit(a, 4)<<3,
		f.code,
		0xc0 | byte(dst&7)<<3 | byte(b&7),
	}
}
