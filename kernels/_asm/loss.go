package main

import (
	. "github.com/mmcloughlin/avo/build"
)

// loss writes the losses that are more than a softmax.
func loss(v *isa) {
	v.function("squaredError", "in four vectors of partial sums.")
	y, n := v.slice("y")
	target, dy := v.base("t"), v.base("dy")
	scale := v.broadcast(Param("scale"))
	acc := v.zeros(4)
	v.loop("squaredError", n, 2, func(at place) {
		d, out := at.load(y), v.vec()
		VSUBPS(at.load(target), d, d)
		VMULPS(scale, d, out)
		at.store(out, dy)
		lower, upper := v.widen(d)
		VFMADD231PD(lower, lower, acc[2*at.unit])
		VFMADD231PD(upper, upper, acc[2*at.unit+1])
	})
	v.result(ReturnIndex(0), VMOVSD, v.reduce(VADDPD, 8, acc...))
	v.done()
}
