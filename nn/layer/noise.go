package layer

import (
	"math"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// noiseJob changes elements at random, a few rows in each task. What it does to an element is a
// function of the network's seed, the layer's place, the number of the pass, and the element's row and
// column: the same for any number of workers, and recomputed on the way back.
type noiseJob struct {
	row      noiseRow
	key      uint64 // of the pass
	first    int    // the number of row 0 in the whole batch
	src, dst tensor.Matrix
}

// Task implements blas.Job.
func (j *noiseJob) Task(i, _ int) {
	lo, hi := RowsOf(i, j.src.Rows)
	for r := lo; r < hi; r++ {
		key := random.Mix64(j.key + uint64(j.first+r)*random.Golden)
		j.row(tensor.Row(j.dst, r), tensor.Row(j.src, r), uint32(key), uint32(key>>32))
	}
}

// noiseRow is what is done to a row or to a gradient of one, by the random numbers that a key of two
// halves gives its columns.
type noiseRow func(dst, src []float32, key0, key1 uint32)

// noiseElements is how many elements are worth a second worker: an element takes 0.2 to 1.5 ns,
// and waking a worker that is parked 10 µs.
const noiseElements = 64 << 10

// noisy is a stage that changes elements at random in training and hands them on otherwise.
type noisy struct {
	Plain
	shape       tensor.Shape
	seed        uint64
	forth, back noiseRow // of a row, and of its gradient

	work Work[noiseJob, *noiseJob]
}

func (s *noisy) Out() tensor.Shape { return s.shape }

// Passive implements Passive.
func (s *noisy) Passive() {}

// Overwritten implements Overwritten.
func (s *noisy) Overwritten() {}

// Forgetful implements Forgetful.
func (s *noisy) Forgetful() {}

func (s *noisy) Forward(p *Pass, x, y tensor.Matrix) error {
	if p.Training {
		return s.run(p, s.forth, x, y)
	}
	for i := range x.Rows {
		copy(tensor.Row(y, i), tensor.Row(x, i))
	}
	return nil
}

func (s *noisy) Backward(p *Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.run(p, s.back, dy, dx)
}

// run does row to each row of src.
func (s *noisy) run(p *Pass, row noiseRow, src, dst tensor.Matrix) error {
	j := noiseJob{row: row, key: random.Mix64(s.seed + p.Step*random.Golden), first: p.Row, src: src, dst: dst}
	return s.work.Run(p, j, RowTasks(src.Rows), src.Rows*src.Cols >= noiseElements)
}

// newShare returns p in units of 2^-32, and what that makes of it, which is less than 1.
func newShare(p float64) (units uint32, of float64) {
	units = uint32(min(math.Round(p*(1<<32)), 1<<32-1))
	return units, float64(units) / (1 << 32)
}
