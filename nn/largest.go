package nn

import (
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// largestJob finds the largest magnitude in a matrix, a few rows in each task.
type largestJob struct {
	kernels *kernels.Set
	padding int // see paddingFloats
	m       tensor.Matrix
	rows    int       // of a task
	tops    []float32 // of each task
}

const (
	// paddingFloats is, for kernels with vectors, up to how many elements between rows are looked at with
	// them: padding, as arena.Stride brings it, or neighbours. 32 rows of 30 take
	// 0.2 µs one by one and 0.03 at once.
	paddingFloats = 2 * arena.LineFloats
	// ordinary is up to where it does not matter whether a number is a neighbour's.
	ordinary = 1 << 20
	// narrowColumns is up to how many columns a loop over a row beats the call of a kernel.
	narrowColumns = 8
	// largestElements is how many elements a task looks at: 2 µs from L3.
	largestElements = 32 << 10
)

func newLargestJob(set *kernels.Set) largestJob {
	j := largestJob{kernels: set}
	if set.Width > 1 {
		j.padding = paddingFloats
	}
	return j
}

// largest is the largest magnitude in m, which has rows, or, if that is ordinary, what no
// element exceeds; NaN if there is a NaN.
func (n *Network) largest(m tensor.Matrix) float64 {
	j := &n.look
	if length := (m.Rows-1)*m.Stride + m.Cols; length <= largestElements && m.Stride-m.Cols <= j.padding {
		if top := j.kernels.MaxAbs(m.Data[:length]); top <= ordinary { // nearly all: no divisions
			return float64(top)
		}
	}
	j.m, j.rows = m, max(1, largestElements/m.Stride)
	tasks := (m.Rows + j.rows - 1) / j.rows
	if len(j.tops) < tasks {
		j.tops = make([]float32, tasks)
	}
	err := n.backend.Run(j, tasks)
	j.m = tensor.Matrix{} // it may be the caller's
	if err != nil {
		return math.NaN() // nobody knows
	}
	top := float32(0)
	for _, t := range j.tops[:tasks] {
		top = max(top, t)
	}
	return float64(top)
}

// Task implements blas.Job.
func (j *largestJob) Task(i, _ int) {
	j.tops[i] = j.of(i*j.rows, min((i+1)*j.rows, j.m.Rows))
}

// of is the result for rows [lo, hi).
func (j *largestJob) of(lo, hi int) float32 {
	part := rowsOf(j.m, lo, hi)
	if part.Stride-part.Cols <= j.padding {
		if top := j.kernels.MaxAbs(part.Data); top <= ordinary || part.Stride == part.Cols {
			return top
		}
	}
	if part.Cols <= narrowColumns && j.padding == 0 { // a call takes longer than a row
		bits := uint32(0)
		for i := range part.Rows {
			for _, v := range rowOf(part, i) {
				bits = max(bits, math.Float32bits(v)&math.MaxInt32) // in this order NaN is largest
			}
		}
		return math.Float32frombits(bits)
	}
	top := float32(0)
	for i := range part.Rows {
		top = max(top, j.kernels.MaxAbs(rowOf(part, i)))
	}
	return top
}
