package activation_test

import (
	"cmp"
	"errors"
	"fmt"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// scratchPart is a function that the family does not have.
func scratchPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name: "squared", Help: "the square", Formula: "z²",
		New: func(catalog.Args) (layer.Layer, error) {
			return activation.Element("squared", func(z float32) (y, slope float32) { return z * z, 2 * z }), nil
		},
	}
}

func TestFamily(t *testing.T) { familytest.Check(t, activation.Catalog(), scratchPart()) }

// TestSpellings: the canonical spelling of each example is read as the same layer.
func TestSpellings(t *testing.T) {
	for _, p := range activation.Catalog().Parts() {
		l, err := activation.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		again, err := activation.Catalog().Parse(l.String())
		if err != nil || again.String() != l.String() {
			t.Errorf("%s is read as %v, %v", l, again, err)
		}
	}
}

// TestPromises compares the gradients of every function with differences; one that has none cannot be
// trained through.
func TestPromises(t *testing.T) {
	for _, p := range append(activation.Catalog().Parts(), scratchPart()) {
		l, err := activation.Catalog().With(scratchPart()).Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		var want error
		if p.Name == "heaviside" {
			want = nn.ErrUntrainable
		}
		if _, err := nntest.CheckLayer(l, tensor.Shape{5}, nntest.Rows(6)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", l, err, want)
		}
	}
}

// TestGolden: what comes out of each layer, trained and predicted, and the gradients at its
// input and tensors do not change.
func TestGolden(t *testing.T) {
	b, err := backends.Open("gonum", backends.Options{ISA: "generic"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, p := range activation.Catalog().Parts() {
		l, err := activation.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		net, err := nn.New(tensor.Shape{5}, l, nn.Backend(b), nn.Seed(3), nn.InputGradient())
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		x := numbers(4, 5, 9)
		predicted, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		got["predicted"] = text(predicted.Data)
		y, err := net.Forward(x)
		if err != nil {
			got["trained"] = err.Error()
			familytest.Golden(t, p.Name, got)
			continue
		}
		got["trained"] = text(elements(y))
		if err := net.Backward(numbers(4, net.Outputs(), 11)); err != nil {
			t.Fatal(err)
		}
		got["gradient"] = text(elements(net.InputGradient()))
		familytest.Golden(t, p.Name, got)
	}
}

// numbers are some between -mod/4 and mod/4.
func numbers(rows, cols, mod int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = float32(i*7%mod-mod/2) / 2
	}
	return m
}

func elements(m tensor.Matrix) (all []float32) {
	for i := range m.Rows {
		all = append(all, tensor.Row(m, i)...)
	}
	return all
}

func text(values []float32) (s string) {
	for _, v := range values {
		s += fmt.Sprintf("%.4g ", v)
	}
	return s
}
