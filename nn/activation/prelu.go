package activation

import (
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
		shape: x.Shape,
		slope: &tensor.Tensor{Name: "weight", Role: tensor.Scale, Dims: []int{slopes}, Init: tensor.Fill(0.25)},
	})
}

type preluStage struct {
	layer.Plain
	shape tensor.Shape
	slope *tensor.Tensor // one, or one for each feature
}

func (s *preluStage) Out() tensor.Shape { return s.shape }

func (s *preluStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.slope} }

// Overwritten implements layer.Overwritten.
func (s *preluStage) Overwritten() {}

func (s *preluStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	slopes := s.slope.Value
	for i := range x.Rows {
		out := tensor.Row(y, i)
		for j, v := range tensor.Row(x, i) {
			if v < 0 {
				v *= slopes[j%len(slopes)]
			}
			out[j] = v
		}
	}
	return nil
}

func (s *preluStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	slopes, grads := s.slope.Value, s.slope.Grad
	shared := 0.0 // the gradient of a single slope is a sum over the whole batch
	for i := range x.Rows {
		var out []float32
		if dx.Data != nil {
			out = tensor.Row(dx, i)
		}
		for j, v := range tensor.Row(x, i) {
			g := tensor.Row(dy, i)[j]
			if !(v > 0) { // at 0 the slope is that of what is negative, as PyTorch has it
				if len(slopes) == 1 {
					shared += float64(float64(g) * float64(v))
				} else {
					grads[j] += float32(g * v)
				}
				g *= slopes[j%len(slopes)]
			}
			if out != nil {
				out[j] = g
			}
		}
	}
	if len(slopes) == 1 {
		grads[0] += float32(shared)
	}
	return nil
}
