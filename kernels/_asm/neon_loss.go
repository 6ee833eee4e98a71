package main

// neonLoss writes the losses that are more than a softmax.
func neonLoss(v *neon) {
	v.function("squaredError", "in four vectors of partial sums.")
	y, n := v.slice("y")
	target, dy := v.base("t"), v.base("dy")
	scale := v.broadcast(v.address(v.param("scale")))
	acc := v.zeros(4)
	v.loop("squaredError", n, 2, func(at neonPlace) {
		d, out := at.load(y), v.vec()
		v.do(fSUB, d, d, at.load(target))
		v.do(fMUL, out, d, scale)
		at.store(out, dy)
		lower, upper := v.widen(d)
		v.fmlaDouble(acc[2*at.unit], lower, lower)
		v.fmlaDouble(acc[2*at.unit+1], upper, upper)
	})
	v.result(v.returned(), "FMOVD", v.sumDouble(acc))
	v.done()
}
