package layer

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Scale multiplies each feature by a number that is trained, and starts at 1: a network's own
// choice of what counts (Holzmüller, Grinsztajn and Steinwart, "Better by default", 2024), or how
// much of a branch of a residual network comes through (Touvron et al., "Going deeper with image
// transformers", 2021).
func Scale() Layer { return scale{} }

type scale struct{}

func scalePart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "scale", Help: "multiplies each feature by a number that is trained", Formula: "x·weight",
		New: func(catalog.Args) (Layer, error) { return Scale(), nil },
	}
}

// String implements Layer.
func (scale) String() string { return "scale" }

// Build implements Layer.
func (scale) Build(b Builder, x Value) (Value, error) {
	width := x.Shape.Size()
	return b.Stage(x, &scaleStage{
		kernels: b.Env().Backend.Kernels(), shape: x.Shape, width: width,
		weight: &tensor.Tensor{Name: "weight", Role: tensor.Scale, Dims: []int{width}, Init: tensor.Fill(1)},
	})
}

type scaleStage struct {
	kernels *kernels.Set
	shape   tensor.Shape
	width   int
	weight  *tensor.Tensor

	work Work[scaleJob, *scaleJob]
}

func (s *scaleStage) Out() tensor.Shape { return s.shape }

func (s *scaleStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.weight} }

// Need: on the way back each task sums gradients in memory of its own.
func (s *scaleStage) Need(rows int, training bool) (kept, scratch int) {
	if !training {
		return 0, 0
	}
	return 0, RowTasks(rows) * s.width
}

// Overwritten implements Overwritten.
func (s *scaleStage) Overwritten() {}

func (s *scaleStage) Forward(p *Pass, x, y tensor.Matrix) error {
	return s.run(p, scaleJob{stage: s, x: x, to: y})
}

func (s *scaleStage) Backward(p *Pass, x, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		dx = dy // which is nobody's any more
	}
	if err := s.run(p, scaleJob{stage: s, x: x, dy: dy, to: dx, sums: p.Scratch}); err != nil {
		return err
	}
	for t := range RowTasks(x.Rows) { // in their order, whoever has done them
		s.kernels.Add(p.Scratch[t*s.width:][:s.width], s.weight.Grad)
	}
	return nil
}

// scaleElements is how many elements are worth a second worker: one takes 0.1 ns, and waking
// a worker that is parked 10 µs.
const scaleElements = 64 << 10

func (s *scaleStage) run(p *Pass, j scaleJob) error {
	return s.work.Run(p, j, RowTasks(j.x.Rows), j.x.Rows*s.width >= scaleElements)
}

// scaleJob is a Scale under way, or its way back, a few rows in each task.
type scaleJob struct {
	stage     *scaleStage
	x, dy, to tensor.Matrix
	sums      []float32 // of each task, the gradients of the weight; nil on the way forward
}

// Task implements blas.Job.
func (j *scaleJob) Task(i, _ int) {
	k, weight := j.stage.kernels, j.stage.weight.Value
	lo, hi := RowsOf(i, j.x.Rows)
	if j.sums == nil {
		for r := lo; r < hi; r++ {
			k.Multiply(tensor.Row(j.to, r), tensor.Row(j.x, r), weight)
		}
		return
	}
	sums := j.sums[i*len(weight):][:len(weight)]
	clear(sums)
	for r := lo; r < hi; r++ {
		dy := tensor.Row(j.dy, r)
		k.AddProducts(sums, dy, tensor.Row(j.x, r))
		k.Multiply(tensor.Row(j.to, r), dy, weight)
	}
}
