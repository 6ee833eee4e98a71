package main

import "fmt"

// The microkernel keeps an 8×12 tile of sums in V8 to V31. Each step of k
// loads one row of B, and one element of each row of A, whose products with
// the row are added to the sums by FMLA with one element for all lanes. As a
// broadcasting load takes one of the pipelines that FMLA needs, and a scalar
// load does not, elements of A are loaded as scalars. In a transposed A they
// are neighbours, and two vectors hold all of them.
type neonTile struct {
	v *neon
	neonColumns
	rows int
}

const (
	neonMR     = 8
	neonFirstA = vector(3)
	neonFirstC = vector(8)
	neonAInUse = 5 // scalars of A under way: the registers between the first of A and of C
	neonRowB   = vector(0)
)

// Where the operands are while a body runs; strides are in bytes. Row i of A
// is at general(i).
const (
	neonOffset  = general(8) // of the current element in each row of A
	neonCSA     = general(9)
	neonB       = general(10)
	neonLDB     = general(11)
	neonLastB   = general(12) // the last vector of B's row
	neonK       = general(13)
	neonC       = general(14) // or s
	neonLDC     = general(15)
	neonLastC   = general(16)
	neonLast    = general(17) // offset of the last vector in a row
	neonRows    = general(19) // m; R18 is the platform's
	neonColsRSA = general(20) // n, then the rows' distance in A
)

func neonProduct(v *neon) {
	v.begin("tileNEON", tileSignature, "tileNEON "+tileComment,
		"",
		"The loop over k has for an 8×12 tile, as disassembled, 24 FMLA and",
		"  - 13 other instructions, of them 10 loads, if A's rows are rsa apart,",
		"  - 5 other instructions, of them 3 loads, if they are adjacent (rsa = 1).",
	)
	for _, p := range []struct {
		name  string
		r     general
		bytes bool
	}{
		{"m", neonRows, false}, {"n", neonColsRSA, false}, {"k", neonK, false},
		{"a", 0, false}, {"csa", neonCSA, true}, {"b", neonB, false}, {"ldb", neonLDB, true},
		{"s", neonC, false}, {"lds", neonLDC, true},
	} {
		v.asm("MOVD %s, %s", v.address(v.param(p.name)), p.r)
		if p.bytes {
			v.asm("LSL $2, %s", p.r)
		}
	}
	v.eachColumns(neonColsRSA, neonLast, func(c neonColumns) {
		if c.vectors > 1 {
			v.asm("ADD %s, %s, %s", neonLast, neonB, neonLastB)
			v.asm("ADD %s, %s, %s", neonLast, neonC, neonLastC)
		}
		v.asm("MOVD %s, %s", v.address(v.param("rsa")), neonColsRSA)
		v.asm("LSL $2, %s", neonColsRSA)
		v.searchRows(c.name, 1, neonMR)
		for rows := neonMR; rows >= 1; rows-- {
			neonTile{v, c, rows}.body()
		}
	})
	v.end()
}

// searchRows emits a binary search for m in [low, high].
func (v *neon) searchRows(prefix string, low, high int) {
	if low == high {
		v.asm("B %sr%d", prefix, low)
		return
	}
	middle := (low + high) / 2
	above := fmt.Sprintf("%sAbove%d", prefix, middle)
	v.asm("CMP $%d, %s", middle, neonRows)
	v.asm("BGT %s", above)
	v.searchRows(prefix, low, middle)
	v.label(above)
	v.searchRows(prefix, middle+1, high)
}

func (t neonTile) sum(i, j int) vector { return neonFirstC + vector(t.vectors*i+j) }

