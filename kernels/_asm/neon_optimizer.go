package main

// neonOptimizer writes the optimizer steps. They have one pass over their
// slices and multiply and add fused.
func neonOptimizer(v *neon) {
	neonSGD(v)
	neonMomentum(v)
	neonAdam(v)
}

// neonFlush emits flush of generic_optimizer.go.
type neonFlush struct {
	v            *neon
	normal, zero vector
}

func (v *neon) flush() neonFlush {
	return neonFlush{v: v, normal: v.splat(0x1p-126), zero: v.zero()}
}

// clear is x = flush(x). NaN stays.
func (f neonFlush) clear(x vector) {
	denormal := f.v.vec()
	f.v.do(fACGT, denormal, f.normal, x)
	f.v.insert(x, f.zero, denormal)
}

// neonLargest keeps the largest magnitude of what is written, NaN if there is one.
type neonLargest struct {
	v   *neon
	acc vector
}

func (v *neon) largestSeen() neonLargest { return neonLargest{v, v.zero()} }

// see looks at x, which it uses up.
func (l neonLargest) see(x vector) {
	l.v.do(fABS, x, x)
	l.v.do(fMAX, l.acc, l.acc, x)
}

// done returns the result and ends the function.
func (l neonLargest) done() {
	l.v.result(l.v.returned(), "FMOVS", l.v.largest([]vector{l.acc}))
	l.v.done()
}

func neonSGD(v *neon) {
	v.function("sgd", "with fused multiply-adds.")
	p, n := v.slice("p")
	grad := v.base("grad")
	c := v.load(v.param("c"))
	rate, decay := v.broadcast(v.field(c, "Rate")), v.broadcast(v.field(c, "WeightDecay"))
	top := v.largestSeen()
	v.loop("sgd", n, 4, func(at neonPlace) {
		w, d := at.load(p), at.load(grad)
		v.fmla(d, w, decay)
		v.fmls(w, d, rate)
		at.store(w, p)
		top.see(w)
	})
	top.done()
}

func neonMomentum(v *neon) {
	v.function("momentum", "with fused multiply-adds.")
	p, n := v.slice("p")
	grad, velocity := v.base("grad"), v.base("velocity")
	c := v.load(v.param("c"))
	rate, decay, friction := v.broadcast(v.field(c, "Rate")), v.broadcast(v.field(c, "WeightDecay")), v.broadcast(v.field(c, "Momentum"))

	flush, top := v.flush(), v.largestSeen()

	update := func(nesterov bool) func(at neonPlace) {
		return func(at neonPlace) {
			w, d, before := at.load(p), at.load(grad), at.load(velocity)
			v.fmla(d, w, decay)
			u := v.copyOf(d)
			flush.clear(before)
			v.fmla(u, before, friction)
			at.store(u, velocity)
			if nesterov {
				v.fmla(d, u, friction)
				u = d
			}
			v.fmls(w, u, rate)
			at.store(w, p)
			top.see(w)
		}
	}
	nesterov := v.pointer()
	v.asm("MOVBU %s, %s", v.field(c, "Nesterov"), nesterov)
	v.asm("CBNZ %s, nesterov", nesterov)
	v.loop("plain", n, 2, update(false))
	v.asm("B end")
	v.label("nesterov")
	v.loop("ahead", n, 2, update(true))
	v.label("end")
	top.done()
}

func neonAdam(v *neon) {
	v.function("adam", "with fused multiply-adds, and a true square root and division.")
	p, n := v.slice("p")
	grad, first, second := v.base("grad"), v.base("m"), v.base("v")
	c := v.load(v.param("c"))
	shrink, decay := v.broadcast(v.field(c, "Shrink")), v.broadcast(v.field(c, "WeightDecay"))
	beta1, rest1 := v.broadcast(v.field(c, "Beta1")), v.broadcast(v.field(c, "OneMinusBeta1"))
	beta2, rest2 := v.broadcast(v.field(c, "Beta2")), v.broadcast(v.field(c, "OneMinusBeta2"))
	size, correction, epsilon := v.broadcast(v.field(c, "StepSize")), v.broadcast(v.field(c, "InvSqrtBias2")), v.broadcast(v.field(c, "Epsilon"))
	flush := v.flush()
	v.loop("adam", n, 1, func(at neonPlace) {
		w, d := at.load(p), at.load(grad)
		v.do(fMUL, w, w, shrink)
		v.fmla(d, w, decay)

		m := at.load(first)
		flush.clear(m)
		v.do(fMUL, m, m, beta1)
		v.fmla(m, d, rest1)
		at.store(m, first)

		u, scaled := at.load(second), v.vec()
		flush.clear(u)
		v.do(fMUL, u, u, beta2)
		v.do(fMUL, scaled, d, rest2)
		v.fmla(u, scaled, d)
		at.store(u, second)

		v.do(fSQRT, u, u)
		below := v.copyOf(epsilon)
		v.fmla(below, u, correction)
		v.do(fMUL, m, m, size)
		v.do(fDIV, m, m, below)
		v.do(fSUB, w, w, m)
		at.store(w, p)
	})
	v.done()
}
