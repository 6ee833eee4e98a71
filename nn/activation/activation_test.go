package activation_test

import (
	"errors"
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
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

// TestPromises: gradients of every function are those of differences; one that has none cannot be
// trained through.
func TestPromises(t *testing.T) {
	familytest.CheckLayers(t, activation.Catalog().With(scratchPart()), "heaviside")
}

// TestGolden: what comes out of every function and its gradients do not change.
func TestGolden(t *testing.T) { familytest.GoldenLayers(t, activation.Catalog()) }

// TestPReLUOptions: a slope for each feature or one for all, and a nil is no option.
func TestPReLUOptions(t *testing.T) {
	for want, l := range map[string]layer.Layer{"prelu": activation.PReLU(), "prelu(per_feature)": activation.PReLU(activation.PerFeature())} {
		if l.String() != want {
			t.Errorf("it is %s, want %s", l, want)
		}
		if _, err := nntest.CheckLayer(l, tensor.Shape{5}, nntest.Rows(6)); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
	if _, err := nntest.CheckLayer(activation.PReLU(nil), tensor.Shape{5}); !errors.As(err, new(*fault.NilError)) {
		t.Errorf("an option that is nil: %v", err)
	}
}
