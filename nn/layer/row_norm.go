package layer

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// rowNormStage normalises each row by its own statistics: it is centred and divided by
// √(variance+epsilon), or divided by √(mean(x²)+epsilon). It keeps the mean, 0 where
// nothing is centred, and the reciprocal of the root of each row.
type rowNormStage struct {
	affine
	kernels *kernels.Set
	shape   tensor.Shape
	width   int
	epsilon float64
	centred bool

	work Work[rowNormJob, *rowNormJob]
}

func newRowNormStage(b Builder, shape tensor.Shape, n norm, centred bool) *rowNormStage {
	width := shape.Size()
	return &rowNormStage{
		affine:  newAffine(width, !n.bare, centred && !n.bare),
		kernels: b.Env().Backend.Kernels(), shape: shape, width: width, epsilon: n.epsilon, centred: centred,
	}
}

func (s *rowNormStage) Out() tensor.Shape { return s.shape }

func (s *rowNormStage) Tensors() []*tensor.Tensor { return s.tensors() }

// Need: on the way back each task sums gradients in memory of its own.
func (s *rowNormStage) Need(rows int, training bool) (kept, scratch int) {
	if !training {
		return 0, 0
	}
	return 2 * rows, RowTasks(rows) * 2 * s.width
}

// Overwritten implements Overwritten.
func (s *rowNormStage) Overwritten() {}

func (s *rowNormStage) Forward(p *Pass, x, y tensor.Matrix) error {
	return s.run(p, rowNormJob{stage: s, kept: p.Kept, x: x, y: y})
}

func (s *rowNormStage) Backward(p *Pass, x, _, dy, dx tensor.Matrix) error {
	if err := s.run(p, rowNormJob{stage: s, kept: p.Kept, x: x, dy: dy, dx: dx, sums: p.Scratch, back: true}); err != nil {
		return err
	}
	for t := range RowTasks(x.Rows) { // in their order, whoever has done them
		sums := p.Scratch[t*2*s.width:][:2*s.width]
		if s.gain != nil {
			s.kernels.Add(sums[:s.width], s.gain.Grad)
		}
		if s.bias != nil {
			s.kernels.Add(sums[s.width:], s.bias.Grad)
		}
	}
	return nil
}

func (s *rowNormStage) run(p *Pass, j rowNormJob) error {
	return s.work.Run(p, j, RowTasks(j.x.Rows), j.x.Rows*s.width >= normElements)
}

// rowNormJob is a normalisation under way, or its way back, a few rows in each task.
type rowNormJob struct {
	stage        *rowNormStage
	back         bool
	kept         []float32 // two of each row; empty in a prediction
	x, y, dy, dx tensor.Matrix
	sums         []float32 // of each task, the gradients of weight and bias
}

// Task implements blas.Job.
func (j *rowNormJob) Task(i, _ int) {
	lo, hi := RowsOf(i, j.x.Rows)
	gain, bias := j.stage.values()
	if !j.back {
		for r := lo; r < hi; r++ {
			j.forward(r, gain, bias)
		}
		return
	}
	width := j.stage.width
	sums := j.sums[i*2*width:][:2*width]
	clear(sums)
	for r := lo; r < hi; r++ {
		j.backward(r, gain, sums[:width], sums[width:])
	}
}

func (j *rowNormJob) forward(r int, gain, bias []float32) {
	s, x := j.stage, tensor.Row(j.x, r)
	n := float64(len(x))
	mean := 0.0
	if s.centred {
		mean = s.kernels.Sum(x) / n
	}
	m := float32(mean)
	// What m lacks of the mean adds its square to the mean square of what differs from m.
	rest := mean - float64(m)
	variance := max(0, s.kernels.SquaresFrom(x, m)/n-float64(rest*rest))
	inverse := float32(1 / math.Sqrt(variance+s.epsilon))
	if len(j.kept) > 0 {
		j.kept[2*r], j.kept[2*r+1] = m, inverse
	}
	s.kernels.NormRow(tensor.Row(j.y, r), x, gain, bias, m, inverse)
}

// backward is the way back of row r: with x̂ = (x-mean)·inverse and g = dy·weight,
//
//	dx = inverse·(g - mean(g) - x̂·mean(g·x̂))
//
// where mean(g) is left out of what is not centred.
func (j *rowNormJob) backward(r int, gain, dgain, dbias []float32) {
	k, x, dy := j.stage.kernels, tensor.Row(j.x, r), tensor.Row(j.dy, r)
	mean, inverse := j.kept[2*r], j.kept[2*r+1]
	n := float64(len(x))
	product := k.NormRowGradients(dgain, dbias, dy, x, gain, mean, inverse) / n
	if j.dx.Data == nil {
		return
	}
	gradient := 0.0
	if j.stage.centred {
		gradient = k.SumProducts(dy, gain) / n
	}
	k.NormRowInput(tensor.Row(j.dx, r), dy, x, gain, mean, inverse, float32(gradient), float32(product))
}
