package initial

import "github.com/neurona-ml/neurona/nn/catalog"

// Catalog is the initialisers that there are. With adds one's own.
func Catalog() catalog.Catalog[Initialiser] {
	return catalog.New[Initialiser]("initialiser").With(
		glorotUniformPart(),
		glorotNormalPart(),
		glorotTruncatedNormalPart(),
		heUniformPart(),
		heNormalPart(),
		heTruncatedNormalPart(),
		lecunUniformPart(),
		lecunNormalPart(),
		lecunTruncatedNormalPart(),
		torchLinearPart(),
		orthogonalPart(),
		truncatedNormalPart(),
		constantPart(),
	)
}
