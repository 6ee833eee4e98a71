package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The microkernel keeps an MR×NR tile of sums in vector registers. Each step
// of k loads one row of B, and for each row of A broadcasts one element and
// adds its product with B's row to that row's sums:
//
//	AVX-512  14×32: 28 sums, 2 of B, 2 broadcasts = 32 registers; 14+2 loads for 28 FMAs
//	AVX2      6×16: 12 sums, 2 of B, 1 mask, 1 broadcast = 16 registers; 6+2 loads for 12 FMAs
//
// Two loads and two FMAs start in a cycle, so loads do not bind, and 12 or
// more independent sums cover the FMA's latency of 4 cycles.
type tileEmitter struct {
	isa     string
	lanes   int // floats in a vector
	maxRows int // MR

	vector     func(i int) reg.VecPhysical
	zero       func(v reg.VecPhysical)
	loadMasked func(m Mem, tail int, v reg.VecPhysical) // tail: which mask
	saveMasked func(v reg.VecPhysical, tail int, m Mem)
	// multiply adds b·a to sum. multiplyBroadcast, nil if there is none, does so
	// with an element of a in memory.
	multiply          func(b, a, sum reg.VecPhysical)
	multiplyBroadcast func(a Mem, b, sum reg.VecPhysical)

	// Where the operands are while a body runs. Strides are in bytes.
	a, aHigh, rsa, rsa3, rsa5, csa reg.GPPhysical
	b, ldb                         reg.GPPhysical
	s, lds, c, ldc                 reg.GPPhysical
	k                              reg.GPPhysical
}

// variant is the column structure of a body: how many vectors make a row,
// and whether each is a whole vector or a masked one.
type variant struct {
	name   string
	masked []bool
}

const tileSignature = "func(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, next *float32, ldNext int)"

const tileComment = "computes c = max(floor, s + a·b) for an m×n tile: see Product.Tile."

func newTileEmitter(isa string, lanes, maxRows int) *tileEmitter {
	return &tileEmitter{
		isa: isa, lanes: lanes, maxRows: maxRows,
		multiply: func(b, a, sum reg.VecPhysical) { VFMADD231PS(b, a, sum) },
		a:        reg.RAX, aHigh: reg.RBX, rsa: reg.RCX, rsa3: reg.RDX, rsa5: reg.RSI, csa: reg.RDI,
		b: reg.R8, ldb: reg.R9, s: reg.R10, lds: reg.R11, c: reg.R12, ldc: reg.R13,
		k: reg.R14,
	}
}

// begin opens the function and loads what every body needs, except n, k and
// ldc, whose registers the choice of the body uses first.
func (e *tileEmitter) begin() {
	TEXT("tile"+e.isa, NOSPLIT, tileSignature)
	Doc("tile"+e.isa+" "+tileComment, "")
	Pragma("noescape")
	for _, p := range []struct {
		name  string
		r     reg.GPPhysical
		bytes bool
	}{
		{"a", e.a, false}, {"rsa", e.rsa, true}, {"csa", e.csa, true},
		{"b", e.b, false}, {"ldb", e.ldb, true},
		{"s", e.s, false}, {"lds", e.lds, true}, {"c", e.c, false},
	} {
		Load(Param(p.name), p.r)
		if p.bytes {
			SHLQ(Imm(2), p.r)
		}
	}
	LEAQ(Mem{Base: e.rsa, Index: e.rsa, Scale: 2}, e.rsa3)
	LEAQ(Mem{Base: e.rsa, Index: e.rsa, Scale: 4}, e.rsa5)
}

// bodies emits a search for m and one body for each number of rows.
func (e *tileEmitter) bodies(v variant) {
	Load(Param("m"), reg.R15)
	Load(Param("k"), e.k)
	Load(Param("ldc"), e.ldc)
	SHLQ(Imm(2), e.ldc)
	label := func(rows int) string { return fmt.Sprintf("%s%d", v.name, rows) }
	CMPQ(reg.R15, Imm(uint64(e.maxRows)))
	JEQ(LabelRef(label(e.maxRows)))
	e.search(v.name, 1, e.maxRows-1, label)
	for rows := e.maxRows; rows >= 1; rows-- {
		Label(label(rows))
		e.body(v, label(rows), rows)
	}
}

// search emits a binary search for m in [low, high].
func (e *tileEmitter) search(prefix string, low, high int, label func(int) string) {
	if low == high {
		JMP(LabelRef(label(low)))
		return
	}
	middle := (low + high) / 2
	above := fmt.Sprintf("%sAbove%d", prefix, middle)
	CMPQ(reg.R15, Imm(uint64(middle)))
	JGT(LabelRef(above))
	e.search(prefix, low, middle, label)
	Label(above)
	e.search(prefix, middle+1, high, label)
}

