package layer

import (
	"math"
	"sync"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type layerNorm struct{ norm }

// LayerNorm gives each row a mean of 0 and a variance of 1 over its features, and
// multiplies and shifts each feature by numbers that are trained (Ba, Kiros and Hinton, "Layer
// normalization", 2016), as PyTorch computes it:
//
//	y = (x-mean)/√(variance+epsilon)·weight + bias
//
// The variance is the mean square of what differs from the mean. Both are summed in
// float64.
func LayerNorm(opts ...NormOption) Layer {
	l := layerNorm{norm{epsilon: epsilonDefault}}
	for i, o := range opts {
		if o == nil {
			l.err = fault.Option("layer_norm", i)
			continue
		}
		o.applyLayerNorm(&l.norm)
	}
	return l
}

func layerNormPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "layer_norm",
		Params:  []catalog.Param{epsilonParam()},
		Help:    "each row with mean 0 and variance 1, then scaled",
		Formula: "(x-mean)/√(variance+epsilon)·weight + bias",
		Torch:   "torch.nn.LayerNorm",
		New:     func(a catalog.Args) (Layer, error) { return LayerNorm(Epsilon(a.Float("epsilon"))), nil },
	}
}

// String implements Layer.
func (l layerNorm) String() string {
	return layerNormPart().Spell().Float("epsilon", l.epsilon).String()
}

// Build implements Layer.
func (l layerNorm) Build(b Builder, x Value) (Value, error) {
	if err := l.validate("layer_norm"); err != nil {
		return Value{}, err
	}
	width := x.Shape.Size()
	return b.Stage(x, &layerNormStage{shape: x.Shape, width: width, epsilon: l.epsilon, affine: newAffine(width)})
}

// layerNormStage keeps the mean and 1/√(variance+epsilon) of each row.
type layerNormStage struct {
	affine
	shape   tensor.Shape
	width   int
	epsilon float64

	busy sync.Mutex // held by the pass that uses job
	job  layerNormJob
}

func (s *layerNormStage) Out() tensor.Shape { return s.shape }

func (s *layerNormStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.gain, s.bias} }

// Need: on the way back each task sums gradients in memory of its own.
func (s *layerNormStage) Need(rows int, training bool) (kept, scratch int) {
	if !training {
		return 0, 0
	}
	return 2 * rows, tasksOf(rows) * 2 * s.width
}

// Overwritten implements Overwritten.
func (s *layerNormStage) Overwritten() {}

func (s *layerNormStage) Forward(p *Pass, x, y tensor.Matrix) error {
	return s.run(p, layerNormJob{stage: s, kept: p.Kept, x: x, y: y})
}

func (s *layerNormStage) Backward(p *Pass, x, _, dy, dx tensor.Matrix) error {
	if err := s.run(p, layerNormJob{stage: s, kept: p.Kept, x: x, dy: dy, dx: dx, sums: p.Scratch, back: true}); err != nil {
		return err
	}
	for t := range tasksOf(x.Rows) { // in their order, whoever has done them
		sums := p.Scratch[t*2*s.width:][:2*s.width]
		for j, v := range sums[:s.width] {
			s.gain.Grad[j] += v
		}
		for j, v := range sums[s.width:] {
			s.bias.Grad[j] += v
		}
	}
	return nil
}

func (s *layerNormStage) run(p *Pass, j layerNormJob) error {
	tasks := tasksOf(j.x.Rows)
	if j.x.Rows*s.width >= normElements && s.busy.TryLock() {
		defer s.busy.Unlock()
		s.job = j
		err := p.Run(&s.job, tasks)
		s.job = layerNormJob{}
		return err
	}
	for i := range tasks {
		j.do(i)
	}
	return nil
}

// layerNormJob is a normalisation under way, or its way back, a few rows in each task.
type layerNormJob struct {
	stage        *layerNormStage
	back         bool
	kept         []float32 // of each row the mean and 1/√(variance+epsilon); empty in a prediction
	x, y, dy, dx tensor.Matrix
	sums         []float32 // of each task, the gradients of weight and bias
}

// Task implements blas.Job.
func (j *layerNormJob) Task(i, _ int) { j.do(i) }

func (j *layerNormJob) do(i int) {
	lo, hi := i*rowsPerTask, min((i+1)*rowsPerTask, j.x.Rows)
	if !j.back {
		for r := lo; r < hi; r++ {
			j.forward(r)
		}
		return
	}
	width := j.stage.width
	sums := j.sums[i*2*width:][:2*width]
	clear(sums)
	for r := lo; r < hi; r++ {
		j.backward(r, sums[:width], sums[width:])
	}
}

func (j *layerNormJob) forward(r int) {
	x, y := tensor.Row(j.x, r), tensor.Row(j.y, r)
	gain, bias := j.stage.gain.Value, j.stage.bias.Value
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	mean := sum / float64(len(x))
	squares := 0.0
	for _, v := range x {
		d := float64(v) - mean
		squares += float64(d * d)
	}
	m, inverse := float32(mean), float32(1/math.Sqrt(squares/float64(len(x))+j.stage.epsilon))
	if len(j.kept) > 0 {
		j.kept[2*r], j.kept[2*r+1] = m, inverse
	}
	for i, v := range x {
		y[i] = float32(float32((v-m)*inverse)*gain[i]) + bias[i]
	}
}

// backward is the way back of row r: with x̂ = (x-mean)·inverse and g = dy·weight,
//
//	dx = inverse·(g - mean(g) - x̂·mean(g·x̂))
func (j *layerNormJob) backward(r int, dgain, dbias []float32) {
	x, dy := tensor.Row(j.x, r), tensor.Row(j.dy, r)
	gain := j.stage.gain.Value
	mean, inverse := j.kept[2*r], j.kept[2*r+1]
	sum, product := 0.0, 0.0
	for i, v := range dy {
		h := float32((x[i] - mean) * inverse)
		dgain[i] += float32(v * h)
		dbias[i] += v
		g := float64(v) * float64(gain[i])
		sum += g
		product += float64(g * float64(h))
	}
	if j.dx.Data == nil {
		return
	}
	dx := tensor.Row(j.dx, r)
	n := float64(len(x))
	sum, product = sum/n, product/n
	for i, v := range dy {
		h := float64(float32((x[i] - mean) * inverse))
		dx[i] = float32(float64(inverse) * (float64(float64(v)*float64(gain[i])) - sum - float64(h*product)))
	}
}
