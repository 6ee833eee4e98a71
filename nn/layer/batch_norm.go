package layer

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type batchNorm struct{ norm }

// BatchNorm gives each feature a mean of 0 and a variance of 1 over the rows of a
// training batch, and multiplies and shifts it by numbers that are trained (Ioffe and
// Szegedy, "Batch normalization", 2015), as PyTorch's BatchNorm1d computes it:
//
//	y = (x-mean)/√(variance+epsilon)·weight + bias
//
// When predicting, mean and variance are running ones, buffers that go on by momentum with
// each training pass whose gradient is finite:
//
//	running = (1-momentum)·running + momentum·batch's
//
// There the batch's variance is divided by one row less. A training batch has at least
// two rows. In an accumulated step each batch has statistics of its own.
func BatchNorm(opts ...BatchNormOption) Layer {
	l := batchNorm{norm{epsilon: epsilonDefault, momentum: momentumDefault}}
	for i, o := range opts {
		if o == nil {
			l.err = fault.Option("batch_norm", i)
			continue
		}
		o.applyBatchNorm(&l.norm)
	}
	return l
}

const momentumDefault = 0.1

type momentumOption float64

func (o momentumOption) applyBatchNorm(n *norm) { n.momentum = float64(o) }

// Momentum sets how much of a batch's statistics goes into the running ones, 0.1 without
// it: from 0, where they stay as they are, to 1.
func Momentum(m float64) BatchNormOption { return momentumOption(m) }

func batchNormPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "batch_norm",
		Params: []catalog.Param{
			epsilonParam(),
			{Name: "momentum", Kind: catalog.Number, Default: "0.1", Range: catalog.Between(0, 1), Help: "what a batch adds to running statistics"},
		},
		Help:    "each feature with mean 0 and variance 1 over the batch, then scaled",
		Formula: "(x-mean)/√(variance+epsilon)·weight + bias",
		Torch:   "torch.nn.BatchNorm1d",
		New: func(a catalog.Args) (Layer, error) {
			return BatchNorm(Epsilon(a.Float("epsilon")), Momentum(a.Float("momentum"))), nil
		},
	}
}

// String implements Layer.
func (l batchNorm) String() string {
	return batchNormPart().Spell().Float("epsilon", l.epsilon).Float("momentum", l.momentum).String()
}

// Build implements Layer.
func (l batchNorm) Build(b Builder, x Value) (Value, error) {
	if err := l.validate("batch_norm"); err != nil {
		return Value{}, err
	}
	if !(l.momentum >= 0 && l.momentum <= 1) {
		return Value{}, fault.Value("batch_norm", "momentum", l.momentum, "from 0 to 1")
	}
	width := x.Shape.Size()
	return b.Stage(x, &batchNormStage{
		shape: x.Shape, width: width, epsilon: l.epsilon, momentum: l.momentum, affine: newAffine(width),
		mean:     &tensor.Tensor{Name: "running_mean", Role: tensor.Buffer, Dims: []int{width}},
		variance: &tensor.Tensor{Name: "running_var", Role: tensor.Buffer, Dims: []int{width}, Init: tensor.Fill(1)},
	})
}

// batchNormStage keeps of each feature the mean, 1/√(variance+epsilon), and the variance
// that goes into the running one.
type batchNormStage struct {
	affine
	mean, variance *tensor.Tensor
	shape          tensor.Shape
	width          int
	epsilon        float64
	momentum       float64

	// Of the call under way in a training pass, of which there is one at a time.
	sums []float64 // two of each feature, and the rows
	job  batchNormJob
}

func (s *batchNormStage) Out() tensor.Shape { return s.shape }

func (s *batchNormStage) Tensors() []*tensor.Tensor {
	return []*tensor.Tensor{s.gain, s.bias, s.mean, s.variance}
}

// Need: a prediction makes a factor of each feature.
func (s *batchNormStage) Need(_ int, training bool) (kept, scratch int) {
	if training {
		return 3 * s.width, 0
	}
	return 0, s.width
}

// Overwritten implements Overwritten.
func (s *batchNormStage) Overwritten() {}

