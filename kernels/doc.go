// Package kernels holds neurona's straight-line code: the microkernel of the
// matrix product, activations, losses and optimizer steps, each for every
// instruction-set level (ISA) that it is written for.
//
// A [Set] is the kernels of one ISA. The generic set is plain Go and is the
// specification; sets for avx2 and avx512 are assembly written by the avo
// programs in _asm (go generate). Tests range over every set that the machine
// can run and compare it with float64.
//
// Kernels trust their callers: operands are validated above this package.
package kernels

//go:generate ./generate.sh
