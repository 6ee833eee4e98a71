package main

import "math"

// neonSoftmax writes Set.Softmax, in three passes: the largest, the
// exponentials and their sum, the scale.
func neonSoftmax(v *neon) {
	v.function("softmax")
	z, n := v.slice("z")
	exp, least := v.formula(formula1(expFlushed)), v.splat(float32(math.Inf(-1)))

	v.comment("The largest.")
	acc := v.copies(least, 4)
	v.loop("max", n, 4, func(at neonPlace) {
		v.do(fMAX, acc[at.unit], acc[at.unit], at.loadRepeated(z))
	})
	top := v.largest(acc)
	v.result(v.signature.Results().Lookup("max"), "FMOVS", top)
	v.allLanes(top)

	v.comment("The exponentials and their sum.")
	z, n = v.slice("z")
	dst := v.base("dst")
	sums := v.zeros(2)
	v.loop("exp", n, 2, func(at neonPlace) {
		x := at.load(z)
		v.do(fSUB, x, x, top)
		x = exp.apply(x)
		at.store(x, dst)
		at.keep(x)
		v.do(fADD, sums[at.unit], sums[at.unit], x)
	})
	total := v.sum(sums)
	v.result(v.signature.Results().Lookup("sum"), "FMOVS", total)

	v.comment("The scale.")
	factor := v.vec()
	v.asm("FMOVS %s, %s", v.address(v.param("scale")), factor.scalar())
	v.asm("FDIVS %s, %s, %s", total.scalar(), factor.scalar(), factor.scalar())
	v.allLanes(factor)
	n, dst = v.load(v.param("z").Len()), v.base("dst")
	v.loop("scale", n, 4, func(at neonPlace) {
		x := at.load(dst)
		v.do(fMUL, x, x, factor)
		at.store(x, dst)
	})
	v.done()
}
