package native

import "github.com/neurona-ml/neurona/blas"

// Which products C = A·Bᵀ are done as dot products of rows. To pack B for tiles
// is to read all of it and write it again, which few rows do not pay back; but
// the lanes of each dot product have to be added up, which short ones do not.
// GFLOP/s by tiles and by dot products, AVX-512, one worker:
//
//	 8×512×512     102  194        64×784×512   186  201
//	16×512×512     141  201        64×1024×1024 186  189
//	32×784×512     164  201        32×32×32     166   85
//	 8×30×64       104  112        64×30×64     180  130
const (
	dotsHigh   = 8   // rows of A at most,
	dotsLength = 32  // of at least this length
	dotsMany   = 32  // or so many rows
	dotsLong   = 256 // if they are that long
)

// gainsByDots reports whether C = A·Bᵀ for m rows of A is done as dot products of
// length k.
func gainsByDots(m, k int) bool {
	return m <= dotsHigh && k >= dotsLength || m <= dotsMany && k >= dotsLong
}

const (
	// dotsColumns rows of B, dotsDepth elements of each, stay in L2 (256 KiB) while
	// the rows of A pass by, and a kernel's few rows of both in L1. Of 8 to 128
	// rows and depths of 256, 512 and all, this was within 2 % of the best for
	// every shape from 16×512×512 to 64×2048×2048.
	dotsColumns = 128
	dotsDepth   = 512
	// dotsStep is what columns of tasks are multiples of: a kernel takes four rows of
	// B at a time, and a line holds 16 elements of C.
	dotsStep = 16
)

// dotsJob computes C = alpha·A·Bᵀ, or adds it to C: every element is one dot
// product, summed in an order that depends on k alone.
type dotsJob struct {
	backend       *Backend
	m, n, k       int
	a, b, c       []float32
	lda, ldb, ldc int
	alpha         float32
	add           bool
	columns       int // of C in a task
}

// gemmDots computes C = alpha·A·Bᵀ, or adds it to C, by dot products.
func (b *Backend) gemmDots(alpha float32, a, bm, c *blas.Matrix, add bool) error {
	j := dotsJob{
		backend: b, m: c.Rows, n: c.Cols, k: a.Cols,
		a: a.Data, lda: a.Stride, b: bm.Data, ldb: bm.Stride, c: c.Data, ldc: c.Stride,
		alpha: alpha, add: add, columns: c.Cols,
	}
	if littleWork(j.m, j.n, j.k) {
		j.Task(0, 0)
		return nil
	}
	size := product{kern: &b.kern, m: j.m, n: j.n, k: j.k}
	nanos := size.work()
	if workers := b.hands(&b.kern, nanos); workers > 1 {
		cut, tasks := j, tasksPerWorker*workers
		cut.columns = ((j.n+tasks-1)/tasks + dotsStep - 1) / dotsStep * dotsStep
		g := grid{tasks: (j.n + cut.columns - 1) / cut.columns, most: workers, wake: nanos >= b.kern.wakeWork}
		if shared, err := share(b, &b.jobs.dots, &cut, &g, 0); shared {
			return err
		}
	}
	j.Task(0, 0)
	return nil
}

// Task implements blas.Job.
func (j *dotsJob) Task(t, _ int) {
	kern := &j.backend.kern
	last := min((t+1)*j.columns, j.n)
	for p := 0; p < j.k; p += dotsDepth {
		k, add := min(dotsDepth, j.k-p), j.add || p > 0
		for j0 := t * j.columns; j0 < last; j0 += dotsColumns {
			n := min(dotsColumns, last-j0)
			for i := 0; i < j.m; i += kern.DotsMR {
				kern.Dots(min(kern.DotsMR, j.m-i), n, k, &j.a[i*j.lda+p], j.lda, &j.b[j0*j.ldb+p], j.ldb, &j.c[i*j.ldc+j0], j.ldc, j.alpha, add)
			}
		}
	}
}
