package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// level1 writes the kernels of one pass over one or two vectors.
func level1(v *isa) {
	axpy(v)
	scale(v)
	add(v)
	dot(v)
	sum(v)
	sumSquares(v)
	largest(v)
}

func axpy(v *isa) {
	v.function("axpy", "with a fused multiply-add.")
	alpha := v.broadcast(Param("alpha"))
	x, n := v.slice("x")
	y := v.base("y")
	v.loop("axpy", n, 4, func(at place) {
		out := at.load(y)
		VFMADD231PS(at.load(x), alpha, out)
		at.store(out, y)
	})
	v.done()
}

func scale(v *isa) {
	v.function("scale")
	alpha := v.broadcast(Param("alpha"))
	x, n := v.slice("x")
	v.loop("scale", n, 4, func(at place) {
		out := at.load(x)
		VMULPS(alpha, out, out)
		at.store(out, x)
	})
	v.done()
}

func add(v *isa) {
	v.function("add")
	x, n := v.slice("x")
	y := v.base("y")
	v.loop("add", n, 4, func(at place) {
		out := at.load(y)
		VADDPS(at.load(x), out, out)
		at.store(out, y)
	})
	v.done()
}

func dot(v *isa) {
	v.function("dot", "in four vectors of fused partial sums.")
	x, n := v.slice("x")
	y := v.base("y")
	acc := v.zeros(4)
	v.loop("dot", n, 4, func(at place) {
		VFMADD231PS(at.load(x), at.load(y), acc[at.unit])
	})
	v.result(ReturnIndex(0), VMOVSS, v.reduce(VADDPS, 4, acc...))
	v.done()
}

func sum(v *isa) {
	v.function("sum", "in four vectors of partial sums.")
	x, n := v.slice("x")
	acc := v.zeros(4)
	v.loop("sum", n, 2, func(at place) {
		lower, upper := v.widen(at.load(x))
		VADDPD(lower, acc[2*at.unit], acc[2*at.unit])
		VADDPD(upper, acc[2*at.unit+1], acc[2*at.unit+1])
	})
	v.result(ReturnIndex(0), VMOVSD, v.reduce(VADDPD, 8, acc...))
	v.done()
}

func sumSquares(v *isa) {
	v.function("sumSquares", "in four vectors of partial sums.")
	x, n := v.slice("x")
	acc := v.zeros(4)
	v.loop("sumSquares", n, 2, func(at place) {
		lower, upper := v.widen(at.load(x))
		VFMADD231PD(lower, lower, acc[2*at.unit])
		VFMADD231PD(upper, upper, acc[2*at.unit+1])
	})
	v.result(ReturnIndex(0), VMOVSD, v.reduce(VADDPD, 8, acc...))
	v.done()
}

const infinity = 0x7f800000 // the bits of +Inf: larger magnitudes are NaN

func largest(v *isa) {
	v.function("max")
	x, n := v.slice("x")
	least := v.splat("minusInfinity", float32(math.Inf(-1)))
	magnitude := v.bits("magnitude", 1<<31-1)
	acc := []reg.VecVirtual{v.copyOf(least), v.copyOf(least), v.copyOf(least), v.copyOf(least)}

	// VMAXPS forgets a NaN as soon as it meets a number. The largest
	// magnitude among bit patterns does not.
	bits := v.zeros(2)
	v.loop("max", n, 4, func(at place) {
		in := at.loadOr(least, x)
		VMAXPS(in, acc[at.unit], acc[at.unit])
		VANDPS(magnitude, in, in)
		VPMAXSD(in, bits[at.unit%2], bits[at.unit%2])
	})
	top := GP32()
	VMOVD(v.reduce(VPMAXSD, 4, bits...).AsX(), top)
	v.result(ReturnIndex(0), VMOVSS, v.reduce(VMAXPS, 4, acc...))
	CMPL(top, U32(infinity))
	JLE(LabelRef("maxNumbers"))
	// A NaN was there, and its magnitude is one.
	MOVL(top, v.address(ReturnIndex(0)))
	Label("maxNumbers")
	v.done()
}