// body computes rows rows: load the sums from s, run along k, store to c.
func (e *tileEmitter) body(v variant, label string, rows int) {
	vectors := len(v.masked)
	sum := func(i, j int) reg.VecPhysical { return e.vector(i*vectors + j) }
	vectorsInFile := 32
	if e.lanes == 8 {
		vectorsInFile = 16
	}
	// The top registers: B's row, then broadcasts. AVX2 keeps its mask in
	// the last but one, so it has a single register to broadcast to.
	broadcasts := []reg.VecPhysical{e.vector(vectorsInFile - 1)}
	bTop := vectorsInFile - 4
	if e.lanes == 16 {
		broadcasts = append(broadcasts, e.vector(vectorsInFile-2))
	}
	bRow := func(j int) reg.VecPhysical { return e.vector(bTop + j) }

	if rows > 7 {
		Comment("Rows 7 and up are reached from their own base.")
		LEAQ(Mem{Base: e.a, Index: e.rsa3, Scale: 2}, e.aHigh)
		ADDQ(e.rsa, e.aHigh)
	}
	TESTQ(e.s, e.s)
	JZ(LabelRef(label + "zero"))
	for i := range rows {
		for j, masked := range v.masked {
			m := Mem{Base: e.s, Disp: 4 * e.lanes * j}
			if masked {
				e.loadMasked(m, j, sum(i, j))
			} else {
				VMOVUPS(m, sum(i, j))
			}
		}
		if i < rows-1 {
			ADDQ(e.lds, e.s)
		}
	}
	Label(label + "started")
	TESTQ(e.k, e.k)
	JZ(LabelRef(label + "store"))
	if rows == e.maxRows {
		e.prefetchBelow(label, rows, vectors)
	}

	Label(label + "begin")
	// s and lds are done with: their registers take the row of B to fetch, and
	// its distance to the next one.
	ahead, stepAhead := e.s, e.lds
	Load(Param("next"), ahead)
	Load(Param("ldNext"), stepAhead)
	SHLQ(Imm(2), stepAhead)
	TESTQ(ahead, ahead)
	JNZ(LabelRef(label + "loop"))
	MOVQ(e.ldb, stepAhead)
	MOVQ(e.ldb, ahead)
	SHLQ(Imm(prefetchShift), ahead)
	ADDQ(e.b, ahead)
	Label(label + "loop")
	for line := 0; line < vectors*e.lanes*4; line += 64 {
		PREFETCHT0(Mem{Base: ahead, Disp: line})
	}
	ADDQ(stepAhead, ahead)
	for j, masked := range v.masked {
		m := Mem{Base: e.b, Disp: 4 * e.lanes * j}
		if masked {
			e.loadMasked(m, j, bRow(j))
		} else {
			VMOVUPS(m, bRow(j))
		}
	}
	for i := range rows {
		if vectors == 1 && e.multiplyBroadcast != nil {
			// A broadcast that is part of the multiply-add costs Zen 4 nothing, one
			// of its own a third of a multiply-add (cycles for 14 rows: 14 and 19).
			e.multiplyBroadcast(e.rowOfA(i), bRow(0), sum(i, 0))
			continue
		}
		x := broadcasts[i%len(broadcasts)]
		VBROADCASTSS(e.rowOfA(i), x)
		for j := range vectors {
			e.multiply(bRow(j), x, sum(i, j))
		}
	}
	ADDQ(e.ldb, e.b)
	ADDQ(e.csa, e.a)
	if rows > 7 {
		ADDQ(e.csa, e.aHigh)
	}
	DECQ(e.k)
	JNZ(LabelRef(label + "loop"))

	Label(label + "store")
	floor := broadcasts[0]
	floorArg, err := Param("floor").Resolve()
	if err != nil {
		panic(err)
	}
	// With k = 10, a maximum of each sum takes a tenth of the tile's time.
	CMPL(floorArg.Addr, U32(minusInf))
	JEQ(LabelRef(label + "all"))
	VBROADCASTSS(floorArg.Addr, floor)
	for i := range rows {
		for j := range vectors {
			// The second source wins if either is NaN: a NaN sum stays.
			VMAXPS(sum(i, j), floor, sum(i, j))
		}
	}
	Label(label + "all")
	for i := range rows {
		for j, masked := range v.masked {
			m := Mem{Base: e.c, Disp: 4 * e.lanes * j}
			if masked {
				e.saveMasked(sum(i, j), j, m)
			} else {
				VMOVUPS(sum(i, j), m)
			}
		}
		if i < rows-1 {
			ADDQ(e.ldc, e.c)
		}
	}
	VZEROUPPER()
	RET()

	Label(label + "zero")
	for i := range rows {
		for j := range vectors {
			e.zero(sum(i, j))
		}
	}
	JMP(LabelRef(label + "started"))
}

// minusInf is the floor that changes nothing, as float32 bits.
const minusInf = 0xff800000

// rowOfA is the current element of A's row i: 0 to 6 from a, 7 to 13 from
// aHigh, which is seven rows further on.
func (e *tileEmitter) rowOfA(i int) Mem {
	base := e.a
	if i >= 7 {
		base, i = e.aHigh, i-7
	}
	switch i {
	case 0:
		return Mem{Base: base}
	case 1, 2, 4:
		return Mem{Base: base, Index: e.rsa, Scale: uint8(i)}
	case 3, 6:
		return Mem{Base: base, Index: e.rsa3, Scale: uint8(i / 3)}
	default:
		return Mem{Base: base, Index: e.rsa5, Scale: 1}
	}
}

var zmm = []reg.VecPhysical{
	reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
	reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
	reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
	reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
}

var ymm = []reg.VecPhysical{
	reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
	reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
}
