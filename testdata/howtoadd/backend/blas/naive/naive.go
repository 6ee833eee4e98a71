// Package naive is a backend of three loops.
package naive

import (
	"runtime"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// Options says what the backend may use.
type Options struct {
	ISA     string
	Ceiling string
	Workers int
}

// Backend multiplies on the caller's goroutine.
type Backend struct {
	kernels *kernels.Set
	pool    *parallel.Pool
	cleanup runtime.Cleanup
}

var _ blas.Backend = (*Backend)(nil)

// Open returns a backend.
func Open(o Options) (*Backend, error) {
	workers, err := blas.ResolveWorkers(o.Workers)
	if err != nil {
		return nil, err
	}
	set, err := kernels.Select(o.ISA, o.Ceiling)
	if err != nil {
		return nil, err
	}
	b := &Backend{kernels: set, pool: parallel.New(workers)}
	b.cleanup = parallel.CloseUnreachable(b, b.pool)
	return b, nil
}

// Name returns "naive".
func (*Backend) Name() string { return "naive" }

// Library returns "naive".
func (*Backend) Library() string { return "naive" }

// Workers returns how many goroutines share a job.
func (b *Backend) Workers() int { return b.pool.Workers() }

// Kernels returns the vector kernels.
func (b *Backend) Kernels() *kernels.Set { return b.kernels }

// Dense returns a plan composed of Gemm and the vector kernels.
func (b *Backend) Dense(spec blas.DenseSpec) (blas.Dense, error) { return blas.NewComposed(b, spec) }

// Run does the tasks of job.
func (b *Backend) Run(job blas.Job, tasks int) error {
	if !b.pool.TryAcquire() {
		return parallel.Alone(job, tasks)
	}
	defer b.pool.Release()
	return b.pool.Run(job, tasks, b.pool.Workers(), true)
}

// Close ends the backend's goroutines.
func (b *Backend) Close() error {
	b.cleanup.Stop()
	b.pool.Close()
	return nil
}

// Gemm computes C = alpha·op(A)·op(B) + beta·C.
func (b *Backend) Gemm(tA, tB blas.Transpose, alpha float32, x, y blas.Matrix, beta float32, c blas.Matrix) error {
	m, n, k, err := blas.GemmShape(tA, tB, x, y, c)
	if err != nil || m == 0 || n == 0 {
		return err
	}
	blas.Scale(b.kernels, beta, c)
	if alpha == 0 {
		return nil
	}
	at := func(t blas.Transpose, m *blas.Matrix, i, j int) float32 {
		if t != blas.NoTrans {
			i, j = j, i
		}
		return m.Data[i*m.Stride+j]
	}
	for i := range m {
		for j := range n {
			sum := 0.0
			for l := range k {
				sum += float64(at(tA, &x, i, l)) * float64(at(tB, &y, l, j))
			}
			c.Data[i*c.Stride+j] += float32(float64(alpha) * sum)
		}
	}
	return nil
}
