package layer

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Periodic embeds each number of its input by cosines and sines of frequencies of its own,
// which are trained (Gorishniy, Rubachev and Babenko, "On embeddings for numerical features
// in tabular deep learning", 2022): a column x becomes 2·frequencies columns,
//
//	cos(2π·w_1·x) … cos(2π·w_k·x), sin(2π·w_1·x) … sin(2π·w_k·x)
//
// Frequencies start normally distributed with the standard deviation sigma, which decides how
// fine the structure is that the network sees first: 0.01 to 1, for inputs of variance 1. A
// FeatureDense behind it, of as many features as there are columns, gives each its own weights.
func Periodic(frequencies int, sigma float64) Layer { return periodic{frequencies, sigma} }

type periodic struct {
	frequencies int
	sigma       float64
}

func periodicPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "periodic",
		Params: []catalog.Param{
			{Name: "frequencies", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "of each column"},
			{Name: "sigma", Kind: catalog.Number, Default: "0.1", Range: catalog.Above(0), Help: "their standard deviation at the start"},
		},
		Help:    "cosines and sines of each number, of frequencies that are trained",
		Formula: "[cos(2π·w·x), sin(2π·w·x)]",
		Example: "periodic(4)",
		New:     func(a catalog.Args) (Layer, error) { return Periodic(a.Int("frequencies"), a.Float("sigma")), nil },
	}
}

// String implements Layer.
func (l periodic) String() string {
	return periodicPart().Spell().Int("frequencies", l.frequencies).Float("sigma", l.sigma).String()
}

// Build implements Layer.
func (l periodic) Build(b Builder, x Value) (Value, error) {
	width := x.Shape.Size()
	if l.frequencies < 1 || l.frequencies > math.MaxInt32/2/width {
		return Value{}, fault.Value("periodic", "frequencies", float64(l.frequencies), "at least 1, and so few that there is memory for them")
	}
	if !(l.sigma > 0 && l.sigma <= math.MaxFloat32) {
		return Value{}, fault.Value("periodic", "sigma", l.sigma, "a finite number, more than 0")
	}
	return b.Stage(x, &periodicStage{
		kernels: b.Env().Backend.Kernels(), features: width, k: l.frequencies,
		weight: &tensor.Tensor{Name: "weight", Role: tensor.Embedding, Dims: []int{width, l.frequencies}, Init: normal(l.sigma)},
	})
}

type periodicStage struct {
	kernels  *kernels.Set
	features int
	k        int // frequencies of each
	weight   *tensor.Tensor

	work Work[periodicJob, *periodicJob]
}

func (s *periodicStage) Out() tensor.Shape { return tensor.Shape{2 * s.features * s.k} }

func (s *periodicStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.weight} }

// Need: on the way back each task sums gradients in memory of its own.
func (s *periodicStage) Need(rows int, training bool) (kept, scratch int) {
	if !training {
		return 0, 0
	}
	return 0, RowTasks(rows) * s.features * s.k
}

func (s *periodicStage) Forward(p *Pass, x, y tensor.Matrix) error {
	return s.run(p, periodicJob{stage: s, x: x, y: y})
}

func (s *periodicStage) Backward(p *Pass, x, y, dy, dx tensor.Matrix) error {
	if err := s.run(p, periodicJob{stage: s, x: x, y: y, dy: dy, dx: dx, sums: p.Scratch}); err != nil {
		return err
	}
	n := s.features * s.k
	for t := range RowTasks(x.Rows) { // in their order, whoever has done them
		s.kernels.Add(p.Scratch[t*n:][:n], s.weight.Grad)
	}
	return nil
}

// periodicElements is how many numbers are worth a second worker: their cosine and sine take
// 1 to 2 ns, and waking a worker that is parked 10 µs.
const periodicElements = 16 << 10

func (s *periodicStage) run(p *Pass, j periodicJob) error {
	return s.work.Run(p, j, RowTasks(j.x.Rows), j.x.Rows*s.features*s.k >= periodicElements)
}

// periodicJob is an embedding under way, or its way back, a few rows in each task.
type periodicJob struct {
	stage        *periodicStage
	x, y, dy, dx tensor.Matrix
	sums         []float32 // of each task, the gradients of the frequencies; nil on the way forward
}

// Task implements blas.Job.
func (j *periodicJob) Task(i, _ int) {
	s := j.stage
	lo, hi := RowsOf(i, j.x.Rows)
	var sums []float32
	if j.sums != nil {
		sums = j.sums[i*s.features*s.k:][:s.features*s.k]
		clear(sums)
	}
	for r := lo; r < hi; r++ {
		x, y := tensor.Row(j.x, r), tensor.Row(j.y, r)
		for f, v := range x {
			w := s.weight.Value[f*s.k:][:s.k]
			cos, sin := y[2*f*s.k:][:s.k], y[(2*f+1)*s.k:][:s.k]
			if sums == nil {
				s.kernels.Periodic(cos, sin, w, v)
				continue
			}
			dy := tensor.Row(j.dy, r)
			d := s.kernels.PeriodicGradients(sums[f*s.k:][:s.k], dy[2*f*s.k:][:s.k], dy[(2*f+1)*s.k:][:s.k], cos, sin, w, 2*math.Pi*v)
			if j.dx.Data != nil {
				tensor.Row(j.dx, r)[f] = float32(2 * math.Pi * d)
			}
		}
	}
}
