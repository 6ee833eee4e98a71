package nn

import (
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// rowOf returns row i of m.
func rowOf(m tensor.Matrix, i int) []float32 { return tensor.Row(m, i) }

// rowsOf returns the view of rows lo to hi-1 of m.
func rowsOf(m tensor.Matrix, lo, hi int) tensor.Matrix { return tensor.Rows(m, lo, hi) }

// copyRows copies src to dst, which has the same shape.
func copyRows(dst, src tensor.Matrix) {
	for i := range src.Rows {
		copy(rowOf(dst, i), rowOf(src, i))
	}
}

// newMatrix returns a matrix of zeros in aligned memory, its rows at the
// stride that suits the caches.
func newMatrix(rows, cols int) tensor.Matrix {
	stride := arena.Stride(cols)
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: arena.Float32(rows * stride)}
}
