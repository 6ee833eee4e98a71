package loss

import "github.com/neurona-ml/neurona/nn/catalog"

// Catalog returns the losses by name. With adds one's own.
func Catalog() catalog.Catalog[Loss] {
	return catalog.New[Loss]("loss").With(
		msePart(),
		maePart(),
		huberPart(),
		smoothL1Part(),
		logCoshPart(),
		quantilePart(),
		poissonPart(),
		gaussianPart(),
		binaryCrossEntropyPart(),
		binaryFocalPart(),
		hingePart(),
		squaredHingePart(),
		crossEntropyPart(),
		focalPart(),
		klDivPart(),
		multiMarginPart(),
		splitPart(),
	)
}
