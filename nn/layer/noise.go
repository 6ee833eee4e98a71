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
	row      func(state uint64, dst, src []float32)
	key      uint64 // of the pass
	first    int    // the number of row 0 in the whole batch
	src, dst tensor.Matrix
}

// Task implements blas.Job.
func (j *noiseJob) Task(i, _ int) {
	lo, hi := RowsOf(i, j.src.Rows)
	for r := lo; r < hi; r++ {
		j.row(random.Mix64(j.key+uint64(j.first+r)*random.Golden), tensor.Row(j.dst, r), tensor.Row(j.src, r))
	}
}

// noiseElements is how many elements are worth a second worker: an element takes 1 ns or
// more, and waking a worker that is parked 10 µs.
const noiseElements = 32 << 10

// noisy is a stage that changes elements at random in training and hands them on otherwise.
type noisy struct {
	Plain
	shape tensor.Shape
	seed  uint64
	// forth and back are what is done to a row and to a gradient of one, by the random numbers of
	// a stream that begins at state.
	forth, back func(state uint64, dst, src []float32)

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
func (s *noisy) run(p *Pass, row func(state uint64, dst, src []float32), src, dst tensor.Matrix) error {
	j := noiseJob{row: row, key: random.Mix64(s.seed + p.Step*random.Golden), first: p.Row, src: src, dst: dst}
	return s.work.Run(p, j, RowTasks(src.Rows), src.Rows*src.Cols >= noiseElements)
}

// mask is a share of elements that random numbers choose.
type mask uint64

// newMask chooses a share p of the elements.
func newMask(p float64) mask { return mask(math.Round(p * (1 << 32))) }

// zero writes scale·src to dst, or 0 where an element is chosen. It draws 64 random bits for
// each two elements.
func (m mask) zero(state uint64, scale float32, dst, src []float32) {
	dst = dst[:len(src)]
	i := 0
	for ; i+1 < len(src) && i+1 < len(dst); i += 2 {
		bits := random.Mix64(state)
		state += random.Golden
		dst[i] = keep(m.chooses(uint64(uint32(bits))), scale*src[i])
		dst[i+1] = keep(m.chooses(bits>>32), scale*src[i+1])
	}
	if i < len(src) {
		dst[i] = keep(m.chooses(uint64(uint32(random.Mix64(state)))), scale*src[i])
	}
}

// chooses returns 1 if the random number u, of 32 bits, is less than the share, and 0 if not. It
// has no branch, since nothing could predict one: the top bit of the difference says which is
// less.
func (m mask) chooses(u uint64) uint32 { return uint32((u - uint64(m)) >> 63) }

// keep returns v, or 0 if it is chosen.
func keep(chosen uint32, v float32) float32 {
	return math.Float32frombits(math.Float32bits(v) & (chosen - 1))
}
