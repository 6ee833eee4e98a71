//go:build linux && amd64

package amxemu

import "encoding/binary"

// maxInst is the length of the longest instruction of Op: VEX prefix, opcode,
// ModRM, SIB and four bytes of displacement.
const maxInst = 10

// Registers are numbered as in encodings; two more stand for an address.
const (
	regRIP  = 16 // of the next instruction
	regNone = 17 // zero
)

// inst is a decoded instruction; op is zero if it is none of ours.
type inst struct {
	op              Op
	size            uint8
	dst, src1, src2 uint8 // tiles; a store's tile is dst, too
	mem             address
}

// address is a memory operand: base plus disp, and an index that a tile's
// rows are multiples of.
type address struct {
	base, index, scale uint8 // scale is a shift
	disp               int32
}

// The opcodes in map 0F38, with the two bits of the VEX prefix that stand for
// a legacy prefix.
const (
	opConfig = 0x49 // LDTILECFG, TILERELEASE, TILEZERO
	opMove   = 0x4B // loads and stores
	opDotBF  = 0x5C
	ppNone   = 0
	pp66     = 1
	ppF3     = 2
	ppF2     = 3
)

// decode returns the tile instruction at the start of b.
func decode(b []byte) inst {
	if len(b) < 5 || b[0] != 0xC4 {
		return inst{}
	}
	// R, X, B and vvvv are stored inverted.
	r, x, base := ^b[1]>>7, ^b[1]>>6&1, ^b[1]>>5&1
	vvvv := ^b[2] >> 3 & 15
	pp, opcode, modrm := b[2]&3, b[3], b[4]
	mod, reg, rm := modrm>>6, modrm>>3&7, modrm&7
	if b[1]&31 != 2 || b[2]&0x84 != 0 || r != 0 { // map 0F38; W and L zero; there are eight tiles
		return inst{}
	}
	if opcode == opDotBF {
		if mod != 3 || pp != ppF3 || x|base != 0 || vvvv > 7 {
			return inst{}
		}
		return inst{op: TDPBF16PS, size: 5, dst: reg, src1: rm, src2: vvvv}
	}
	if vvvv != 0 { // no third operand
		return inst{}
	}
	in := inst{dst: reg}
	switch {
	case opcode == opConfig && mod == 3:
		if x|base != 0 || rm != 0 {
			return inst{}
		}
		switch {
		case pp == ppNone && reg == 0:
			return inst{op: TILERELEASE, size: 5}
		case pp == ppF2:
			return inst{op: TILEZERO, size: 5, dst: reg}
		}
		return inst{}
	case opcode == opConfig && pp == ppNone && reg == 0:
		in.op = LDTILECFG
	case opcode == opMove && mod != 3 && rm == 4: // rows need an index, and so a SIB byte
		in.op = [4]Op{pp66: TILELOADDT1, ppF3: TILESTORED, ppF2: TILELOADD}[pp]
	}
	if in.op == 0 {
		return inst{}
	}
	mem, n := decodeAddress(b[4:], x, base)
	if n == 0 {
		return inst{}
	}
	in.mem, in.size = mem, uint8(4+n)
	return in
}

// decodeAddress decodes the memory operand that starts with the ModRM byte
// b[0], and returns its length, or 0 if b is too short. x and high are the
// prefix's fourth bits of index and base.
func decodeAddress(b []byte, x, high uint8) (a address, n int) {
	mod, rm := b[0]>>6, b[0]&7
	a = address{base: rm | high<<3, index: regNone}
	n = 1
	absolute := false // a displacement without a base register
	if rm == 4 {
		if len(b) < 2 {
			return a, 0
		}
		sib := b[1]
		n = 2
		a.base, a.scale = sib&7|high<<3, sib>>6
		if index := sib>>3&7 | x<<3; index != 4 {
			a.index = index
		}
		if absolute = mod == 0 && sib&7 == 5; absolute {
			a.base = regNone
		}
	} else if absolute = mod == 0 && rm == 5; absolute {
		a.base = regRIP
	}
	switch {
	case mod == 1:
		if len(b) < n+1 {
			return a, 0
		}
		a.disp = int32(int8(b[n]))
		n++
	case mod == 2 || absolute:
		if len(b) < n+4 {
			return a, 0
		}
		a.disp = int32(binary.LittleEndian.Uint32(b[n:]))
		n += 4
	}
	return a, n
}
