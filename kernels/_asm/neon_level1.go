package main

import (
	"github.com/mmcloughlin/avo/gotypes"
)

// neonLevel1 writes the kernels of one pass over one or two vectors.
func neonLevel1(v *neon) {
	neonAxpy(v)
	neonScale(v)
	neonAdd(v)
	neonDot(v)
	neonSum(v)
	neonSumSquares(v)
	neonMaxAbs(v)
}

// returned is the first result of the function.
func (v *neon) returned() gotypes.Component { return v.signature.Results().At(0) }

func neonAxpy(v *neon) {
	v.function("axpy", "with a fused multiply-add.")
	alpha := v.broadcast(v.address(v.param("alpha")))
	x, n := v.slice("x")
	y := v.base("y")
	v.loop("axpy", n, 4, func(at neonPlace) {
		out := at.load(y)
		v.fmla(out, at.load(x), alpha)
		at.store(out, y)
	})
	v.done()
}

func neonScale(v *neon) {
	v.function("scale")
	alpha := v.broadcast(v.address(v.param("alpha")))
	x, n := v.slice("x")
	v.loop("scale", n, 4, func(at neonPlace) {
		out := at.load(x)
		v.do(fMUL, out, out, alpha)
		at.store(out, x)
	})
	v.done()
}

func neonAdd(v *neon) {
	v.function("add")
	x, n := v.slice("x")
	y := v.base("y")
	v.loop("add", n, 4, func(at neonPlace) {
		out := at.load(y)
		v.do(fADD, out, out, at.load(x))
		at.store(out, y)
	})
	v.done()
}

func neonDot(v *neon) {
	v.function("dot", "in four vectors of fused partial sums.")
	x, n := v.slice("x")
	y := v.base("y")
	acc := v.zeros(4)
	v.loop("dot", n, 4, func(at neonPlace) {
		v.fmla(acc[at.unit], at.load(x), at.load(y))
	})
	v.result(v.returned(), "FMOVS", v.sum(acc))
	v.done()
}

func neonSum(v *neon) {
	v.function("sum", "in eight vectors of partial sums.")
	x, n := v.slice("x")
	acc := v.zeros(8)
	v.loop("sum", n, 4, func(at neonPlace) {
		lower, upper := v.widen(at.load(x))
		v.do(fADDDouble, acc[2*at.unit], acc[2*at.unit], lower)
		v.do(fADDDouble, acc[2*at.unit+1], acc[2*at.unit+1], upper)
	})
	v.result(v.returned(), "FMOVD", v.sumDouble(acc))
	v.done()
}

func neonSumSquares(v *neon) {
	v.function("sumSquares", "in eight vectors of partial sums.")
	x, n := v.slice("x")
	acc := v.zeros(8)
	v.loop("sumSquares", n, 4, func(at neonPlace) {
		lower, upper := v.widen(at.load(x))
		v.fmlaDouble(acc[2*at.unit], lower, lower)
		v.fmlaDouble(acc[2*at.unit+1], upper, upper)
	})
	v.result(v.returned(), "FMOVD", v.sumDouble(acc))
	v.done()
}

func neonMaxAbs(v *neon) {
	v.function("maxAbs")
	x, n := v.slice("x")
	acc := v.zeros(4)
	v.loop("maxAbs", n, 4, func(at neonPlace) {
		in := at.load(x)
		v.do(fABS, in, in)
		v.do(fMAX, acc[at.unit], acc[at.unit], in) // keeps NaN
	})
	v.result(v.returned(), "FMOVS", v.largest(acc))
	v.done()
}
