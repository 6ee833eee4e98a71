package nntest

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// spoilt is a layer that multiplies by numbers that are trained, and does one thing that no stage may.
type spoilt struct {
	fault  string
	shared *spoiltStage // by all networks, if that is the fault
}

func (s spoilt) String() string { return "spoilt" }

func (s spoilt) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	n := x.Shape.Size()
	stage := &spoiltStage{fault: s.fault, rand: b.Env().Rand.Float32}
	if s.fault == "shared" {
		*stage = *s.shared
		stage.fault = s.fault
	} else {
		stage.tensors = []*tensor.Tensor{
			{Name: "factor", Dims: []int{n}, Init: tensor.Fill(0.5)},
			{Name: "count", Role: tensor.Buffer, Dims: []int{1}},
		}
	}
	switch s.fault {
	case "overwritten":
		return b.Stage(x, readsOutput{stage})
	case "forgetful":
		return b.Stage(x, readsInput{stage})
	}
	return b.Stage(x, stage)
}

type spoiltStage struct {
	fault   string
	rand    func() float32
	tensors []*tensor.Tensor
}

// readsOutput says that it does not read y in Backward, and does.
type readsOutput struct{ *spoiltStage }

func (readsOutput) Overwritten() {}

// readsInput says the same of x.
type readsInput struct{ *spoiltStage }

func (readsInput) Forgetful() {}

func (s *spoiltStage) Out() tensor.Shape         { return tensor.Shape(s.tensors[0].Dims) }
func (s *spoiltStage) Tensors() []*tensor.Tensor { return s.tensors }

func (s *spoiltStage) Need(int, bool) (kept, scratch int) { return 1, 1 }

func (s *spoiltStage) Forward(p *layer.Pass, x, y tensor.Matrix) error {
	noise := float32(0)
	switch s.fault {
	case "random":
		noise = s.rand()
	case "kept":
		noise = p.Kept[0]
	case "scratch":
		noise = p.Scratch[0]
	case "buffer":
		s.tensors[1].Value[0]++
	case "writes x":
		tensor.Row(x, 0)[0]++
	}
	for i := range x.Rows {
		for j, v := range tensor.Row(x, i) {
			if s.fault == "unwritten y" && p.Training && j == 1 || s.fault == "unwritten prediction" && !p.Training {
				continue
			}
			tensor.Row(y, i)[j] = s.tensors[0].Value[j]*v + noise
		}
	}
	return nil
}

func (s *spoiltStage) Backward(_ *layer.Pass, x, y, dy, dx tensor.Matrix) error {
	t := s.tensors[0]
	if s.fault == "sets gradients" {
		clear(t.Grad)
	}
	if s.fault == "only behind" && dx.Data == nil {
		return nil
	}
	for i := range x.Rows {
		for j, v := range tensor.Row(x, i) {
			d := tensor.Row(dy, i)[j]
			t.Grad[j] += d * v
			switch s.fault {
			case "overwritten":
				d += 0 * tensor.Row(y, i)[j]
			case "forgetful":
				d += 0 * v
			}
			if dx.Data != nil && !(s.fault == "unwritten dx" && i == 1) {
				tensor.Row(dx, i)[j] = d * t.Value[j]
			}
		}
	}
	switch s.fault {
	case "writes x back":
		tensor.Row(x, 0)[0]++
	case "writes y back":
		tensor.Row(y, 0)[0]++
	case "trains itself":
		t.Value[0] -= 0.1
	}
	return nil
}

// TestSpoiltStages: what a stage may not do is an error that names it, in the middle of a network.
func TestSpoiltStages(t *testing.T) {
	b := openBackend(t, "gonum")
	memory := &spoiltStage{tensors: []*tensor.Tensor{
		{Name: "factor", Dims: []int{5}, Value: make([]float32, 5), Grad: make([]float32, 5)},
		{Name: "count", Role: tensor.Buffer, Dims: []int{1}, Value: make([]float32, 1)},
	}}
	for fault, want := range map[string]error{
		"nothing": nil, "unwritten y": ErrNotWritten, "unwritten prediction": ErrNotWritten, "unwritten dx": ErrNotWritten, "kept": ErrNotWritten,
		"scratch": ErrNotWritten, "overwritten": ErrNotWritten, "forgetful": ErrNotWritten, "writes x": ErrChanged, "writes x back": ErrChanged,
		"writes y back": ErrChanged, "buffer": ErrChanged, "trains itself": ErrChanged, "sets gradients": ErrNotAdded, "only behind": ErrFirst,
		"random": ErrNotRepeated, "shared": ErrShared,
	} {
		t.Run(fault, func(t *testing.T) {
			l := spoilt{fault: fault, shared: memory}
			layers := []layer.Layer{layer.Dense(5), l, activation.Tanh(), layer.Dense(2)}
			if fault == "only behind" {
				layers = layers[1:]
			}
			_, err := CheckLayer(layer.Stack(layers...), tensor.Shape{5}, Backend(b))
			if !errors.Is(err, want) {
				t.Errorf("error is %v, want %v", err, want)
			}
			var which *nn.LayerError
			if (errors.Is(err, ErrNotWritten) || errors.Is(err, ErrChanged)) && (!errors.As(err, &which) || which.Name != "1" || !strings.Contains(err.Error(), "spoilt")) {
				t.Errorf("%v does not name the layer", err)
			}
		})
	}
}