// MinRows implements MinRows: one row has no variance.
func (s *batchNormStage) MinRows() int { return 2 }

func (s *batchNormStage) Forward(p *Pass, x, y tensor.Matrix) error {
	if !p.Training {
		return s.predict(p, x, y)
	}
	if s.sums == nil {
		s.sums = make([]float64, 2*s.width+1)
	}
	mean, inverse, next := s.kept(p)
	sums, squares, rows := s.sums[:s.width], s.sums[s.width:2*s.width], &s.sums[2*s.width]
	// Twice through the batch: a variance from sums of squares would be lost where the mean
	// is large.
	clear(s.sums)
	if err := s.run(p, batchNormJob{do: (*batchNormJob).sum, x: x}); err != nil {
		return err
	}
	*rows = float64(x.Rows)
	if err := s.total(p); err != nil {
		return err
	}
	n := *rows
	if n < 2 {
		return fmt.Errorf("batch_norm trains on batches of at least 2 rows, this one has %v", n)
	}
	for j, v := range sums {
		sums[j] = v / n
		mean[j] = float32(sums[j])
	}
	if err := s.run(p, batchNormJob{do: (*batchNormJob).square, x: x}); err != nil {
		return err
	}
	if p.Sum != nil {
		if err := p.Sum(squares); err != nil {
			return err
		}
	}
	for j, v := range squares {
		inverse[j] = float32(1 / math.Sqrt(v/n+s.epsilon))
		if next[j] = float32(v / (n - 1)); !(next[j] <= math.MaxFloat32) {
			return fmt.Errorf("batch_norm: the variance of feature %d is %v, want what float32 holds", j, v/(n-1))
		}
	}
	return s.run(p, batchNormJob{do: (*batchNormJob).normalise, x: x, y: y, kept: p.Kept})
}

// kept is the parts of what a pass keeps.
func (s *batchNormStage) kept(p *Pass) (mean, inverse, variance []float32) {
	return p.Kept[:s.width], p.Kept[s.width : 2*s.width], p.Kept[2*s.width : 3*s.width]
}

// total adds up the sums of all ranks.
func (s *batchNormStage) total(p *Pass) error {
	if p.Sum == nil {
		return nil
	}
	return p.Sum(s.sums)
}

func (s *batchNormStage) predict(p *Pass, x, y tensor.Matrix) error {
	factor, bias := p.Scratch[:s.width], s.bias.Value
	for j := range factor {
		inverse := float32(1 / math.Sqrt(float64(s.variance.Value[j])+s.epsilon))
		factor[j] = inverse * s.gain.Value[j]
	}
	for i := range x.Rows {
		out := tensor.Row(y, i)
		for j, v := range tensor.Row(x, i) {
			out[j] = float32((v-s.mean.Value[j])*factor[j]) + bias[j]
		}
	}
	return nil
}

// Backward: with x̂ = (x-mean)·inverse,
//
//	dx = weight·inverse·(dy - mean(dy) - x̂·mean(dy·x̂))
//
// with means over the rows of all ranks, whose own gradients of weight and bias are sums
// over theirs.
func (s *batchNormStage) Backward(p *Pass, x, _, dy, dx tensor.Matrix) error {
	clear(s.sums)
	if err := s.run(p, batchNormJob{do: (*batchNormJob).gradients, x: x, dy: dy, kept: p.Kept}); err != nil {
		return err
	}
	for j := range s.width {
		s.bias.Grad[j] += float32(s.sums[j])
		s.gain.Grad[j] += float32(s.sums[s.width+j])
	}
	if dx.Data == nil {
		return nil
	}
	s.sums[2*s.width] = float64(x.Rows)
	if err := s.total(p); err != nil {
		return err
	}
	return s.run(p, batchNormJob{do: (*batchNormJob).inputs, x: x, dy: dy, dx: dx, kept: p.Kept})
}

