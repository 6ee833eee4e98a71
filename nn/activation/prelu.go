package activation

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// PReLU is max(0, z) + slope·min(0, z), with slopes that are trained (He et al., "Delving
// deep into rectifiers", 2015), as PyTorch computes it: one slope, unless PerFeature asks
// for more, which starts at 0.25.
func PReLU(opts ...PReLUOption) layer.Layer {
	var l prelu
	for i, o := range opts {
		if o == nil {
			l.err = fault.Option("prelu", i)
			continue
		}
		o(&l)
	}
	return l
}

// PReLUOption changes one thing about a PReLU.
type PReLUOption func(*prelu)

// PerFeature gives each feature a slope of its own.
func PerFeature() PReLUOption { return func(l *prelu) { l.perFeature = true } }

type prelu struct {
	perFeature bool
	err        error // of an option that was nil
}

func preluPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name:    "prelu",
		Params:  []catalog.Param{{Name: "per_feature", Kind: catalog.Bool, Default: "false", Help: "a slope for each feature"}},
		Help:    "shrinks what is negative by slopes that are trained",
		Formula: "max(0, z) + slope·min(0, z)",
		Torch:   "torch.nn.PReLU",
		New:     func(a catalog.Args) (layer.Layer, error) { return prelu{perFeature: a.Bool("per_feature")}, nil },
	}
}

// String implements layer.Layer.
func (l prelu) String() string { return preluPart().Spell().Bool("per_feature", l.perFeature).String() }

// Build implements layer.Layer.
func (l prelu) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	if l.err != nil {
		return layer.Value{}, l.err
	}
	slopes := 1
	if l.perFeature {
		slopes = x.Shape.Size()
	}
	return b.Stage(x, &preluStage{
		shape:   x.Shape,
		kernels: b.Env().Backend.Kernels(),
		slope:   &tensor.Tensor{Name: "weight", Role: tensor.Scale, Dims: []int{slopes}, Init: tensor.Fill(0.25)},
	})
}

type preluStage struct {
	shape   tensor.Shape
	kernels *kernels.Set
	slope   *tensor.Tensor // one, or one for each feature

	work layer.Work[preluJob, *preluJob]
}

func (s *preluStage) Out() tensor.Shape { return s.shape }

func (s *preluStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.slope} }

// Need: on the way back each task sums gradients in memory of its own.
func (s *preluStage) Need(rows int, training bool) (kept, scratch int) {
	if !training {
		return 0, 0
	}
	return 0, layer.RowTasks(rows) * s.slope.Dims[0]
}

// Overwritten implements layer.Overwritten.
func (s *preluStage) Overwritten() {}

func (s *preluStage) Forward(p *layer.Pass, x, y tensor.Matrix) error {
	return s.run(p, preluJob{stage: s, x: x, to: y})
}

func (s *preluStage) Backward(p *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		dx = dy // which is nobody's any more
	}
	if err := s.run(p, preluJob{stage: s, x: x, dy: dy, to: dx, sums: p.Scratch}); err != nil {
		return err
	}
	slopes := len(s.slope.Grad)
	for t := range layer.RowTasks(x.Rows) { // in their order, whoever has done them
		s.kernels.Add(p.Scratch[t*slopes:][:slopes], s.slope.Grad)
	}
	return nil
}

// shared is how many elements are worth a second worker: one takes 0.1 to 0.3 ns, and
// waking a worker that is parked 10 µs.
const shared = 64 << 10

func (s *preluStage) run(p *layer.Pass, j preluJob) error {
	return s.work.Run(p, j, layer.RowTasks(j.x.Rows), j.x.Rows*j.x.Cols >= shared)
}

// preluJob is a PReLU under way, or its way back, a few rows in each task.
type preluJob struct {
	stage     *preluStage
	x, dy, to tensor.Matrix
	sums      []float32 // of each task, the gradients of the slopes; nil on the way forward
}

// Task implements blas.Job.
func (j *preluJob) Task(i, _ int) {
	k, slopes := j.stage.kernels, j.stage.slope.Value
	lo, hi := layer.RowsOf(i, j.x.Rows)
	single := len(slopes) == 1
	if j.sums == nil {
		for r := lo; r < hi; r++ {
			if single {
				k.Functions[kernels.LeakyReLU].Apply(tensor.Row(j.to, r), tensor.Row(j.x, r), slopes[0], 0)
			} else {
				k.PReLU(tensor.Row(j.to, r), tensor.Row(j.x, r), slopes)
			}
		}
		return
	}
	sums := j.sums[i*len(slopes):][:len(slopes)]
	clear(sums)
	sum := 0.0
	for r := lo; r < hi; r++ {
		x, dy, dx := tensor.Row(j.x, r), tensor.Row(j.dy, r), tensor.Row(j.to, r)
		if single {
			sum += k.DeriveLeakyReLU(dx, dy, x, slopes[0])
		} else {
			k.DerivePReLU(dx, sums, dy, x, slopes)
		}
	}
	if single {
		sums[0] = float32(sum)
	}
}
