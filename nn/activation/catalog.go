package activation

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Catalog returns the functions by name. With adds one's own.
func Catalog() catalog.Catalog[layer.Layer] {
	return catalog.New[layer.Layer]("activation").With(
		identityPart(),
		heavisidePart(),
		sigmoidPart(),
		tanhPart(),
		reluPart(),
		geluPart(),
		preluPart(),
	)
}
