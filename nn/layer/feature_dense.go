package layer

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// FeatureDense is a fully connected layer for each feature: the columns of its input are cut
// into features parts, as a Periodic makes them, and each has weights and out neurons of its
// own (NLinear of Gorishniy et al., "On embeddings for numerical features in tabular deep
// learning", 2022):
//
//	y[f·out+o] = Σ weight[f][o][i]·x[f·in+i] + bias[f][o]
//
// Weights and biases start uniform within 1/√in, as PyTorch's Linear does.
func FeatureDense(features, out int) Layer { return featureDense{features, out} }

type featureDense struct{ features, out int }

func featureDensePart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "feature_dense",
		Params: []catalog.Param{
			{Name: "features", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "parts of the input, all as wide"},
			{Name: "out", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "neurons for each"},
		},
		Help:    "weighted sums of the inputs of each feature",
		Formula: "x_f·W_f + b_f",
		Example: "feature_dense(features=1, out=3)",
		New:     func(a catalog.Args) (Layer, error) { return FeatureDense(a.Int("features"), a.Int("out")), nil },
	}
}

// String implements Layer.
func (l featureDense) String() string {
	return featureDensePart().Spell().Int("features", l.features).Int("out", l.out).String()
}

// Build implements Layer.
func (l featureDense) Build(b Builder, x Value) (Value, error) {
	if l.features < 1 {
		return Value{}, fault.Value("feature_dense", "features", float64(l.features), "at least 1")
	}
	if l.out < 1 || l.out > math.MaxInt32 {
		return Value{}, fault.Value("feature_dense", "out", float64(l.out), "from 1 to 2147483647")
	}
	width := x.Shape.Size()
	if width%l.features != 0 {
		return Value{}, fmt.Errorf("%d columns go in, which are no %d features of the same width", width, l.features)
	}
	in := width / l.features
	uniform := func(rng *rand.Rand, value []float32) {
		bound := 1 / math.Sqrt(float64(in))
		for i := range value {
			value[i] = float32(bound * (2*rng.Float64() - 1))
		}
	}
	return b.Stage(x, &featureDenseStage{
		featureDense: l, in: in, backend: b.Env().Backend,
		weight: &tensor.Tensor{Name: "weight", Role: tensor.Weight, Dims: []int{l.features, l.out, in}, Init: uniform},
		bias:   &tensor.Tensor{Name: "bias", Role: tensor.Bias, Dims: []int{l.features, l.out}, Init: uniform},
	})
}

type featureDenseStage struct {
	Plain
	featureDense
	in           int
	backend      blas.Backend
	weight, bias *tensor.Tensor

	work Work[featureDenseJob, *featureDenseJob]
}

func (s *featureDenseStage) Out() tensor.Shape { return tensor.Shape{s.features * s.out} }

func (s *featureDenseStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.weight, s.bias} }

// Overwritten implements Overwritten.
func (s *featureDenseStage) Overwritten() {}

// part is the columns of feature f, of which each has width.
func part(m tensor.Matrix, f, width int) tensor.Matrix {
	lo := f * width
	return tensor.Matrix{Rows: m.Rows, Cols: width, Stride: m.Stride, Data: m.Data[lo : (m.Rows-1)*m.Stride+lo+width]}
}

// of is feature f's part of a table of weights [features][out][in].
func (s *featureDenseStage) of(table []float32, f int) tensor.Matrix {
	return tensor.Matrix{Rows: s.out, Cols: s.in, Stride: s.in, Data: table[f*s.out*s.in:][:s.out*s.in]}
}

// Forward takes products row by row: those of a row have the same bits whatever rows are beside it.
func (s *featureDenseStage) Forward(p *Pass, x, y tensor.Matrix) error {
	work := x.Rows * s.features * s.out * (s.in + featureDenseCall)
	return s.work.Run(p, featureDenseJob{s, x, y}, RowTasks(x.Rows), work >= featureDenseWork)
}

const (
	// featureDenseWork is how many multiplications are worth a second worker: 16 take 1 ns, and
	// waking a worker that is parked 10 µs.
	featureDenseWork = 1 << 18
	// featureDenseCall is what the call of a kernel takes, in multiplications.
	featureDenseCall = 64
)

// featureDenseJob is the products of a few rows in each task.
type featureDenseJob struct {
	stage *featureDenseStage
	x, y  tensor.Matrix
}

// Task implements blas.Job.
func (j *featureDenseJob) Task(i, _ int) {
	s, dot := j.stage, j.stage.backend.Kernels().Dot
	lo, hi := RowsOf(i, j.x.Rows)
	for r := lo; r < hi; r++ {
		x, y := tensor.Row(j.x, r), tensor.Row(j.y, r)
		for f := range s.features {
			in := x[f*s.in:][:s.in]
			for o := range s.out {
				n := f*s.out + o
				y[n] = dot(in, s.weight.Value[n*s.in:][:s.in]) + s.bias.Value[n]
			}
		}
	}
}

func (s *featureDenseStage) Backward(_ *Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range dy.Rows {
		s.backend.Kernels().Add(tensor.Row(dy, i), s.bias.Grad)
	}
	for f := range s.features {
		d := part(dy, f, s.out)
		if err := s.backend.Gemm(blas.Trans, blas.NoTrans, 1, d, part(x, f, s.in), 1, s.of(s.weight.Grad, f)); err != nil {
			return err
		}
		if dx.Data == nil {
			continue
		}
		if err := s.backend.Gemm(blas.NoTrans, blas.NoTrans, 1, d, s.of(s.weight.Value, f), 0, part(dx, f, s.in)); err != nil {
			return err
		}
	}
	return nil
}
