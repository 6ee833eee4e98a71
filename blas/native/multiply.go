package native

import "github.com/neurona-ml/neurona/blas"

// multiplyJob is a product with what happens to its rows after it.
type multiplyJob struct {
	product
	grid
	backend *Backend

	// After a task: c = f(c), or c = f(c) with f' to be kept, or c = c ⊙ f' of what was kept,
	// which has the shape of C.
	activate func(dst, z []float32)
	keep     func(dst, slope, z []float32)
	derive   func(dz, dy, kept []float32)
	kept     blas.Matrix
}

// multiply does the product of j, cut into tasks.
func (b *Backend) multiply(j *multiplyJob) error {
	nanos := j.work()
	j.backend = b
	j.grid = j.cut(b.hands(j.kern, nanos), nanos)
	j.chooseCopies(&j.grid)
	if shared, err := share(b, &b.jobs.multiply, j, &j.grid, j.copySize(j.rows)); shared {
		return err
	}
	for t := range j.tasks {
		j.Task(t, 0)
	}
	return nil
}

// Task implements blas.Job.
func (j *multiplyJob) Task(t, worker int) {
	i0, i1, q0, q1 := j.task(t)
	local := j.backend.scratch.get(j.copySize(i1-i0), worker)
	defer j.backend.scratch.put(local)
	j.compute(local.floats(), i0, i1, q0, q1)
	j.finish(i0, i1, q0*j.kern.NR, min(q1*j.kern.NR, j.n))
}

// finish does what comes after rows [i0, i1) and columns [j0, j1) of the product.
func (j *multiplyJob) finish(i0, i1, j0, j1 int) {
	if j.activate == nil && j.keep == nil && j.derive == nil {
		return
	}
	for i := i0; i < i1; i++ {
		row := j.c.data[i*j.c.ld+j0 : i*j.c.ld+j1]
		if j.activate != nil {
			j.activate(row, row)
			continue
		}
		kept := j.kept.Data[i*j.kept.Stride+j0 : i*j.kept.Stride+j1]
		if j.keep != nil {
			j.keep(row, kept, row)
		} else {
			j.derive(row, row, kept)
		}
	}
}

// share does the tasks of j on the workers, each with up to so many floats of scratch
// memory, unless one worker is enough or the pool is busy: it then reports false.
func share[J any, P jobOf[J]](b *Backend, home, j *J, g *grid, floats int) (shared bool, err error) {
	if g.most == 1 || !b.pool.TryAcquire() {
		return false, nil
	}
	defer b.pool.Release()
	return true, shareHeld[J, P](b, home, j, g, floats)
}

// shareHeld is share for the owner of the pool. A job that goroutines see has to live on
// the heap: it is moved to home for as long.
//
// It returns what the pool does, a panic on a worker; one on the caller's
// goroutine passes through here to whoever recovers it.
func shareHeld[J any, P jobOf[J]](b *Backend, home, j *J, g *grid, floats int) error {
	b.scratch.reserve(g.most, floats)
	*home = *j
	err := b.pool.Run(P(home), g.tasks, g.most, g.wake)
	var none J
	*home = none
	return err
}

// jobOf is a job that J is.
type jobOf[J any] interface {
	*J
	blas.Job
}
