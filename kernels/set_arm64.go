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
	s.elementwiseNEON()
	s.Softmax = softmaxNEON
	return s
}
