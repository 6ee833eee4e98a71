// Package gonumblas is the backend whose products are gonum's pure Go BLAS:
// portable, independent of neurona's own kernels, and so the oracle and the
// yardstick for the others.
//
// gonum's Sgemm skips the elements of alpha·A that are zero (unless B alone is
// transposed), so a NaN or an infinity in B that meets only zeros of A is lost
// where IEEE arithmetic gives NaN: training that diverges may be noticed a few
// steps later than on other backends.
package gonumblas

import (
	"runtime"
	"runtime/debug"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// Options says what the backend may use.
type Options struct {
	ISA     string // of the vector kernels: empty for the best there is; gonum's products have one form per architecture
	Ceiling string // the highest ISA allowed; empty for no limit
	Workers int    // goroutines that share a product; 0 for GOMAXPROCS
}

// Backend multiplies with gonum. Its vector kernels (activations, optimizer
// steps) are neurona's. Results are the same bits for any number of workers.
type Backend struct {
	kernels *kernels.Set
	pool    *parallel.Pool
	cleanup runtime.Cleanup // closes the pool of a backend that nobody has closed
	shared  product         // the product that the pool is busy with
}

var _ blas.Backend = (*Backend)(nil)

// Open returns a backend; Close it to end its goroutines, which otherwise end when it
// has become unreachable. An ISA that this
// machine or build lacks and an impossible number of workers are errors.
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

// Name returns "gonum".
func (*Backend) Name() string { return "gonum" }

// Library returns gonum's name and, where the build recorded it, version.
func (*Backend) Library() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path != "gonum.org/v1/gonum" {
				continue
			}
			if m.Replace != nil {
				m = m.Replace
			}
			return "gonum " + m.Version
		}
	}
	return "gonum"
}

// Workers returns how many goroutines share a product.
func (b *Backend) Workers() int { return b.pool.Workers() }

// Kernels returns the vector kernels.
func (b *Backend) Kernels() *kernels.Set { return b.kernels }

// Dense returns a plan composed of Gemm and the vector kernels.
func (b *Backend) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	return blas.NewComposed(b, spec)
}

// Run does the tasks of job on the backend's goroutines, or all of them on
// the caller's if they are busy.
func (b *Backend) Run(job blas.Job, tasks int) error {
	if !b.pool.TryAcquire() {
		return parallel.Alone(job, tasks)
	}
	defer b.pool.Release()
	return b.pool.Run(job, tasks, b.pool.Workers(), true)
}

// Solo implements blas.Soloist.
func (b *Backend) Solo() (end func()) { return b.pool.Solo() }

// Close ends the backend's goroutines.
func (b *Backend) Close() error {
	b.cleanup.Stop()
	b.pool.Close()
	return nil
}

// Gemm computes C = alpha·op(A)·op(B) + beta·C as blas.Backend says.
func (b *Backend) Gemm(tA, tB blas.Transpose, alpha float32, x, y blas.Matrix, beta float32, c blas.Matrix) (err error) {
	defer parallel.Recover(&err)
	m, n, k, err := blas.GemmShape(tA, tB, x, y, c)
	if err != nil || m == 0 || n == 0 {
		return err
	}
	if alpha == 0 || k == 0 {
		blas.Scale(b.kernels, beta, c)
		return nil
	}
	p := product{tA: tA, tB: tB, m: m, n: n, k: k, alpha: alpha, beta: beta, a: x, b: y, c: c}
	if p.worthSharing() && b.pool.TryAcquire() {
		defer b.pool.Release()
		b.shared = p
		err := b.pool.Run(&b.shared, p.tasks(), b.pool.Workers(), true)
		b.shared = product{} // keep nobody's matrices alive
		return err
	}
	for i := range p.tasks() {
		p.Task(i, 0)
	}
	return nil
}
