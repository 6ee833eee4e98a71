package blas

import "github.com/neurona-ml/neurona/kernels"

// row returns row i of m.
func row(m Matrix, i int) []float32 {
	return m.Data[i*m.Stride : i*m.Stride+m.Cols]
}

// contiguous returns all elements of m as one slice if its rows follow one
// another without slack.
func contiguous(m Matrix) (all []float32, ok bool) {
	if m.Rows == 0 || m.Cols == 0 {
		return nil, true
	}
	if m.Rows > 1 && m.Stride != m.Cols {
		return nil, false
	}
	return m.Data[:m.Rows*m.Cols], true
}

// Scale computes C = beta·C for a valid C: what Gemm amounts to when alpha or
// k is zero. With beta = 0, C is written without being read.
func Scale(k *kernels.Set, beta float32, c Matrix) {
	if beta == 1 || c.Cols == 0 {
		return
	}
	for i := range c.Rows {
		if beta == 0 {
			clear(row(c, i))
		} else {
			k.Scale(beta, row(c, i))
		}
	}
}
