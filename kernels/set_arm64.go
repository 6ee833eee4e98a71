//go:build arm64 && !purego

package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// tunedSets returns the sets written in assembly. It starts as the generic
// set, so that whatever has no assembly is there all the same.
func tunedSets() []*Set { return []*Set{neonSet()} }

func neonSet() *Set {
	s := genericSet()
	s.ISA, s.Width = string(cpu.NEON), 4
	s.Product = neonProduct()

	s.Axpy = axpyNEON
	s.Scale = scaleNEON
	s.Add = addNEON
	s.Dot = dotNEON
	s.Sum = sumNEON
	s.SumSquares = sumSquaresNEON
	s.MaxAbs = maxAbsNEON

	s.Exp = expNEON
	s.Activate[Step] = stepNEON
	s.Activate[Sigmoid] = sigmoidNEON
	s.Activate[Tanh] = tanhNEON
	s.Activate[ReLU] = reluNEON
	s.Derive[Sigmoid] = deriveSigmoidNEON
	s.Derive[Tanh] = deriveTanhNEON
	s.Derive[ReLU] = deriveReLUNEON

	s.Softmax = softmaxNEON
	s.SquaredError = squaredErrorNEON

	s.SGD = sgdNEON
	s.Momentum = momentumNEON
	s.Adam = adamNEON
	return s
}
