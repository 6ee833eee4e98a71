package main

import (
	. "github.com/mmcloughlin/avo/build"
)

// level1 writes the kernels of one pass over one or two vectors.
func level1(v *isa) {
	axpy(v)
	scale(v)
	add(v)
	dot(v)
	sum(v)
	sumSquares(v)
	maxAbs(v)
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

func maxAbs(v *isa) {
	v.function("maxAbs", "comparing bits as integers, among which NaN is largest.")
	x, n := v.slice("x")
	magnitude := v.vec() // in a register: a second load for each vector takes longer than the rest
	VBROADCASTSS(v.lanesOf("magnitude", 1<<31-1), magnitude)
	acc := v.zeros(4)
	v.loop("maxAbs", n, 4, func(at place) {
		in := at.load(x)
		VANDPS(magnitude, in, in)
		VPMAXSD(in, acc[at.unit], acc[at.unit])
	})
	v.result(ReturnIndex(0), VMOVSS, v.reduce(VPMAXSD, 4, acc...))
	v.done()
}
