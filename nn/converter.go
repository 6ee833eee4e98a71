package nn

import (
	"github.com/neurona-ml/neurona/nn/tensor"
	"gonum.org/v1/gonum/mat"
)

// FromMat copies a float64 matrix of gonum's package mat, rounding each
// element to float32.
func FromMat(m mat.Matrix) tensor.Matrix {
	rows, cols := m.Dims()
	f := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range rows {
		for j := range cols {
			f.Data[i*cols+j] = float32(m.At(i, j))
		}
	}
	return f
}

// ToMat copies m to a float64 matrix of gonum's package mat, exactly. A matrix
// without elements becomes the empty mat.Dense. As gonum's own functions do, it
// panics for a matrix that contradicts itself: too little data, a stride shorter
// than its rows.
func ToMat(m tensor.Matrix) *mat.Dense {
	if m.Rows == 0 || m.Cols == 0 {
		return &mat.Dense{}
	}
	d := mat.NewDense(m.Rows, m.Cols, nil)
	for i := range m.Rows {
		for j, v := range rowOf(m, i) {
			d.Set(i, j, float64(v))
		}
	}
	return d
}