// Commit implements Committer.
func (s *batchNormStage) Commit(p *Pass) {
	mean, _, variance := s.kept(p)
	m := float32(s.momentum)
	for j := range s.width {
		s.mean.Value[j] = float32((1-m)*s.mean.Value[j]) + float32(m*mean[j])
		s.variance.Value[j] = float32((1-m)*s.variance.Value[j]) + float32(m*variance[j])
	}
}

// columnsPerTask is how many features a worker takes at a time: two lines of memory, of
// each row.
const columnsPerTask = 32

func (s *batchNormStage) run(p *Pass, j batchNormJob) (err error) {
	s.job = j
	s.job.stage = s
	tasks := (s.width + columnsPerTask - 1) / columnsPerTask
	if j.x.Rows*s.width >= normElements {
		err = p.Run(&s.job, tasks)
	} else {
		for i := range tasks {
			s.job.Task(i, 0)
		}
	}
	s.job = batchNormJob{} // batches may be the caller's
	return err
}

// batchNormJob is a part of a pass, a few features in each task.
type batchNormJob struct {
	stage        *batchNormStage
	do           func(j *batchNormJob, lo, hi int) // for features [lo, hi)
	x, y, dy, dx tensor.Matrix
	kept         []float32
}

// Task implements blas.Job.
func (j *batchNormJob) Task(i, _ int) {
	j.do(j, i*columnsPerTask, min((i+1)*columnsPerTask, j.stage.width))
}

// sum adds up each feature.
func (j *batchNormJob) sum(lo, hi int) {
	sums := j.stage.sums[lo:hi]
	for i := range j.x.Rows {
		for c, v := range tensor.Row(j.x, i)[lo:hi] {
			sums[c] += float64(v)
		}
	}
}

// square adds up the squares of what differs from the mean.
func (j *batchNormJob) square(lo, hi int) {
	means, squares := j.stage.sums[lo:hi], j.stage.sums[j.stage.width+lo:][:hi-lo]
	for i := range j.x.Rows {
		for c, v := range tensor.Row(j.x, i)[lo:hi] {
			d := float64(v) - means[c]
			squares[c] += float64(d * d)
		}
	}
}

func (j *batchNormJob) normalise(lo, hi int) {
	s := j.stage
	mean, inverse := j.kept[lo:hi], j.kept[s.width+lo:][:hi-lo]
	gain, bias := s.gain.Value[lo:hi], s.bias.Value[lo:hi]
	for i := range j.x.Rows {
		out := tensor.Row(j.y, i)[lo:hi]
		for c, v := range tensor.Row(j.x, i)[lo:hi] {
			out[c] = float32(float32((v-mean[c])*inverse[c])*gain[c]) + bias[c]
		}
	}
}

// gradients adds up dy and dy·x̂.
func (j *batchNormJob) gradients(lo, hi int) {
	s := j.stage
	mean, inverse := j.kept[lo:hi], j.kept[s.width+lo:][:hi-lo]
	sums, products := s.sums[lo:hi], s.sums[s.width+lo:][:hi-lo]
	for i := range j.x.Rows {
		x := tensor.Row(j.x, i)[lo:hi]
		for c, v := range tensor.Row(j.dy, i)[lo:hi] {
			sums[c] += float64(v)
			products[c] += float64(float64(v) * float64(float32((x[c]-mean[c])*inverse[c])))
		}
	}
}

func (j *batchNormJob) inputs(lo, hi int) {
	s := j.stage
	mean, inverse, gain := j.kept[lo:hi], j.kept[s.width+lo:][:hi-lo], s.gain.Value[lo:hi]
	sums, products, n := s.sums[lo:hi], s.sums[s.width+lo:][:hi-lo], s.sums[2*s.width]
	for i := range j.x.Rows {
		x, out := tensor.Row(j.x, i)[lo:hi], tensor.Row(j.dx, i)[lo:hi]
		for c, v := range tensor.Row(j.dy, i)[lo:hi] {
			h := float64(float32((x[c] - mean[c]) * inverse[c]))
			out[c] = float32(float64(gain[c]) * float64(inverse[c]) * (float64(v) - sums[c]/n - float64(h*(products[c]/n))))
		}
	}
}
