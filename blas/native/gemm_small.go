package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// smallWork bounds the products, in m·n·k, whose time goes as much into
// preparing as into multiplying: up to 64³ with everything in L1 or L2, where
// copies and blocks gain nothing.
const smallWork = 64 * 64 * 64

// littleWork reports whether a product is one of smallWork at most. An int of 32 bits
// holds m·n, m·k and k·n, but not always m·n·k.
func littleWork(m, n, k int) bool { return int64(m)*int64(n)*int64(k) <= smallWork }

// gemmSmall computes C = op(A)·op(B), or adds it to C, for a product of
// smallWork at most: the tiles of block, in the same order of k, with nothing
// prepared but panels of a transposed B.
func (b *Backend) gemmSmall(k int, a *blas.Matrix, transposedA bool, bm *blas.Matrix, transposedB bool, c *blas.Matrix, add bool) {
	kern := &b.set.Product
	rsa, csa := a.Stride, 1
	if transposedA {
		rsa, csa = 1, a.Stride
	}
	var panel *scratch
	if transposedB {
		panel = b.spare.get(k*min(kern.NR, c.Cols), 0)
		defer b.spare.put(panel)
	}
	for j := 0; j < c.Cols; j += kern.NR {
		width := min(kern.NR, c.Cols-j)
		var from *float32
		ldb := bm.Stride
		if transposedB {
			kern.Transpose(width, k, &bm.Data[j*ldb], ldb, &panel.mem[0], width)
			from, ldb = &panel.mem[0], width
		} else {
			from = &bm.Data[j]
		}
		// tileColumn would do, and its call takes 5 of the 40 ns of 8×8×8.
		for i := 0; i < c.Rows; {
			rows := smallRows(kern, c.Rows-i)
			to := &c.Data[i*c.Stride+j]
			var start *float32
			if add {
				start = to
			}
			kern.Tile(rows, width, k, &a.Data[i*rsa], rsa, csa, from, ldb, start, c.Stride, to, c.Stride, noFloor, nil, 0)
			i += rows
		}
	}
}

// smallRows is how many of the rows that are left the next tile takes.
func smallRows(kern *kernels.Product, left int) int {
	switch {
	case left >= 2*kern.MR:
		return kern.MR
	case left > kern.MR:
		return (left + 1) / 2 // two tiles of even height
	}
	return left
}
