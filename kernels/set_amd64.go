//go:build amd64 && !purego

package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// tunedSets returns the sets written in assembly, lowest ISA first, whether
// or not this machine can run them.
func tunedSets() []*Set { return []*Set{avx2Set(), avx512Set()} }

// avx2Set starts from the generic set: what is not tuned stays right.
func avx2Set() *Set {
	s := genericSet()
	s.ISA = string(cpu.AVX2)
	s.Product = avx2Product()
	return s
}

// avx512Set starts from the generic set, as avx2Set does.
func avx512Set() *Set {
	s := genericSet()
	s.ISA = string(cpu.AVX512)
	s.Product = avx512Product()
	return s
}
