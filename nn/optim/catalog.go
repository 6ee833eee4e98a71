package optim

import "github.com/neurona-ml/neurona/nn/catalog"

// Rules returns the rules by name. With adds one's own.
func Rules() catalog.Catalog[Rule] {
	return catalog.New[Rule]("optimizer").With(
		sgdPart(),
		adamPart(),
		adamwPart(),
		adamaxPart(),
		nadamPart(),
		radamPart(),
		rmspropPart(),
		adagradPart(),
		adadeltaPart(),
		lionPart(),
		rpropPart(),
		scheduleFreeAdamWPart(),
		lambPart(),
		muonPart(),
		groupsPart(),
		emaPart(),
	)
}

// Schedules returns the schedules by name. With adds one's own.
func Schedules() catalog.Catalog[Schedule] {
	return catalog.New[Schedule]("schedule").With(
		constantPart(),
		cosinePart(),
		cosineRestartsPart(),
		linearPart(),
		polynomialPart(),
		exponentialPart(),
		stepPart(),
		multiStepPart(),
		inverseSqrtPart(),
		oneCyclePart(),
		cyclicPart(),
		cosLog4Part(),
		plateauPart(),
		warmupPart(),
		sequencePart(),
		perEpochPart(),
	)
}

func rateParam(byDefault string) catalog.Param {
	return catalog.Param{Name: "lr", Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: "learning rate", Formerly: []string{"rate", "learning_rate"}}
}

// valid returns p, unless it is impossible.
func valid[P interface{ Validate() error }](p P) (P, error) { return p, p.Validate() }
