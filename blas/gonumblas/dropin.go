package gonumblas

import (
	"errors"

	gonumapi "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/neurona-ml/neurona/blas"
)

// Float32 is gonum's own single-precision BLAS with Sgemm done by a backend:
// given to blas32.Use, it speeds up every blas32.Gemm of a program.
//
//	be, err := backends.Open("auto", backends.Options{})
//	...
//	blas32.Use(gonumblas.Float32{Backend: be})
//
// Like gonum, and unlike the rest of neurona, it panics on operands that do not
// fit, with gonum's messages.
type Float32 struct {
	gonum.Implementation // everything but Sgemm
	Backend              blas.Backend
}

var _ gonumapi.Float32 = Float32{}

// Sgemm computes C = alpha·op(A)·op(B) + beta·C for an m×k op(A), a k×n op(B)
// and an m×n C.
func (f Float32) Sgemm(tA, tB gonumapi.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if min(m, n, k) <= 0 {
		// Nothing to multiply, or nothing that makes sense: gonum knows both.
		f.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	am := blas32.General{Rows: m, Cols: k, Stride: lda, Data: a}
	if tA != gonumapi.NoTrans {
		am.Rows, am.Cols = k, m
	}
	bm := blas32.General{Rows: k, Cols: n, Stride: ldb, Data: b}
	if tB != gonumapi.NoTrans {
		bm.Rows, bm.Cols = n, k
	}
	cm := blas32.General{Rows: m, Cols: n, Stride: ldc, Data: c}
	err := f.Backend.Gemm(tA, tB, alpha, am, bm, beta, cm)
	var p *blas.PanicError
	if errors.As(err, &p) {
		panic(p) // C is half written: gonum would add to that
	}
	if err != nil {
		// gonum finds the same fault and panics in its own words.
		f.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}
