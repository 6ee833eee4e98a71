package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// prefetchFrom is the k from which a tile fetches the rows of C below its own,
// where the next tile of the panel will be, into L1. Where C comes from L3 its
// lines would cost that tile a tenth of its time; with a small k the fetches
// themselves would.
const prefetchFrom = 64

// prefetchShift is the logarithm of how many rows of B ahead are fetched into
// L1. Measured at 8, 16 and 32 rows: 16 rows make packed products of 8 to 64
// rows with 1024×1024 and 2048×2048 weights, which come from L2 and L3, 10 to
// 30 % faster than none; 32 rows gain as much there and lose where B is
// row-major and every row lies on a page of its own. With B in
// L1 the difference drowned in the noise.
const prefetchShift = 4

func (e *tileEmitter) prefetchBelow(label string, rows, vectors int) {
	CMPQ(e.k, Imm(prefetchFrom))
	JLT(LabelRef(label + "begin"))
	below := reg.R15
	IMUL3Q(Imm(uint64(rows)), e.ldc, below)
	ADDQ(e.c, below)
	for i := range rows {
		for line := 0; line < vectors*e.lanes*4; line += 64 {
			PREFETCHT0(Mem{Base: below, Disp: line})
		}
		if i < rows-1 {
			ADDQ(e.ldc, below)
		}
	}
}
