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
		logSigmoidPart(),
		tanhPart(),
		reluPart(),
		relu6Part(),
		leakyReLUPart(),
		preluPart(),
		eluPart(),
		seluPart(),
		celuPart(),
		geluPart(),
		geluTanhPart(),
		siluPart(),
		mishPart(),
		softplusPart(),
		softsignPart(),
		hardSigmoidPart(),
		hardSwishPart(),
		hardTanhPart(),
	)
}
