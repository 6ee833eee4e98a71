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
	s.elementwiseAVX2()
	s.Softmax = softmaxAVX2
	s.Chains = avx2Chains()
	return s
}

func avx512Set() *Set {
	s := genericSet()
	s.ISA, s.Width = string(cpu.AVX512), 16
	s.Product = avx512Product()
	s.elementwiseAVX512()
	s.Softmax = softmaxAVX512
	s.Chains = avx512Chains()
	return s
}
