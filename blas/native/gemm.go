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
		b.scale(beta, c)
		return nil
	}
	// The sums start at C, scaled, or at zero.
	if beta != 0 {
		b.scale(beta, c)
	}
	if tB == blas.NoTrans && alpha == 1 && byRows(m, n, k) {
		return b.gemmRows(k, &a, tA != blas.NoTrans, &bm, &c, beta != 0)
	}
	if tA == blas.NoTrans && tB != blas.NoTrans && byDots(m, k) {
		return b.gemmDot(alpha, &a, &bm, &c, beta != 0)
	}
	if alpha == 1 && littleWork(m, n, k) && !(tA != blas.NoTrans && narrow(&b.set.Product, m, n)) {
		b.gemmSmall(k, &a, tA != blas.NoTrans, &bm, tB != blas.NoTrans, &c, beta != 0)
		return nil
	}
	nr := b.set.Product.NR
	j := multiplyJob{product: product{
		m: m, n: n, k: k,
		a: a.Data, rsa: a.Stride, csa: 1, alpha: alpha,
		b: bm.Data, rsb: bm.Stride, csb: 1,
		c: c.Data, ldc: c.Stride, panelC: nr, add: beta != 0,
		floor: noFloor,
	}}
	if tA != blas.NoTrans {
		j.rsa, j.csa = 1, a.Stride
	}
	if tB != blas.NoTrans {
		j.rsb, j.csb = 1, bm.Stride
	}
	return b.runMultiply(&j)
}

// scale computes C = beta·C; with beta 0 it writes zeros without reading.
func (b *Backend) scale(beta float32, c blas.Matrix) {
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
