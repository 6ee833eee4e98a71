package native

import "github.com/neurona-ml/neurona/blas"

// Gemm implements blas.Backend.
func (b *Backend) Gemm(tA, tB blas.Transpose, alpha float32, a, bm blas.Matrix, beta float32, c blas.Matrix) error {
	m, n, k, ok := blas.GemmFits(tA, tB, &a, &bm, &c)
	if !ok {
		_, _, _, err := blas.GemmShape(tA, tB, a, bm, c)
		return err
	}
	if m == 0 || n == 0 {
		return nil
	}
	if k == 0 || alpha == 0 {
		b.scaleC(beta, c)
		return nil
	}
	// The sums start at C, scaled, or at zero.
	if beta != 0 {
		b.scaleC(beta, c)
	}
	transposedA, transposedB, add := tA != blas.NoTrans, tB != blas.NoTrans, beta != 0
	switch {
	case !transposedB && alpha == 1 && gainsByRows(m, n, k):
		return b.gemmRows(k, &a, transposedA, &bm, &c, add)
	case !transposedA && transposedB && gainsByDots(m, k):
		return b.gemmDots(alpha, &a, &bm, &c, add)
	case alpha == 1 && littleWork(m, n, k) && !(transposedA && b.kern.narrow(m, n)):
		b.gemmSmall(k, &a, transposedA, &bm, transposedB, &c, add)
		return nil
	}
	j := multiplyJob{product: product{
		kern: &b.kern, m: m, n: n, k: k,
		a: left{data: a.Data, rs: a.Stride, cs: 1, alpha: alpha},
		b: right{data: bm.Data, rs: bm.Stride, cs: 1},
		c: result{data: c.Data, ld: c.Stride, panel: b.kern.NR, add: add, floor: noFloor},
	}}
	if transposedA {
		j.a.rs, j.a.cs = 1, a.Stride
	}
	if transposedB {
		j.b.rs, j.b.cs = 1, bm.Stride
	}
	return b.multiply(&j)
}

// scaleC computes C = beta·C; with beta 0 it writes zeros without reading.
func (b *Backend) scaleC(beta float32, c blas.Matrix) {
	if beta == 1 {
		return
	}
	for i := range c.Rows {
		row := c.Data[i*c.Stride : i*c.Stride+c.Cols]
		if beta == 0 {
			clear(row)
		} else {
			b.set.Scale(beta, row)
		}
	}
}
