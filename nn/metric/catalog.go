package metric

import "github.com/neurona-ml/neurona/nn/catalog"

// Catalog returns the metrics by name. With adds one's own.
func Catalog() catalog.Catalog[Metric] {
	return catalog.New[Metric]("metric").With(
		accuracyPart(),
		balancedAccuracyPart(),
		topKPart(),
		precisionPart(),
		recallPart(),
		f1Part(),
		fBetaPart(),
		jaccardPart(),
		hammingLossPart(),
		mccPart(),
		cohenKappaPart(),
		confusionMatrixPart(),
		rocAUCPart(),
		averagePrecisionPart(),
		logLossPart(),
		brierPart(),
		ecePart(),
		msePart(),
		rmsePart(),
		maePart(),
		medianAbsoluteErrorPart(),
		maxErrorPart(),
		mapePart(),
		r2Part(),
		explainedVariancePart(),
		d2AbsoluteErrorPart(),
		d2PinballPart(),
		pinballPart(),
		coveragePart(),
	)
}
