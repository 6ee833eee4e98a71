package native

import "github.com/neurona-ml/neurona/blas"

// Which products are done row by row of C. GFLOP/s by tiles and by rows, AVX-512,
// one worker:
//
//	nn 1×512×512       27   57        tn 512×512×1      18   52
//	nn 1×2048×2048     19   40        tn 2048×2048×1     8   39
//	nn 3×1024×1024     67   83        tn 1024×1024×8    81  146
//	nn 1×64×30         49   49        tn 784×512×8     153  149
//	                                  tn 30×64×8       152   74
const (
	// rowsHigh is the most rows of C: B is read once for each of them.
	rowsHigh = 3
	// rowsDeep is the most steps of k for any number of rows, if these have at
	// least rowsLong columns: C is then written at the speed of memory, from end to
	// end.
	rowsDeep = 8
	rowsLong = 1024
	// rowsLongOuter is the same for k = 1, which does nothing but write.
	rowsLongOuter = 256
	// rowsWide is the least columns of few rows.
	rowsWide = 32
)

// gainsByRows reports whether an m×n product with k steps is done row by row.
func gainsByRows(m, n, k int) bool {
	switch {
	case m <= rowsHigh:
		return n >= rowsWide
	case k == 1:
		return n >= rowsLongOuter
	}
	return k <= rowsDeep && n >= rowsLong
}

const (
	// rowsStep is how many rows of B run side by side through the columns. The
	// sums in C are read and written once a step; 4 rows are as fast, 16 and
	// more slower if B is not in L1: a prefetcher follows so many streams.
	rowsStep = 8
	// rowsColumns is how many columns of rowsStep rows of B stay in L1 while
	// the rows of C pass by: 32 KiB.
	rowsColumns = 1024
)

// rowsJob computes C = op(A)·B, or adds it to C, row by row of C.
type rowsJob struct {
	backend       *Backend
	m, n, k       int
	a, b, c       []float32
	rsa, csa      int
	ldb, ldc      int
	add           bool
	rows, columns int // of a task
	down          int // tasks one below the other
}

// gemmRows computes C = op(A)·B, or adds it to C, row by row.
func (b *Backend) gemmRows(k int, a *blas.Matrix, transposed bool, bm, c *blas.Matrix, add bool) error {
	j := rowsJob{
		backend: b, m: c.Rows, n: c.Cols, k: k,
		a: a.Data, rsa: a.Stride, csa: 1,
		b: bm.Data, ldb: bm.Stride, c: c.Data, ldc: c.Stride, add: add,
		rows: c.Rows, columns: c.Cols, down: 1,
	}
	if transposed {
		j.rsa, j.csa = 1, a.Stride
	}
	if littleWork(j.m, j.n, j.k) {
		j.compute(0, j.m, 0, j.n)
		return nil
	}
	size := product{kern: &b.kern, m: j.m, n: j.n, k: j.k}
	nanos := size.work()
	if workers := b.hands(&b.kern, nanos); workers > 1 {
		cut := j
		g := grid{tasks: cut.cut(tasksPerWorker * workers), most: workers, wake: nanos >= b.kern.wakeWork}
		if shared, err := share(b, &b.jobs.rows, &cut, &g, 0); shared {
			return err
		}
	}
	j.Task(0, 0)
	return nil
}

// cut makes about so many tasks, and returns how many there are: of rows if
// there are many, of columns otherwise.
func (j *rowsJob) cut(tasks int) int {
	if j.m > rowsHigh {
		j.rows = (j.m + tasks - 1) / tasks
		j.down = (j.m + j.rows - 1) / j.rows
		return j.down
	}
	// Whole KiB, so that tasks share no line of C and few pages of B.
	const step = 256
	j.columns = ((j.n+tasks-1)/tasks + step - 1) / step * step
	return (j.n + j.columns - 1) / j.columns
}

// Task implements blas.Job.
func (j *rowsJob) Task(t, _ int) {
	i0, j0 := t%j.down*j.rows, t/j.down*j.columns
	i1, j1 := min(i0+j.rows, j.m), min(j0+j.columns, j.n)
	for ; j0 < j1; j0 += rowsColumns {
		j.compute(i0, i1, j0, min(j0+rowsColumns, j1))
	}
}

// compute does rows [i0, i1) and columns [j0, j1) of C.
func (j *rowsJob) compute(i0, i1, j0, j1 int) {
	kern := &j.backend.kern
	step := rowsStep
	if j1-j0 <= 4*kern.NR { // as many columns as the kernel has registers for
		step = j.k // the sums of a row stay there
	}
	for p := 0; p < j.k; p += step {
		for i := i0; i < i1; i++ {
			to := &j.c[i*j.ldc+j0]
			from := to
			if p == 0 && !j.add {
				from = nil
			}
			kern.Row(j1-j0, min(step, j.k-p), &j.a[i*j.rsa+p*j.csa], j.csa, &j.b[p*j.ldb+j0], j.ldb, from, to)
		}
	}
}
