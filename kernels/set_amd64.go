//go:build amd64 && !purego

package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// tunedSets returns the sets written in assembly, lowest ISA first, whether
// or not this machine can run them. Each starts as the generic set, so that
// whatever has no assembly is there all the same.
func tunedSets() []*Set {
	return []*Set{avx2Set(), avx512Set()}
}

func avx2Set() *Set {
	s := genericSet()
	s.ISA, s.Width = string(cpu.AVX2), 8
	s.Product = avx2Product()

	s.Axpy = axpyAVX2
	s.Scale = scaleAVX2
	s.Add = addAVX2
	s.Dot = dotAVX2
	s.Sum = sumAVX2
	s.SumSquares = sumSquaresAVX2
	s.MaxAbs = maxAbsAVX2

	s.Exp = expAVX2
	s.Activate[Step] = stepAVX2
	s.Activate[Sigmoid] = sigmoidAVX2
	s.Activate[Tanh] = tanhAVX2
	s.Activate[ReLU] = reluAVX2
	s.Derive[Sigmoid] = deriveSigmoidAVX2
	s.Derive[Tanh] = deriveTanhAVX2
	s.Derive[ReLU] = deriveReLUAVX2

	s.Softmax = softmaxAVX2
	s.SquaredError = squaredErrorAVX2
	s.Lanes = avx2Lanes()

	s.SGD = sgdAVX2
	s.Momentum = momentumAVX2
	s.Adam = adamAVX2
	return s
}

func avx512Set() *Set {
	s := genericSet()
	s.ISA, s.Width = string(cpu.AVX512), 16
	s.Product = avx512Product()

	s.Axpy = axpyAVX512
	s.Scale = scaleAVX512
	s.Add = addAVX512
	s.Dot = dotAVX512
	s.Sum = sumAVX512
	s.SumSquares = sumSquaresAVX512
	s.MaxAbs = maxAbsAVX512

	s.Exp = expAVX512
	s.Activate[Step] = stepAVX512
	s.Activate[Sigmoid] = sigmoidAVX512
	s.Activate[Tanh] = tanhAVX512
	s.Activate[ReLU] = reluAVX512
	s.Derive[Sigmoid] = deriveSigmoidAVX512
	s.Derive[Tanh] = deriveTanhAVX512
	s.Derive[ReLU] = deriveReLUAVX512

	s.Softmax = softmaxAVX512
	s.SquaredError = squaredErrorAVX512
	s.Lanes = avx512Lanes()

	s.SGD = sgdAVX512
	s.Momentum = momentumAVX512
	s.Adam = adamAVX512
	return s
}
