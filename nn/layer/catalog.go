package layer

import "github.com/neurona-ml/neurona/nn/catalog"

// Catalog returns the layers by name. With adds one's own. Functions are not among
// them: nn.Layers has both.
func Catalog() catalog.Catalog[Layer] {
	return catalog.New[Layer]("layer").With(
		densePart(),
		featureDensePart(),
		embeddingPart(),
		periodicPart(),
		piecewiseLinearPart(),
		selectPart(),
		dropoutPart(),
		alphaDropoutPart(),
		gaussianNoisePart(),
		scalePart(),
		layerNormPart(),
		rmsNormPart(),
		batchNormPart(),
		stackPart(),
		residualPart(),
		concatPart(),
	)
}
