package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type centre struct{}

// Centre takes from each feature its mean over the training batch, and its running mean
// when predicting.
func Centre() Layer { return centre{} }

func centrePart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "centre", Help: "each feature with mean 0 over the batch", Formula: "x-mean",
		New: func(catalog.Args) (Layer, error) { return Centre(), nil },
	}
}

func (centre) String() string { return "centre" }

func (centre) Build(b Builder, x Value) (Value, error) {
	width := x.Shape.Size()
	return b.Stage(x, &centreStage{x.Shape, &tensor.Tensor{Name: "running_mean", Role: tensor.Buffer, Dims: []int{width}}})
}

// centreStage keeps the mean of each feature.
type centreStage struct {
	shape   tensor.Shape
	running *tensor.Tensor
}

func (s *centreStage) Out() tensor.Shape         { return s.shape }
func (s *centreStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.running} }

func (s *centreStage) Need(_ int, training bool) (kept, scratch int) {
	if training {
		return s.shape.Size(), s.shape.Size()
	}
	return 0, 0
}

func (s *centreStage) Forward(p *Pass, x, y tensor.Matrix) error {
	mean := s.running.Value
	if p.Training {
		mean = p.Kept
		means(x, mean)
	}
	subtract(x, mean, y)
	return nil
}

// Backward: the derivative takes from each gradient the mean of its feature.
func (s *centreStage) Backward(p *Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	means(dy, p.Scratch)
	subtract(dy, p.Scratch, dx)
	return nil
}

// Commit implements Committer.
func (s *centreStage) Commit(p *Pass) {
	for j, m := range p.Kept {
		s.running.Value[j] += float32(momentumDefault * (m - s.running.Value[j]))
	}
}

func means(x tensor.Matrix, to []float32) {
	for j := range to {
		sum := 0.0
		for i := range x.Rows {
			sum += float64(tensor.Row(x, i)[j])
		}
		to[j] = float32(sum / float64(x.Rows))
	}
}

func subtract(x tensor.Matrix, mean []float32, y tensor.Matrix) {
	for i := range x.Rows {
		out := tensor.Row(y, i)
		for j, v := range tensor.Row(x, i) {
			out[j] = v - mean[j]
		}
	}
}
