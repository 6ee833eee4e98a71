package layer_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
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

// TestPromises: gradients of every layer are those of differences, and its stages do what they say.
func TestPromises(t *testing.T) {
	familytest.CheckLayers(t, layer.Catalog().With(scratchPart()))
}

// TestGolden: what comes out of every layer and its gradients do not change.
func TestGolden(t *testing.T) { familytest.GoldenLayers(t, layer.Catalog()) }

// TestDropoutOfWorkers: a mask that several workers share is that of one.
func TestDropoutOfWorkers(t *testing.T) {
	const rows, cols = 211, 199 // enough for a second worker
	var want [2][]float32
	for _, workers := range []int{1, 2, 5} {
		b, err := backends.Open("gonum", backends.Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		net, err := nn.New(tensor.Shape{cols}, layer.Stack(layer.Dropout(0.4)), nn.Backend(b), nn.Seed(7), nn.InputGradient())
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		y, err := net.Forward(familytest.Numbers(rows, cols, 9))
		if err != nil {
			t.Fatal(err)
		}
		got := [2][]float32{familytest.Elements(y)}
		if err := net.Backward(familytest.Numbers(rows, cols, 11)); err != nil {
			t.Fatal(err)
		}
		got[1] = familytest.Elements(net.InputGradient())
		if workers == 1 {
			want = got
		}
		if !slices.Equal(got[0], want[0]) || !slices.Equal(got[1], want[1]) {
			t.Errorf("%d workers drop other elements than one", workers)
		}
	}
}
