package metric

import "github.com/neurona-ml/neurona/nn/catalog"

// Catalog returns the metrics by name. With adds one's own.
func Catalog() catalog.Catalog[Metric] {
	return catalog.New[Metric]("metric").With(
		accuracyPart(),
		f1Part(),
		rocAUCPart(),
		rmsePart(),
		r2Part(),
	)
}
