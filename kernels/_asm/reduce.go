package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// combine is a two-operand vector instruction such as VADDPS.
type combine func(ops ...Op)

// zeros returns n accumulators.
func (v *isa) zeros(n int) []reg.VecVirtual {
	acc := make([]reg.VecVirtual, n)
	for i := range acc {
		acc[i] = v.zero()
	}
	return acc
}

// reduce combines accumulators pairwise, then the halves of what remains
// until everything stands in lane 0 of the register returned; laneBytes is 4
// for float32, 8 for float64. The tree is fixed: only the length of the slice
// decides which element meets which.
func (v *isa) reduce(op combine, laneBytes int, acc ...reg.VecVirtual) reg.VecVirtual {
	for half := len(acc) / 2; half > 0; half /= 2 {
		for i := range half {
			op(acc[i+half], acc[i], acc[i])
		}
	}
	x := acc[0]
	if v.avx512() {
		upper := YMM()
		VEXTRACTF64X4(Imm(1), x, upper)
		op(upper, x.AsY(), x.AsY())
	}
	upper := XMM()
	if v.avx512() { // the other one reaches sixteen registers only
		VEXTRACTF32X4(Imm(1), x.AsY(), upper)
	} else {
		VEXTRACTF128(Imm(1), x.AsY(), upper)
	}
	op(upper, x.AsX(), x.AsX())
	v.reduceQuarter(op, laneBytes, x)
	return x
}

// reduceQuarter is reduce of the lowest 128 bits of x.
func (v *isa) reduceQuarter(op combine, laneBytes int, x reg.VecVirtual) {
	upper := XMM()
	VPSHUFD(Imm(0b01_00_11_10), x.AsX(), upper) // swaps the 64-bit halves
	op(upper, x.AsX(), x.AsX())
	if laneBytes == 4 {
		VPSHUFD(Imm(0b10_11_00_01), x.AsX(), upper) // swaps neighbours
		op(upper, x.AsX(), x.AsX())
	}
}

// widen returns the float64 values of the lower and of the upper half of x.
func (v *isa) widen(x reg.VecVirtual) (lower, upper reg.VecVirtual) {
	lower, upper = v.vec(), v.vec()
	if v.avx512() {
		half := YMM()
		VEXTRACTF64X4(Imm(1), x, half)
		VCVTPS2PD(half, upper)
		VCVTPS2PD(x.AsY(), lower)
		return lower, upper
	}
	half := XMM()
	VEXTRACTF128(Imm(1), x, half)
	VCVTPS2PD(half, upper)
	VCVTPS2PD(x.AsX(), lower)
	return lower, upper
}
