package native

import (
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// Options choose how a backend runs.
type Options struct {
	ISA     string // kernels to use; empty for the best this machine has
	Ceiling string // highest ISA allowed; empty for no limit
	Workers int    // 0 for GOMAXPROCS
}

// Backend is the native backend. It is made by Open.
type Backend struct {
	set   *kernels.Set
	pool  *parallel.Pool
	spare spare
	// unshared counts the products that awake helpers could have shared.
	unshared atomic.Uint32
	one      float32 // 1: what a sum of rows multiplies by

	// What the pool works on. Whoever has acquired the pool owns them: a job
	// handed to goroutines has to live on the heap, and this is where it
	// costs nothing.
	multiply multiplyJob
	weights  weightsJob
	rows     rowsJob
	dots     dotJob
}

var _ blas.Backend = (*Backend)(nil)

// Open starts a backend. An ISA that this machine or build lacks and a
// negative number of workers are errors.
func Open(o Options) (*Backend, error) {
	workers, err := blas.ResolveWorkers(o.Workers)
	if err != nil {
		return nil, err
	}
	set, err := kernels.Select(o.ISA, o.Ceiling)
	if err != nil {
		return nil, err
	}
	return &Backend{
		set:  set,
		pool: parallel.New(workers),
		one:  1,
	}, nil
}

// Name implements blas.Backend.
func (b *Backend) Name() string { return "native" }

// Library implements blas.Backend.
func (b *Backend) Library() string { return "neurona kernels (" + b.set.ISA + ")" }

// Workers implements blas.Backend.
func (b *Backend) Workers() int { return b.pool.Workers() }

// Kernels implements blas.Backend.
func (b *Backend) Kernels() *kernels.Set { return b.set }

// Run implements blas.Backend.
func (b *Backend) Run(job blas.Job, tasks int) {
	if tasks > 1 && b.pool.TryAcquire() {
		defer b.pool.Release()
		b.pool.Run(job, tasks, b.pool.Workers(), true)
		return
	}
	for i := range tasks {
		job.Task(i, 0)
	}
}

// Close implements blas.Backend.
func (b *Backend) Close() error {
	b.pool.Close()
	return nil
}
