package nn

import (
	"math"
	"strconv"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Dropout sets each element to zero with probability p while training, and
// multiplies the others by 1/(1-p), so that the expected value stays
// (Srivastava et al., 2014, in the inverted form). When predicting it does
// nothing. p is at least 0 and less than 1.
//
// What is dropped is a function of the network's seed, the layer's position,
// the number of the training pass, and the element's row and column: the same
// for any number of workers, and recomputed on the way back rather than
// stored.
func Dropout(p float64) Layer { return dropoutLayer{p} }

type dropoutLayer struct{ p float64 }

// Kind implements Layer.
func (l dropoutLayer) Kind() string { return "dropout" }

// String adds the probability to the kind.
func (l dropoutLayer) String() string { return "dropout " + strconv.FormatFloat(l.p, 'g', -1, 64) }

// Build implements Layer.
func (l dropoutLayer) Build(in int, env *Environment) (Stage, error) {
	if err := fault.Fraction("dropout", "probability", l.p); err != nil {
		return nil, err
	}
	if err := env.check("dropout", in); err != nil {
		return nil, err
	}
	return &dropoutStage{
		width:   in,
		seed:    env.Seed,
		drop:    uint64(math.Round(l.p * (1 << 32))),
		scale:   float32(1 / (1 - l.p)),
		backend: env.Backend,
	}, nil
}

type dropoutStage struct {
	width   int
	seed    uint64
	drop    uint64  // an element is dropped if its 32 random bits are less
	scale   float32 // what the others are multiplied by
	backend blas.Backend

	busy sync.Mutex // held by the pass that uses job
	job  maskJob
}

func (s *dropoutStage) Outputs() int { return s.width }

func (s *dropoutStage) Forward(pass Pass, x, y Matrix) error {
	if err := checkPass("dropout", x, s.width, y, s.width); err != nil {
		return err
	}
	if pass.Training {
		return s.mask(pass.Step, x, y)
	}
	copyRows(y, x)
	return nil
}

// Backward multiplies by the same mask again: the derivative of scale·x is
// scale, that of zero is zero.
func (s *dropoutStage) Backward(pass Pass, _, _, dy, dx Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.Forward(pass, dy, dx)
}

func (s *dropoutStage) Parameters() []*Parameter { return nil }

// sharedMask is how many elements are worth a second worker: an element takes
// 1 ns, and waking a worker that is parked 10 µs.
const sharedMask = 32 << 10

// mask writes the elements of src that are kept, scaled, to dst, and zeros
// for the others.
func (s *dropoutStage) mask(step uint64, src, dst Matrix) error {
	work := maskJob{stage: s, key: mix64(s.seed + step*golden), src: src, dst: dst}
	if src.Rows*src.Cols >= sharedMask && s.busy.TryLock() {
		defer s.busy.Unlock()
		s.job = work
		err := s.backend.Run(&s.job, s.job.tasks())
		s.job = maskJob{}
		return err
	}
	for i := range src.Rows {
		work.row(i)
	}
	return nil
}

// maskJob is a mask under way, a few rows in each task.
type maskJob struct {
	stage    *dropoutStage
	key      uint64 // of the pass
	src, dst Matrix
}

func (j *maskJob) tasks() int { return (j.src.Rows + rowsPerTask - 1) / rowsPerTask }

// Task implements blas.Job.
func (j *maskJob) Task(i, _ int) {
	for r := i * rowsPerTask; r < min((i+1)*rowsPerTask, j.src.Rows); r++ {
		j.row(r)
	}
}

// row draws 64 random bits for each two elements of row r, from a stream of
// its own.
func (j *maskJob) row(r int) {
	src, dst := rowOf(j.src, r), rowOf(j.dst, r)
	dst = dst[:len(src)]
	state := mix64(j.key + uint64(r)*golden)
	drop, scale := j.stage.drop, j.stage.scale
	i := 0
	for ; i+1 < len(src) && i+1 < len(dst); i += 2 {
		bits := mix64(state)
		state += golden
		dst[i] = keep(uint64(uint32(bits)), drop, scale, src[i])
		dst[i+1] = keep(bits>>32, drop, scale, src[i+1])
	}
	if i < len(src) {
		dst[i] = keep(uint64(uint32(mix64(state))), drop, scale, src[i])
	}
}

// keep returns scale·v, or 0 if the random number u, of 32 bits, is less than
// drop. It has no branch, since nothing could predict one: the top bit of u -
// drop says which is less, and becomes a mask of zeros or ones.
func keep(u, drop uint64, scale, v float32) float32 {
	dropped := uint32((u - drop) >> 63)
	return math.Float32frombits(math.Float32bits(scale*v) & (dropped - 1))
}
