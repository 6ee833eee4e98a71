package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// genericSet returns the plain Go kernels: the specification, and what runs
// where nothing is tuned.
func genericSet() *Set {
	return &Set{
		ISA:        string(cpu.Generic),
		Width:      1,
		Product:    genericProduct(),
		Axpy:       axpyGeneric,
		Scale:      scaleGeneric,
		Add:        addGeneric,
		Dot:        dotGeneric,
		Sum:        sumGeneric,
		SumSquares: sumSquaresGeneric,
		MaxAbs:     maxAbsGeneric,
		Exp:        expGeneric,
		Activate: [activations]func(dst, z []float32){
			Identity:  identityGeneric,
			Heaviside: heavisideGeneric,
			Sigmoid:   sigmoidGeneric,
			Tanh:      tanhGeneric,
			ReLU:      reluGeneric,
		},
		Derive: [activations]func(dz, dy, y []float32){
			Identity: deriveIdentityGeneric,
			Sigmoid:  deriveSigmoidGeneric,
			Tanh:     deriveTanhGeneric,
			ReLU:     deriveReLUGeneric,
		},
		PReLU:           preluGeneric,
		DerivePReLU:     derivePReLUGeneric,
		DeriveLeakyReLU: deriveLeakyReLUGeneric,
		Functions:       genericFunctions(),
		Softmax:         softmaxGeneric,
		SquaredError:    squaredErrorGeneric,
		Chains:          genericChain(),
		SGD:             sgdGeneric,
		Momentum:        momentumGeneric,
		Adam:            adamGeneric,
		AMSGrad:         amsgradGeneric,
		Adamax:          adamaxGeneric,
		NAdam:           nadamGeneric,
		RMSProp: [rmspropKernels]func(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32){
			0:                              rmspropGeneric,
			RMSPropMoves:                   rmspropMomentumGeneric,
			RMSPropCentered:                rmspropCenteredGeneric,
			RMSPropCentered + RMSPropMoves: rmspropCenteredMomentumGeneric,
		},
		Adagrad:      adagradGeneric,
		Adadelta:     adadeltaGeneric,
		Lion:         lionGeneric,
		Rprop:        rpropGeneric,
		ScheduleFree: scheduleFreeGeneric,
		Average:      averageGeneric,
	}
}
