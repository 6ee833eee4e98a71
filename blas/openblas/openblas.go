//go:build cgo && openblas

package openblas

import (
	"fmt"
	"math"

	"gonum.org/v1/netlib/blas/netlib"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// Built reports whether OpenBLAS is in this build.
const Built = true

type backend struct {
	kernels *kernels.Set
	workers int
}

// Open returns a backend. An ISA that this machine or build lacks and an
// impossible number of workers are errors.
func Open(o Options) (blas.Backend, error) {
	workers, err := blas.ResolveWorkers(o.Workers)
	if err != nil {
		return nil, err
	}
	set, err := kernels.Select(o.ISA, o.Ceiling)
	if err != nil {
		return nil, err
	}
	return &backend{kernels: set, workers: supportedThreads(workers)}, nil
}

// Name returns "openblas".
func (*backend) Name() string { return "openblas" }

// Library returns OpenBLAS's own description: version, build options and the
// processor that its kernels are for.
func (*backend) Library() string { return description() }

// Workers returns how many threads a product may use: what was asked for, as
// far as the library allows.
func (b *backend) Workers() int { return b.workers }

func (b *backend) Kernels() *kernels.Set { return b.kernels }

// Dense returns a plan composed of Gemm and the vector kernels.
func (b *backend) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	return blas.NewComposed(b, spec)
}

// Run does all tasks on the caller's goroutine. The backend's workers are
// OpenBLAS's threads, which take no Go code, and goroutines beside them would
// compete for the same cores.
func (b *backend) Run(job blas.Job, tasks int) error { return parallel.Alone(job, tasks) }

// Close has nothing to end: the threads belong to the process.
func (*backend) Close() error { return nil }

func (b *backend) Gemm(tA, tB blas.Transpose, alpha float32, x, y blas.Matrix, beta float32, c blas.Matrix) (err error) {
	defer parallel.Recover(&err)
	m, n, k, err := blas.GemmShape(tA, tB, x, y, c)
	if err != nil || m == 0 || n == 0 {
		return err
	}
	if alpha == 0 || k == 0 {
		blas.Scale(b.kernels, beta, c)
		return nil
	}
	// The library's integers have 32 bits.
	if largest := max(m, n, k, x.Stride, y.Stride, c.Stride); largest > math.MaxInt32 {
		return &blas.ShapeError{Op: "gemm", Detail: fmt.Sprintf("a size or stride of %d, want at most %d for OpenBLAS", largest, math.MaxInt32)}
	}
	reserve(b.workers)
	defer release(b.workers)
	netlib.Implementation{}.Sgemm(tA, tB, m, n, k, alpha, x.Data, x.Stride, y.Data, y.Stride, beta, c.Data, c.Stride)
	return nil
}
