package native

import (
	"runtime"
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// Options choose how a backend runs.
type Options struct {
	ISA     string // kernels to use; empty for the best this machine has
	Ceiling string // highest ISA allowed; empty for no limit
	Workers int    // 0 for GOMAXPROCS

	// Unit names the unit (kernels.PairUnits) that multiplies bf16 in every
	// precision but float32 and for layers of any size, also where float32 would
	// be faster: for tests and measurements. Empty for the best of this machine
	// where it gains.
	Unit string
}

// Backend is the native backend. It is made by Open.
type Backend struct {
	set     *kernels.Set
	kern    kernel // of float32
	bf16    bf16
	pool    *parallel.Pool
	cleanup runtime.Cleanup // closes the pool of a backend that nobody has closed
	scratch scratches

	// unshared counts the products that helpers could have shared had they not
	// been parked.
	unshared atomic.Uint32
	one      float32 // 1: what a sum of rows multiplies by

	// What the pool works on. Whoever has acquired the pool owns them: see share.
	jobs struct {
		multiply multiplyJob
		gradient gradientJob
		rows     rowsJob
		dots     dotsJob
	}
}

var _ blas.Backend = (*Backend)(nil)

// Open starts a backend; Close it to end its goroutines, which otherwise end when it
// has become unreachable. An ISA that this machine or build lacks and a
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
	b := &Backend{set: set, one: 1}
	b.kern = kernel{Product: set.Product, tuning: tuningOf(cpu.ISA(set.ISA), cpu.Identify()), step: 1, scale: set.Scale}
	if err := b.chooseUnit(o.Unit); err != nil {
		return nil, err
	}
	b.bf16.own.workers = make([]workerOperands, workers)
	b.pool = parallel.New(workers)
	b.cleanup = parallel.CloseUnreachable(b, b.pool)
	return b, nil
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
func (b *Backend) Run(job blas.Job, tasks int) error {
	if tasks > 1 && b.pool.TryAcquire() {
		defer b.pool.Release()
		return b.pool.Run(job, tasks, b.pool.Workers(), true)
	}
	return parallel.Alone(job, tasks)
}

// Solo implements blas.Soloist.
func (b *Backend) Solo() (end func()) { return b.pool.Solo() }

// Close implements blas.Backend.
func (b *Backend) Close() error {
	b.cleanup.Stop()
	b.pool.Close()
	return nil
}
