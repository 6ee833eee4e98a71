package activation_test

import (
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
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
