package native

import "github.com/neurona-ml/neurona/blas"

const (
	// dotRows is the most rows of A for which C = A·Bᵀ is done as dot products
	// of rows. To pack B for tiles is to read all of it and write it again, which
	// few rows do not pay back. One row by 512×784: 43 to 54 GFLOP/s as dot
	// products, 15 as tiles; tiles gain with every row, dot products do not.
	dotRows = 3
	// dotLength is the least length of these: one row by 10×512 makes 8.5
	// GFLOP/s as tiles and 3.6 as dot products.
	dotLength = 32
)

// gemmDot computes C = alpha·A·Bᵀ, or adds it to C: every element is one dot
// product, summed in an order that depends on k alone.
func (b *Backend) gemmDot(alpha float32, a, bm, c *blas.Matrix, add bool) {
	k := a.Cols
	for i := range a.Rows {
		x := a.Data[i*a.Stride : i*a.Stride+k]
		row := c.Data[i*c.Stride : i*c.Stride+c.Cols]
		for j := range row {
			dot := alpha * b.set.Dot(x, bm.Data[j*bm.Stride:j*bm.Stride+k])
			if add {
				dot += row[j]
			}
			row[j] = dot
		}
	}
}
