package familytest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// CheckLayers holds each layer of a catalogue to what nntest.CheckLayer looks at; of those that
// are called untrainable it says so.
func CheckLayers(t *testing.T, c catalog.Catalog[layer.Layer], untrainable ...string) {
	for _, p := range c.Parts() {
		l, err := c.Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		var want error
		if slices.Contains(untrainable, p.Name) {
			want = nn.ErrUntrainable
		}
		if _, err := nntest.CheckLayer(l, tensor.Shape{5}, nntest.Rows(6)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", l, err, want)
		}
	}
}

// GoldenLayers compares what comes out of each layer of a catalogue, trained and predicted, and the
// gradient at its input with its golden.
func GoldenLayers(t *testing.T, c catalog.Catalog[layer.Layer]) {
	b, err := backends.Open("gonum", backends.Options{ISA: "generic"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, p := range c.Parts() {
		l, err := c.Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		Golden(t, p.Name, passes(t, l, b))
	}
}

// passes are predictions, outputs of a forward pass and the gradient at the input, or why
// there is none.
func passes(t *testing.T, l layer.Layer, b blas.Backend) map[string]string {
	net, err := nn.New(tensor.Shape{5}, l, nn.Backend(b), nn.Seed(3), nn.Init(initial.GlorotUniform()), nn.InputGradient())
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	x := Numbers(4, 5, 9)
	for column := range x.Cols {
		if n := layer.Categories(l, column); n > 0 {
			for i := range x.Rows {
				tensor.Row(x, i)[column] = float32((i * 3) % n)
			}
		}
	}
	predicted, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"predicted": text(predicted.Data)}
	y, err := net.Forward(x)
	if err != nil {
		got["trained"] = err.Error()
		return got
	}
	got["trained"] = text(Elements(y))
	if err := net.Backward(Numbers(4, net.Outputs(), 11)); err != nil {
		t.Fatal(err)
	}
	got["gradient"] = text(Elements(net.InputGradient()))
	return got
}

// Numbers are halves between -mod/4 and mod/4.
func Numbers(rows, cols, mod int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	for i := range m.Data {
		m.Data[i] = float32(i*7%mod-mod/2) / 2
	}
	return m
}

// Elements are those of m, row by row, without what pads them.
func Elements(m tensor.Matrix) (all []float32) {
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
