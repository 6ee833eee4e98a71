package layer

import (
	"math"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Dropout sets each element to zero with probability p while training, and
// multiplies the others by 1/(1-p), so that the expected value stays
// (Srivastava et al., 2014, in the inverted form). When predicting it does
// nothing. p is at least 0 and less than 1.
//
// What is dropped is a function of the network's seed, the layer's place,
// the number of the training pass, and the element's row and column: the same
// for any number of workers, and recomputed on the way back rather than
// stored.
func Dropout(p float64) Layer { return dropout{p} }

type dropout struct{ p float64 }

func dropoutPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "dropout",
		Params:  []catalog.Param{{Name: "p", Kind: catalog.Number, Range: catalog.Fraction(), Help: "the share that is dropped"}},
		Help:    "sets elements to zero at random while training",
		Torch:   "torch.nn.Dropout",
		Example: "dropout(0.2)",
		New:     func(a catalog.Args) (Layer, error) { return Dropout(a.Float("p")), nil },
	}
}

// String implements Layer.
func (l dropout) String() string { return dropoutPart().Spell().Float("p", l.p).String() }

// Build implements Layer.
func (l dropout) Build(b Builder, x Value) (Value, error) {
	if err := fault.Fraction("dropout", "probability", l.p); err != nil {
		return Value{}, err
	}
	return b.Stage(x, &dropoutStage{
		shape: x.Shape,
		seed:  b.Env().Seed,
		drop:  uint64(math.Round(l.p * (1 << 32))),
		scale: float32(1 / (1 - l.p)),
	})
}

type dropoutStage struct {
	Plain
	shape tensor.Shape
	seed  uint64
	drop  uint64  // an element is dropped if its 32 random bits are less
	scale float32 // what the others are multiplied by

	work Work[maskJob, *maskJob]
}

func (s *dropoutStage) Out() tensor.Shape { return s.shape }

// Passive implements Passive.
func (s *dropoutStage) Passive() {}

// Overwritten implements Overwritten.
func (s *dropoutStage) Overwritten() {}

// Forgetful implements Forgetful.
func (s *dropoutStage) Forgetful() {}

// Gain implements Bounded.
func (s *dropoutStage) Gain() float64 { return float64(s.scale) }

func (s *dropoutStage) Forward(p *Pass, x, y tensor.Matrix) error {
	if p.Training {
		return s.mask(p, x, y)
	}
	for i := range x.Rows {
		copy(tensor.Row(y, i), tensor.Row(x, i))
	}
	return nil
}

// Backward multiplies by the same mask again: the derivative of scale·x is
// scale, that of zero is zero.
func (s *dropoutStage) Backward(p *Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.mask(p, dy, dx)
}

// sharedMask is how many elements are worth a second worker: an element takes
// 1 ns, and waking a worker that is parked 10 µs.
const sharedMask = 32 << 10

// mask writes the elements of src that are kept, scaled, to dst, and zeros
// for the others.
func (s *dropoutStage) mask(p *Pass, src, dst tensor.Matrix) error {
	j := maskJob{stage: s, key: random.Mix64(s.seed + p.Step*random.Golden), first: p.Row, src: src, dst: dst}
	return s.work.Run(p, j, RowTasks(src.Rows), src.Rows*src.Cols >= sharedMask)
}

// maskJob is a mask under way, a few rows in each task.
type maskJob struct {
	stage    *dropoutStage
	key      uint64 // of the pass
	first    int    // the number of row 0 in the whole batch
	src, dst tensor.Matrix
}

// Task implements blas.Job.
func (j *maskJob) Task(i, _ int) {
	lo, hi := RowsOf(i, j.src.Rows)
	for r := lo; r < hi; r++ {
		j.row(r)
	}
}

// row draws 64 random bits for each two elements of row r, from a stream of
// its own.
func (j *maskJob) row(r int) {
	src, dst := tensor.Row(j.src, r), tensor.Row(j.dst, r)
	dst = dst[:len(src)]
	state := random.Mix64(j.key + uint64(j.first+r)*random.Golden)
	drop, scale := j.stage.drop, j.stage.scale
	i := 0
	for ; i+1 < len(src) && i+1 < len(dst); i += 2 {
		bits := random.Mix64(state)
		state += random.Golden
		dst[i] = keep(uint64(uint32(bits)), drop, scale, src[i])
		dst[i+1] = keep(bits>>32, drop, scale, src[i+1])
	}
	if i < len(src) {
		dst[i] = keep(uint64(uint32(random.Mix64(state))), drop, scale, src[i])
	}
}

// keep returns scale·v, or 0 if the random number u, of 32 bits, is less than
// drop. It has no branch, since nothing could predict one: the top bit of u -
// drop says which is less, and becomes a mask of zeros or ones.
func keep(u, drop uint64, scale, v float32) float32 {
	dropped := uint32((u - drop) >> 63)
	return math.Float32frombits(math.Float32bits(scale*v) & (dropped - 1))
}
