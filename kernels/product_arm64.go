//go:build arm64 && !purego

package kernels

import (
	"math"
	"unsafe"
)

// neonProduct is the product for NEON: 8×12 tiles.
func neonProduct() Product {
	p := genericProduct()
	p.Tile = tileNEON
	p.Row = rowNEON
	p.Dots, p.DotsMR = dotsNEON, 1
	p.Transpose = transposeNEON
	p.PackRows = packRowsNEON
	p.MR, p.NR = 8, 12
	p.Peak, p.PeakRandom, p.PeakFlops = peakNEON, 28*4, 4*24*4*2
	return p
}

// dotsNEON is Product.Dots, for a row at a time.
func dotsNEON(_, n, k int, a *float32, _ int, b *float32, ldb int, c *float32, _ int, alpha float32, add bool) {
	x := unsafe.Slice(a, k)
	for j := range n {
		storeDot(at(c, j), alpha*dotNEON(x, unsafe.Slice(at(b, j*ldb), k)), add)
	}
}

// rowNEON is Product.Row: tiles of a row each.
func rowNEON(n, k int, a *float32, csa int, b *float32, ldb int, s, c *float32) {
	const width = 12
	for j := 0; j < n; j += width {
		var from *float32
		if s != nil {
			from = at(s, j)
		}
		tileNEON(1, min(width, n-j), k, a, 0, csa, at(b, j), ldb, from, 0, at(c, j), 0, float32(math.Inf(-1)), nil, 0)
	}
}

// transposeNEON is Product.Transpose: whole squares of 4×4 in assembly, then
// what is left below and to the right of them.
func transposeNEON(rows, cols int, src *float32, lds int, dst *float32, ldd int) {
	whole, wide := rows&^3, cols&^3
	if whole > 0 && wide > 0 {
		transposeSquaresNEON(whole, wide, src, lds, dst, ldd)
	}
	if whole < rows {
		transposeGeneric(rows-whole, wide, at(src, whole*lds), lds, at(dst, whole), ldd)
	}
	if wide < cols {
		transposeGeneric(rows, cols-wide, at(src, wide), lds, at(dst, wide*ldd), ldd)
	}
}
