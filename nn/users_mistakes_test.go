package nn

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// namelessLayer has a String that panics for a nil pointer, as one with a value receiver does.
type namelessLayer struct{ kind string }

func (l *namelessLayer) String() string { return l.kind }
func (l *namelessLayer) Build(layer.Builder, layer.Value) (layer.Value, error) {
	return layer.Value{}, errors.New(l.kind)
}

// tiedLayer builds stages that all have the same parameter.
type tiedLayer struct {
	layer.Plain
	p *tensor.Tensor
}

func (tiedLayer) String() string                                              { return "tied" }
func (l tiedLayer) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, l) }
func (l tiedLayer) Out() tensor.Shape                                         { return tensor.Shape{2} }
func (l tiedLayer) Tensors() []*tensor.Tensor                                 { return []*tensor.Tensor{l.p} }
func (tiedLayer) Forward(_ *layer.Pass, x, y tensor.Matrix) error             { copyRows(y, x); return nil }
func (tiedLayer) Backward(_ *layer.Pass, _, _, dy, dx tensor.Matrix) error {
	copyRows(dx, dy)
	return nil
}

type panickingStream struct{}

func (panickingStream) Read([]byte) (int, error)  { panic("read") }
func (panickingStream) Write([]byte) (int, error) { panic("written") }

// TestMistakesAreErrors lists slips that are neither a value nor a panic of a method that
// the package knows of.
func TestMistakesAreErrors(t *testing.T) {
	_, err := New(tensor.Shape{2}, layer.Stack((*namelessLayer)(nil)))
	var which *LayerError
	if !errors.As(err, &which) || !strings.Contains(err.Error(), "namelessLayer") {
		t.Errorf("a nil pointer as a layer: %v, want a *LayerError that names its type", err)
	}
	p := &tensor.Tensor{Name: "p", Dims: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)}
	_, err = New(tensor.Shape{2}, layer.Stack(tiedLayer{p: p}, layer.Dense(2), tiedLayer{p: p}))
	if !errors.As(err, &which) || which.Name != "2" || !strings.Contains(err.Error(), "layer 0") {
		t.Errorf("two stages with one parameter: %v, want a *LayerError that names both", err)
	}
	net, err := New(tensor.Shape{2}, layer.Stack(layer.Dense(2)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	var panicked *PanicError
	if err := net.Save(panickingStream{}, nil); !errors.As(err, &panicked) {
		t.Errorf("Save to a writer that panics: %v", err)
	}
	if _, _, err := Load(io.Reader(panickingStream{})); !errors.As(err, &panicked) {
		t.Errorf("Load from a reader that panics: %v", err)
	}
	if _, err := LoadInto(net, panickingStream{}); !errors.As(err, &panicked) {
		t.Errorf("LoadInto from a reader that panics: %v", err)
	}
	if _, err := (*Trainer)(nil).Step(tensor.Matrix{}, data.Target{}); !errors.Is(err, ErrNoNetwork) {
		t.Errorf("Step of no trainer: %v", err)
	}
	if err := errors.Join((*Optimizer)(nil).Step(), (*Optimizer)(nil).Flush()); !errors.Is(err, ErrNoNetwork) {
		t.Errorf("Step and Flush of no optimizer: %v", err)
	}
}

// signRule moves every parameter by the rate, whatever the size of its gradient: its steps
// are finite even if that is not.
type signRule struct{ optim.Rule }

func (signRule) Slots() []optim.Slot                         { return nil }
func (signRule) Stepper() optim.Stepper                      { return signStepper{} }
func (signStepper) Begin(int, float64)                       {}
func (signStepper) Bound(b *optim.Bounds, _ float64) float64 { b.Param += 0.1; return 0 }

type signStepper struct{}

func (signStepper) Update(p, grad []float32, _ [optim.MaxSlots][]float32) {
	for i, g := range grad {
		if g > 0 {
			p[i] -= 0.1
		} else if g < 0 {
			p[i] += 0.1
		}
	}
}

// TestGradientsMustBeFinite has rules that would take a step on any gradient.
func TestGradientsMustBeFinite(t *testing.T) {
	for _, rule := range []optim.Rule{signRule{optim.SGD(0.1)}, strangersRule{signRule{optim.SGD(0.1)}}} {
		for _, check := range [][]OptimizerOption{nil, {InspectGradients()}} {
			net, err := New(tensor.Shape{1}, layer.Stack(layer.Dense(40), layer.Dense(1)), Init(zeros{}))
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			setAll(net, 1, 100)
			tr, err := NewTrainer(net, loss.MSE(), rule, check...)
			if err != nil {
				t.Fatal(err)
			}
			x, target := newMatrix(1, 1), newMatrix(1, 1)
			x.Data[0], target.Data[0] = 3e38, 7 // the gradient is -Inf
			var nonFinite *NonFiniteError
			if _, err := tr.Step(x, data.Values(target)); !errors.As(err, &nonFinite) || !math.IsInf(nonFinite.Value, 0) {
				t.Errorf("%T, %d options: %v, want a *NonFiniteError of a gradient", rule, len(check), err)
			}
		}
	}
}
