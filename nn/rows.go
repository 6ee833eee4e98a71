package nn

import (
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// sharedRows is how many elements are worth a second worker: one takes 0.1 ns where they
// are copied and 0.5 where a function bends them, and waking a worker that is parked
// 10 µs.
const sharedRows = 48 << 10

// rowJob does the same to each row of matrices, a few rows in each task.
type rowJob struct {
	do      func(j *rowJob, i int) // to row i
	f       *function
	kernel  func(dst, x, y []float32)
	add     func(x, y []float32)
	a, b, c tensor.Matrix
}

// Task implements blas.Job.
func (j *rowJob) Task(t, _ int) {
	lo, hi := layer.RowsOf(t, j.a.Rows)
	for i := lo; i < hi; i++ {
		j.do(j, i)
	}
}

// each runs a job, which may call a function of the user's that panics, on the workers if there is
// enough to do.
func (m *memory) each(j rowJob) (err error) {
	m.job = j
	defer func() { m.job = rowJob{} }() // matrices may be the caller's
	defer recovered(&err)
	tasks := layer.RowTasks(j.a.Rows)
	if j.a.Rows*j.a.Cols >= sharedRows {
		return m.pass.Run(&m.job, tasks)
	}
	for t := range tasks {
		m.job.Task(t, 0)
	}
	return nil
}

// apply computes y = f(z), and the derivative unless slope.Data is nil. y may be z.
func (m *memory) apply(f *function, y, slope, z tensor.Matrix) error {
	return m.each(rowJob{do: (*rowJob).apply, f: f, a: y, b: slope, c: z})
}

func (j *rowJob) apply(i int) {
	if j.b.Data != nil {
		j.f.Slope(rowOf(j.a, i), rowOf(j.b, i), rowOf(j.c, i))
	} else {
		j.f.activate(rowOf(j.a, i), rowOf(j.c, i))
	}
}

// multiply computes dy = kernel(dy, kept).
func (m *memory) multiply(kernel func(dz, dy, kept []float32), dy, kept tensor.Matrix) error {
	return m.each(rowJob{do: (*rowJob).multiply, kernel: kernel, a: dy, b: kept})
}

func (j *rowJob) multiply(i int) { j.kernel(rowOf(j.a, i), rowOf(j.a, i), rowOf(j.b, i)) }

// sum adds src to dst.
func (m *memory) sum(add func(x, y []float32), dst, src tensor.Matrix) error {
	return m.each(rowJob{do: (*rowJob).sum, add: add, a: dst, b: src})
}

func (j *rowJob) sum(i int) { j.add(rowOf(j.b, i), rowOf(j.a, i)) }

// copy copies src to dst.
func (m *memory) copy(dst, src tensor.Matrix) error {
	return m.each(rowJob{do: (*rowJob).copy, a: dst, b: src})
}

func (j *rowJob) copy(i int) { copy(rowOf(j.a, i), rowOf(j.b, i)) }
