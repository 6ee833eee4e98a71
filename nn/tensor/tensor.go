// Package tensor is what the parts of a network have in common: a batch as a
// matrix, what a row of it is, and numbers that are trained.
package tensor

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
)

// Matrix is a batch with a sample in each row: element (i, j) is
// Data[i*Stride+j]. It is gonum's blas32.General.
type Matrix = blas.Matrix

// Row returns row i of m.
func Row(m Matrix, i int) []float32 {
	return m.Data[i*m.Stride : i*m.Stride+m.Cols]
}

// Rows returns the view of rows lo to hi-1 of m.
func Rows(m Matrix, lo, hi int) Matrix {
	v := Matrix{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride}
	if hi > lo && m.Cols > 0 {
		v.Data = m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]
	}
	return v
}

// Tensor is numbers of a layer that are trained or, in a Buffer, kept beside.
// They stay where they are while the network lives.
type Tensor struct {
	Name  string // "weight" or "running_mean" within its layer
	Role  Role
	Dims  []int     // as files have them
	Value []float32 // as many as the dimensions say
	Grad  []float32 // as long as Value; nil for a Buffer
	// Init, unless nil, fills Value at the start from the layer's random numbers. Without
	// it they are zero.
	Init func(rng *rand.Rand, value []float32)
}

// Size is how many numbers a tensor has by its dimensions, 0 if those are none.
func (t *Tensor) Size() int { return Shape(t.Dims).Size() }

// Fill is an Init that sets all values to v.
func Fill(v float32) func(*rand.Rand, []float32) {
	return func(_ *rand.Rand, value []float32) {
		for i := range value {
			value[i] = v
		}
	}
}
