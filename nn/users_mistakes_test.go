package nn

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// namelessLayer has a Kind that panics for a nil pointer, as one with a value receiver does.
type namelessLayer struct{ kind string }

func (l *namelessLayer) Kind() string                           { return l.kind }
func (l *namelessLayer) Build(int, *Environment) (Stage, error) { return nil, errors.New(l.kind) }

// tiedLayer builds stages that all have the same parameter.
type tiedLayer struct{ p *Parameter }

func (tiedLayer) Kind() string                               { return "tied" }
func (l tiedLayer) Build(int, *Environment) (Stage, error)   { return l, nil }
func (l tiedLayer) Outputs() int                             { return 2 }
func (l tiedLayer) Parameters() []*Parameter                 { return []*Parameter{l.p} }
func (tiedLayer) Forward(_ Pass, x, y Matrix) error          { copyRows(y, x); return nil }
func (tiedLayer) Backward(_ Pass, _, _, dy, dx Matrix) error { copyRows(dx, dy); return nil }

type panickingStream struct{}

func (panickingStream) Read([]byte) (int, error)  { panic("read") }
func (panickingStream) Write([]byte) (int, error) { panic("written") }

// TestMistakesAreErrors lists slips that are neither a value nor a panic of a method that
// the package knows of.
func TestMistakesAreErrors(t *testing.T) {
	_, err := New(2, []Layer{(*namelessLayer)(nil)})
	var layer *LayerError
	if !errors.As(err, &layer) || !strings.Contains(err.Error(), "namelessLayer") {
		t.Errorf("a nil pointer as a layer: %v, want a *LayerError that names its type", err)
	}
	p := &Parameter{Name: "p", Rows: 1, Cols: 2, Value: make([]float32, 2), Grad: make([]float32, 2)}
	_, err = New(2, []Layer{tiedLayer{p}, Dense(2), tiedLayer{p}})
	if !errors.As(err, &layer) || layer.Index != 2 || !strings.Contains(err.Error(), "layer 0") {
		t.Errorf("two stages with one parameter: %v, want a *LayerError that names both", err)
	}
	net, err := New(2, []Layer{Dense(2)})
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
	if _, err := (*Trainer)(nil).Step(Matrix{}, data.Target{}); !errors.Is(err, ErrNoNetwork) {
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
		for _, check := range [][]OptimizerOption{nil, {WithGradientCheck()}} {
			net, err := New(1, []Layer{Dense(40), Dense(1)}, WithInit(zeros{}))
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
