// Package cpu is neurona's only reader of processor features and cache
// sizes. It knows the instruction-set levels (ISAs) that kernels are written
// for and says, for each, whether this machine has it, and if not, why.
package cpu

import (
	"runtime"

	"github.com/neurona-ml/neurona/internal/names"
)

// ISA is an instruction-set level: a cluster of features that kernels may
// rely on together, never a single feature bit.
type ISA string

// The levels, each with everything it stands for.
const (
	Generic ISA = "generic" // portable Go
	AVX2    ISA = "avx2"    // AVX2 and FMA3, with operating-system support for YMM state
	AVX512  ISA = "avx512"  // AVX-512 F, BW, DQ and VL, with support for ZMM and mask state; includes avx2
	NEON    ISA = "neon"    // Advanced SIMD, part of every arm64
)

// Ladder returns the levels of this architecture, lowest first, whether or
// not this machine has them.
func Ladder() []ISA {
	switch runtime.GOARCH {
	case "amd64":
		return []ISA{Generic, AVX2, AVX512}
	case "arm64":
		return []ISA{Generic, NEON}
	default:
		return []ISA{Generic}
	}
}

// Parse returns the level called name, or an error that lists the levels of
// this architecture.
func Parse(name string) (ISA, error) {
	var known []string
	for _, isa := range Ladder() {
		if string(isa) == name {
			return isa, nil
		}
		known = append(known, string(isa))
	}
	return "", names.Unknown(runtime.GOARCH+" ISA", name, known)
}

// Includes reports whether a processor at level isa can run code of level
// other, both being levels of this architecture.
func (isa ISA) Includes(other ISA) bool {
	return isa.rank() >= other.rank()
}

// rank is the position of isa on the ladder, -1 if it is not on it.
func (isa ISA) rank() int {
	for i, level := range Ladder() {
		if level == isa {
			return i
		}
	}
	return -1
}
