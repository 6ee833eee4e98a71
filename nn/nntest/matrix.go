package nntest

import (
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

var nan = float32(math.NaN())

// newMatrix has an element that is NaN behind each row, which nobody is to read.
func newMatrix(rows, cols int, element func() float32) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]float32, rows*(cols+1))}
	for i := range m.Data {
		m.Data[i] = nan
	}
	for i := range rows {
		for j := range cols {
			m.Data[i*m.Stride+j] = element()
		}
	}
	return m
}

// zeros is a matrix of them.
func zeros(rows, cols int) tensor.Matrix {
	return newMatrix(rows, cols, func() float32 { return 0 })
}

// clone copies a matrix.
func clone(m tensor.Matrix) tensor.Matrix {
	c := zeros(m.Rows, m.Cols)
	copyTo(c, m)
	return c
}

func copyTo(dst, src tensor.Matrix) {
	for i := range src.Rows {
		copy(tensor.Row(dst, i), tensor.Row(src, i))
	}
}

// fill sets all elements to v.
func fill(m tensor.Matrix, v float32) {
	for i := range m.Rows {
		fillRow(tensor.Row(m, i), v)
	}
}

func fillRow(row []float32, v float32) {
	for i := range row {
		row[i] = v
	}
}

// find returns the first element that is so.
func find(m tensor.Matrix, is func(v float32) bool) (row, col int, found bool) {
	for i := range m.Rows {
		for j, v := range tensor.Row(m, i) {
			if is(v) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

func isNaN(v float32) bool { return v != v }

// unlike returns the first element in which two matrices of one shape differ by a bit.
func unlike(a, b tensor.Matrix) (row, col int, found bool) {
	for i := range a.Rows {
		if j, found := unlikeRow(tensor.Row(a, i), tensor.Row(b, i)); found {
			return i, j, true
		}
	}
	return 0, 0, false
}

// unlikeRow returns the first element in which two vectors of one length differ by a bit.
func unlikeRow(a, b []float32) (at int, found bool) {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return i, true
		}
	}
	return 0, false
}

// largest is the largest magnitude, NaN if there is one.
func largest(v []float32) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(float64(x)))
	}
	return most
}

func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// near reports whether two numbers differ by no more than tol, or are both NaN.
func near(a, b, tol float64) bool {
	return math.Abs(a-b) <= tol || math.IsNaN(a) && math.IsNaN(b)
}

func finite32(v float32) bool { return v-v == 0 }
