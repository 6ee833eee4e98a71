package layer_test

import (
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
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
