package layer

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// batchNormStage keeps of each feature the mean, 1/√(variance+epsilon), and the variance
// that goes into the running one.
type batchNormStage struct {
	affine
	mean, variance *tensor.Tensor
	kernels        *kernels.Set
	shape          tensor.Shape
	width          int
	epsilon        float64
	momentum       float64

	// Of the call under way in a training pass, of which there is one at a time.
	sums []float64 // two of each feature, and the rows

	training, predicting Work[batchNormJob, *batchNormJob]
}

func (s *batchNormStage) Out() tensor.Shape { return s.shape }

func (s *batchNormStage) Tensors() []*tensor.Tensor { return append(s.tensors(), s.mean, s.variance) }

// Need: a training pass sums up in float32 for a few rows, and makes three numbers of each
// feature for its gradient; a prediction makes a factor of each.
func (s *batchNormStage) Need(_ int, training bool) (kept, scratch int) {
	if training {
		return 3 * s.width, 3 * s.width
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
		mean[j] = float32(v / n)
	}
	clear(s.sums)
	if err := s.run(p, batchNormJob{do: (*batchNormJob).square, x: x, kept: p.Kept}); err != nil {
		return err
	}
	if err := s.total(p); err != nil {
		return err
	}
	for j, v := range squares {
		// The mean so far lacks rest, which has added its square to those of what differs from it.
		rest := sums[j] / n
		mean[j] += float32(rest)
		v = max(0, v-float64(rest*rest)*n)
		inverse[j] = float32(1 / math.Sqrt(v/n+s.epsilon))
		if next[j] = float32(v / (n - 1)); !(next[j] <= math.MaxFloat32) {
			return fmt.Errorf("batch_norm: the variance of feature %d is %v, want what float32 holds", j, v/(n-1))
		}
	}
	gain, _ := s.values()
	s.kernels.Multiply(p.Scratch[:s.width], gain, inverse)
	return s.run(p, batchNormJob{do: (*batchNormJob).normalise, x: x, y: y, mean: mean, factor: p.Scratch[:s.width]})
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
	factor := p.Scratch[:s.width]
	gain, _ := s.values()
	for j := range factor {
		inverse := float32(1 / math.Sqrt(float64(s.variance.Value[j])+s.epsilon))
		factor[j] = inverse * gain[j]
	}
	j := batchNormJob{stage: s, do: (*batchNormJob).normalise, x: x, y: y, mean: s.mean.Value, factor: factor}
	return s.predicting.Run(p, j, s.tasks(), x.Rows*s.width >= normElements)
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
	sums, products := s.sums[:s.width], s.sums[s.width:2*s.width]
	if s.gain != nil {
		for j := range s.width {
			s.bias.Grad[j] += float32(sums[j])
			s.gain.Grad[j] += float32(products[j])
		}
	}
	if dx.Data == nil {
		return nil
	}
	s.sums[2*s.width] = float64(x.Rows)
	if err := s.total(p); err != nil {
		return err
	}
	mean, inverse, _ := s.kept(p)
	gain, _ := s.values()
	n := s.sums[2*s.width]
	factor, gradient, product := p.Scratch[:s.width], p.Scratch[s.width:2*s.width], p.Scratch[2*s.width:3*s.width]
	for j := range s.width {
		factor[j] = gain[j] * inverse[j]
		gradient[j] = float32(sums[j] / n)
		product[j] = float32(products[j] / n * float64(inverse[j]))
	}
	return s.run(p, batchNormJob{do: (*batchNormJob).inputs, x: x, dy: dy, dx: dx, mean: mean, factor: factor, gradient: gradient, product: product})
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

const (
	// columnsPerTask is how many features a worker takes at a time: a call of a kernel for
	// 128 elements takes 10 ns, of which 2 are the call.
	columnsPerTask = 128
	// partialRows is how many rows are summed up in float32 before the sum is added to others
	// in float64: as many roundings.
	partialRows = 16
)

func (s *batchNormStage) tasks() int { return (s.width + columnsPerTask - 1) / columnsPerTask }

func (s *batchNormStage) run(p *Pass, j batchNormJob) error {
	j.stage, j.partial = s, p.Scratch
	return s.training.Run(p, j, s.tasks(), j.x.Rows*s.width >= normElements)
}

// batchNormJob is a part of a pass, a few features in each task.
type batchNormJob struct {
	stage        *batchNormStage
	do           func(j *batchNormJob, lo, hi int) // for features [lo, hi)
	x, y, dy, dx tensor.Matrix
	kept         []float32
	partial      []float32 // two of each feature, for sums of a few rows

	// Of each feature.
	mean, factor, gradient, product []float32
}

// Task implements blas.Job.
func (j *batchNormJob) Task(i, _ int) {
	j.do(j, i*columnsPerTask, min((i+1)*columnsPerTask, j.stage.width))
}

// sum adds up each feature.
func (j *batchNormJob) sum(lo, hi int) {
	j.total(lo, hi, func(r int, sums, _ []float32) { j.stage.kernels.Add(tensor.Row(j.x, r)[lo:hi], sums) })
}

// square adds up what differs from the mean, and its squares.
func (j *batchNormJob) square(lo, hi int) {
	mean := j.kept[lo:hi]
	j.total(lo, hi, func(r int, sums, squares []float32) {
		j.stage.kernels.CentredSums(sums, squares, tensor.Row(j.x, r)[lo:hi], mean)
	})
}

// gradients adds up dy and dy·x̂.
func (j *batchNormJob) gradients(lo, hi int) {
	mean, inverse := j.kept[lo:hi], j.kept[j.stage.width+lo:][:hi-lo]
	j.total(lo, hi, func(r int, sums, products []float32) {
		j.stage.kernels.NormColumnGradients(products, sums, tensor.Row(j.dy, r)[lo:hi], tensor.Row(j.x, r)[lo:hi], mean, inverse)
	})
}

// total adds what add finds in each row to the two sums of each feature.
func (j *batchNormJob) total(lo, hi int, add func(r int, first, second []float32)) {
	s := j.stage
	first, second := j.partial[lo:hi], j.partial[s.width+lo:][:hi-lo]
	for from := 0; from < j.x.Rows; from += partialRows {
		clear(first)
		clear(second)
		for r := from; r < min(from+partialRows, j.x.Rows); r++ {
			add(r, first, second)
		}
		for c, v := range first {
			s.sums[lo+c] += float64(v)
		}
		for c, v := range second {
			s.sums[s.width+lo+c] += float64(v)
		}
	}
}

func (j *batchNormJob) normalise(lo, hi int) {
	_, bias := j.stage.values()
	for r := range j.x.Rows {
		j.stage.kernels.NormColumns(tensor.Row(j.y, r)[lo:hi], tensor.Row(j.x, r)[lo:hi], j.mean[lo:hi], j.factor[lo:hi], bias[lo:hi])
	}
}

func (j *batchNormJob) inputs(lo, hi int) {
	for r := range j.x.Rows {
		j.stage.kernels.NormColumnInput(tensor.Row(j.dx, r)[lo:hi], tensor.Row(j.dy, r)[lo:hi], tensor.Row(j.x, r)[lo:hi],
			j.mean[lo:hi], j.factor[lo:hi], j.gradient[lo:hi], j.product[lo:hi])
	}
}
