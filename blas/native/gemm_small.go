package native

import "github.com/neurona-ml/neurona/blas"

// smallWork bounds the products, in m·n·k, whose time goes as much into
// preparing as into multiplying: up to 64³ with everything in L1 or L2, where
// copies and blocks gain nothing.
const smallWork = 64 * 64 * 64

// gemmSmall computes C = op(A)·B, or adds it to C, for a product of smallWork
// at most: the tiles of block, in the same order of k, with nothing prepared.
func (b *Backend) gemmSmall(k int, a *blas.Matrix, transposed bool, bm, c *blas.Matrix, add bool) {
	kern := &b.set.Product
	rsa, csa := a.Stride, 1
	if transposed {
		rsa, csa = 1, a.Stride
	}
	for j := 0; j < c.Cols; j += kern.NR {
		width := min(kern.NR, c.Cols-j)
		for i := 0; i < c.Rows; {
			rows := c.Rows - i
			if rows >= 2*kern.MR {
				rows = kern.MR
			} else if rows > kern.MR {
				rows = (rows + 1) / 2 // two tiles of even height
			}
			to := &c.Data[i*c.Stride+j]
			s, lds := &b.zeros[0], 0
			if add {
				s, lds = to, c.Stride
			}
			kern.Tile(rows, width, k, &a.Data[i*rsa], rsa, csa, &bm.Data[j], bm.Stride, s, lds, to, c.Stride, noFloor)
			i += rows
		}
	}
}
