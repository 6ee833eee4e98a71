package blas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/neurona-ml/neurona/kernels"
)

// Matrix is a row-major float32 matrix: element (i, j) is
// Data[i*Stride+j]. It is gonum's type, so gonum's users need no conversion.
type Matrix = blas32.General

// Transpose says how Gemm takes an operand.
type Transpose = blas.Transpose

// The two ways of Gemm to take an operand: as it is, or transposed.
const (
	NoTrans = blas.NoTrans
	Trans   = blas.Trans
)

// A Job is work cut into numbered tasks for Backend.Run. Tasks may run in any
// order and at the same time; what one computes must not depend on who runs
// it.
type Job interface {
	// Task does task number i. worker, in [0, Workers), differs between tasks
	// that run at the same time: an index for private scratch.
	Task(i, worker int)
}

// Backend multiplies matrices and makes Dense plans. Its methods may be called
// from many goroutines at once.
//
// A panic on a goroutine of a backend would end the process, wherever its caller
// recovers. So Run, Gemm and the methods of plans return one there, and one in a
// job or a sink wherever it runs, as a *PanicError; one of their own on the caller's
// goroutine passes on. Results are then undefined, and the backend can be used as before.
type Backend interface {
	// Name is the name it is opened by: "native", "gonum" or "openblas".
	Name() string
	// Library names what does the products and its version, for people.
	Library() string
	// Workers is how many goroutines (or the library's threads) a product may
	// use.
	Workers() int
	// Kernels is the set of vector kernels that plans and networks on this
	// backend use for everything but the product; its ISA is the backend's.
	Kernels() *kernels.Set

	// Gemm computes C = alpha·op(A)·op(B) + beta·C for an m×k op(A), a k×n
	// op(B) and an m×n C. With beta = 0, C is written without being read; with
	// alpha = 0 (or k = 0), A and B are not read and C becomes exactly beta·C.
	// Gemm returns a *ShapeError if the shapes do not fit or a slice is too
	// short for its matrix; then C is unchanged. C must not overlap A or B.
	Gemm(tA, tB Transpose, alpha float32, a, b Matrix, beta float32, c Matrix) error

	// Dense makes the plan of a fully connected layer, all weights zero.
	Dense(spec DenseSpec) (Dense, error)

	// Run does tasks 0 to tasks-1 of job on the backend's workers and returns
	// when all are done. A backend that is busy runs them on the caller's
	// goroutine, as worker 0. A task that panics makes Run return a *PanicError
	// as soon as no task is under way any more; others may be left undone.
	Run(job Job, tasks int) error

	// Close ends the backend's goroutines. Its plans must not be used
	// afterwards. A backend that nobody has closed ends them some time after it
	// and its plans have become unreachable.
	Close() error
}
