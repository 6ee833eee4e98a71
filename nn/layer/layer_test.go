package layer_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// scratch is a layer that the family does not have: it multiplies by a constant.
type scratch struct{ by float64 }

func scratchPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name: "scratch", Help: "multiplies by a constant",
		Params: []catalog.Param{{Name: "by", Kind: catalog.Number, Default: "2"}},
		New:    func(a catalog.Args) (layer.Layer, error) { return scratch{a.Float("by")}, nil },
	}
}

func (l scratch) String() string { return scratchPart().Spell().Float("by", l.by).String() }

func (l scratch) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, scratchStage{shape: x.Shape, by: float32(l.by)})
}

type scratchStage struct {
	layer.Plain
	shape tensor.Shape
	by    float32
}

func (s scratchStage) Out() tensor.Shape { return s.shape }

func (s scratchStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range tensor.Row(x, i) {
			tensor.Row(y, i)[j] = s.by * v
		}
	}
	return nil
}

func (s scratchStage) Backward(p *layer.Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	return s.Forward(p, dy, dx)
}

func TestFamily(t *testing.T) { familytest.Check(t, layer.Catalog(), scratchPart()) }

// TestSpellings: the canonical spelling of each example is read as the same layer.
func TestSpellings(t *testing.T) {
	for _, p := range layer.Catalog().Parts() {
		l, err := layer.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		again, err := layer.Catalog().Parse(l.String())
		if err != nil || again.String() != l.String() {
			t.Errorf("%s is read as %v, %v", l, again, err)
		}
	}
}

// TestPromises compares the gradients of every layer with differences, and looks at what its stages do.
func TestPromises(t *testing.T) {
	for _, p := range append(layer.Catalog().Parts(), scratchPart()) {
		l, err := layer.Catalog().With(scratchPart()).Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := nntest.CheckLayer(l, tensor.Shape{5}, nntest.Rows(6)); err != nil {
			t.Errorf("%s: %v", l, err)
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
	for _, p := range layer.Catalog().Parts() {
		l, err := layer.Catalog().Parse(cmp.Or(p.Example, p.Name))
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
