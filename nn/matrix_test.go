package nn

import "github.com/neurona-ml/neurona/nn/tensor"

// u is the unit roundoff of float32: what one operation may be off by,
// relatively.
const u = 0x1p-24

// slack fills the columns of a test matrix that do not belong to it.
const slack = -12345

// testMatrix returns a rows×cols matrix with three columns of slack.
func testMatrix(rows, cols int, element func(i, j int) float32) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols + 3, Data: make([]float32, rows*(cols+3))}
	for i := range m.Data {
		m.Data[i] = slack
	}
	for i := range rows {
		for j := range cols {
			m.Data[i*m.Stride+j] = element(i, j)
		}
	}
	return m
}