// body computes the rows of a tile: load the sums from s, run along k, store
// to c.
func (t neonTile) body() {
	v, label := t.v, fmt.Sprintf("%sr%d", t.name, t.rows)
	v.label(label)
	v.asm("CBNZ %s, %sSums", neonC, label)
	for i := range t.rows {
		for j := range t.vectors {
			x := t.sum(i, j).b16()
			v.asm("VEOR %s, %s, %s", x, x, x)
		}
	}
	v.asm("B %sStarted", label)
	v.label(label + "Sums")
	for i := range t.rows {
		t.load(v, neonC, neonLastC, neonLDC, t.sum(i, 0))
	}
	v.label(label + "Started")
	v.asm("CBZ %s, %sStore", neonK, label)
	for i := 1; i < t.rows; i++ {
		v.asm("ADD %s, %s, %s", neonColsRSA, general(i-1), general(i))
	}
	adjacent := t.vectors == 3 && t.rows >= neonLanes
	if adjacent {
		v.asm("CMP $4, %s", neonColsRSA)
		v.asm("BEQ %sAdjacent", label)
	}
	v.asm("MOVD ZR, %s", neonOffset)
	t.loop(label+"Loop", t.stepApart)
	if adjacent {
		v.asm("B %sStore", label)
		t.loop(label+"Adjacent", t.stepAdjacent)
	}
	v.label(label + "Store")
	t.store()
}

// loop emits the loop over k around step, which moves to the next elements.
func (t neonTile) loop(label string, step func()) {
	t.v.label(label)
	t.load(t.v, neonB, neonLastB, neonLDB, neonRowB)
	step()
	t.v.asm("SUBS $1, %s, %s", neonK, neonK)
	t.v.asm("BNE %s", label)
}

// stepApart multiplies by elements of A that lie apart.
func (t neonTile) stepApart() {
	element := func(i int) vector { return neonFirstA + vector(i%neonAInUse) }
	load := func(i int) {
		if i < t.rows {
			t.v.asm("FMOVS (%s)(%s), %s", general(i), neonOffset, element(i).scalar())
		}
	}
	for i := range neonAInUse {
		load(i)
	}
	for i := range t.rows {
		t.multiply(i, element(i), 0)
		load(i + neonAInUse)
	}
	t.v.asm("ADD %s, %s", neonCSA, neonOffset)
}

// stepAdjacent multiplies by 4 to 8 neighbours: two vectors that overlap, the
// second where the rows end, as the last vector of a row does.
func (t neonTile) stepAdjacent() {
	low, high := neonFirstA, neonFirstA+1
	second := t.rows - neonLanes // where the second vector starts
	switch {
	case second == 0:
		t.v.asm("VLD1.P (%s)(%s), %s", general(0), neonCSA, low.through(low))
	case second == neonLanes:
		t.v.asm("VLD1.P (%s)(%s), %s", general(0), neonCSA, low.through(high))
	default:
		t.v.asm("VLD1.P (%s)(%s), %s", general(0), neonCSA, low.through(low))
		t.v.asm("VLD1.P (%s)(%s), %s", general(second), neonCSA, high.through(high))
	}
	for i := range t.rows {
		if i < neonLanes {
			t.multiply(i, low, i)
		} else {
			t.multiply(i, high, i-second)
		}
	}
}

// multiply adds B's row times an element of A to the sums of row i.
func (t neonTile) multiply(i int, a vector, element int) {
	for j := range t.vectors {
		t.v.word(fMLAElement, int(t.sum(i, j)), int(neonRowB)+j, int(a), element)
	}
}

// store writes max(floor, sum), where -0 counts as 0 and a NaN stays. FMAX
// would turn -0 into 0, which the other sets do not.
func (t neonTile) store() {
	v := t.v
	v.asm("MOVD %s, %s", v.address(v.param("c")), neonC)
	v.asm("MOVD %s, %s", v.address(v.param("ldc")), neonLDC)
	v.asm("LSL $2, %s", neonLDC)
	if t.vectors > 1 {
		v.asm("ADD %s, %s, %s", neonLast, neonC, neonLastC)
	}
	floor := vector(0)
	v.asm("FMOVS %s, %s", v.address(v.param("floor")), floor.scalar())
	v.allLanes(floor)
	for i := range t.rows {
		for j := range t.vectors {
			below := floor + 1 + vector((i*t.vectors+j)%7)
			v.do(fCMGT, below, floor, t.sum(i, j))
			v.insert(t.sum(i, j), floor, below)
		}
		t.save(v, t.sum(i, 0), neonC, neonLastC, neonLDC)
	}
	v.asm("RET")
}
