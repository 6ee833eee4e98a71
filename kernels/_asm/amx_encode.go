package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tileForm is an instruction on tiles. Neither avo nor Go 1.26's assembler
// knows any of them, so they go into the file byte by byte.
type tileForm struct {
	name     string // as in Intel's manual
	prefix   byte   // the last byte of the VEX prefix, with no register in it
	opcode   byte
	operands string // with tiles d, a and b, memory m
}

// The forms in use. The test of encode compares them with GNU as.
var (
	ldTileCfg   = tileForm{"LDTILECFG", 0x78, 0x49, "[m]"}
	tileRelease = tileForm{"TILERELEASE", 0x78, 0x49, ""}
	tileZero    = tileForm{"TILEZERO", 0x7b, 0x49, "TMMd"}
	tileLoadD   = tileForm{"TILELOADD", 0x7b, 0x4b, "TMMd, [m]"}
	tileStoreD  = tileForm{"TILESTORED", 0x7a, 0x4b, "[m], TMMd"}
	tdpBF16PS   = tileForm{"TDPBF16PS", 0x7a, 0x5c, "TMMd, TMMa, TMMb"} // d += a·b
)

// tileForms returns all of them.
func tileForms() []tileForm {
	return []tileForm{ldTileCfg, tileRelease, tileZero, tileLoadD, tileStoreD, tdpBF16PS}
}

// tileRegisters is how many tiles there are.
const tileRegisters = 8

func (f tileForm) tiles() int      { return strings.Count(f.operands, "TMM") }
func (f tileForm) hasMemory() bool { return strings.Contains(f.operands, "[m]") }

// hasRows reports whether the form's memory is the rows of a tile: they start
// at base+displacement, and the index is the stride from one to the next.
func (f tileForm) hasRows() bool { return f.hasMemory() && f.tiles() > 0 }

// encode returns the instruction with memory m, which is empty if the form has
// none, and the tiles d, a and b, as far as the form has them, in that order:
// as bytes and as Intel writes it.
func (f tileForm) encode(m Mem, tmm ...int) (code []byte, text string) {
	f.check(m, tmm)
	text = strings.TrimRight(f.name+" "+f.operands, " ")
	for i, t := range tmm {
		text = strings.Replace(text, "TMM"+"dab"[i:i+1], fmt.Sprintf("TMM%d", t), 1)
	}
	// vex ends with the opcode map, 0F38. The bits above it are the high ones of
	// the numbers of modrm's register, index and base, inverted like all of VEX.
	vex, prefix, field := byte(0b111_00010), f.prefix, byte(0)
	if len(tmm) > 0 {
		field = byte(tmm[0]) << 3
	}
	operands := []byte{0b11<<6 | field} // modrm that says: no memory
	if f.hasMemory() {
		base, index := gpNumber(m.Base), byte(noIndex)
		if m.Index != nil {
			index = gpNumber(m.Index)
			vex ^= index >> 3 << 6
		}
		vex ^= base >> 3 << 5
		operands = address(field, base&7, index&7, m.Index != nil, m.Disp)
		text = strings.Replace(text, "m]", intelAddress(m)+"]", 1)
	}
	if len(tmm) == 3 {
		operands[0] |= byte(tmm[1])
		prefix ^= byte(tmm[2]) << 3
	}
	return append([]byte{0xc4, vex, prefix, f.opcode}, operands...), text
}

// check panics unless the form takes such operands.
func (f tileForm) check(m Mem, tmm []int) {
	fail := func(why string) {
		panic(fmt.Sprintf("%s %s with memory %+v and tiles %v: %s", f.name, f.operands, m, tmm, why))
	}
	if len(tmm) != f.tiles() {
		fail("another number of tiles is wanted")
	}
	for i, t := range tmm {
		if t < 0 || t >= tileRegisters {
			fail("there is no such tile")
		}
		for _, other := range tmm[:i] {
			if t == other {
				fail("the tiles of a product must differ")
			}
		}
	}
	switch {
	case !f.hasMemory():
		if m != (Mem{}) {
			fail("memory is not wanted")
		}
	case m.Base == nil || m.Symbol != (Symbol{}):
		fail("memory wants a base register and no symbol")
	case f.hasRows() && (m.Index == nil || m.Scale != 1):
		fail("rows want a stride: an index with scale 1")
	case !f.hasRows() && m.Index != nil:
		fail("an index is not wanted")
	case m.Index == reg.RSP:
		fail("RSP cannot be an index")
	case m.Disp != int(int32(m.Disp)):
		fail("the displacement has more than 32 bits")
	}
}

// noIndex stands for the index in a sib byte without one: RSP's number.
const noIndex = 0b100

// address returns modrm, with field in its middle, and the sib byte and the
// displacement that belong to it. base and index are the low bits of numbers.
func address(field, base, index byte, indexed bool, disp int) []byte {
	const (
		sibFollows = 0b100 // in the place of a base, so that RSP and R12 need sib
		needsDisp  = 0b101 // RBP and R13, without a displacement, are no base
	)
	code := []byte{field | base}
	if indexed || base == sibFollows {
		code = []byte{field | sibFollows, index<<3 | base}
	}
	switch {
	case disp == 0 && base != needsDisp:
	case disp == int(int8(disp)):
		code[0] |= 0b01 << 6
		code = append(code, byte(disp))
	default:
		code[0] |= 0b10 << 6
		code = append(code, byte(disp), byte(disp>>8), byte(disp>>16), byte(disp>>24))
	}
	return code
}

// gpNumber is the number of a general register in an encoding.
func gpNumber(r reg.Register) byte {
	physical, ok := r.(reg.GPPhysical)
	if !ok || physical.Size() != 8 {
		panic(fmt.Sprintf("%s is not a general register of 64 bits", r.Asm()))
	}
	return byte(physical.PhysicalIndex())
}

// intelAddress is m as Intel writes it, without brackets.
func intelAddress(m Mem) string {
	name := func(r reg.Register) string {
		if strings.HasPrefix(r.Asm(), "R") {
			return r.Asm() // R8 to R15
		}
		return "R" + r.Asm()
	}
	text := name(m.Base)
	if m.Index != nil {
		text += "+" + name(m.Index) + "*1"
	}
	if m.Disp != 0 {
		text += fmt.Sprintf("%+d", m.Disp)
	}
	return text
}

// emit writes the instruction to the function, behind a comment that says
// what the bytes are.
func (f tileForm) emit(m Mem, tmm ...int) {
	code, text := f.encode(m, tmm...)
	Comment(text)
	for _, b := range code {
		Instruction(&ir.Instruction{Opcode: "BYTE", Operands: []Op{U8(b)}})
	}
}
