package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// flush emits flush of generic_optimizer.go, in a product.
type flush struct {
	v    *isa
	size Op // the bits of the exponent: only denormal numbers and 0 have none
	zero reg.VecVirtual
}

func (v *isa) flush() flush {
	return flush{v: v, size: v.bits("exponentBits", 0xff<<23), zero: v.zero()}
}

// clear is x = flush(x). NaN stays.
func (f flush) clear(x reg.VecVirtual) {
	if f.v.avx512() {
		normal := K()
		VPTESTMD(f.size, x, normal)
		VMOVDQA32_Z(x, normal, x)
		return
	}
	denormal := f.v.vec()
	VPAND(f.size, x, denormal)
	VPCMPEQD(f.zero, denormal, denormal)
	VPANDN(x, denormal, x)
}

// product is x = factor*flush(x).
func (f flush) product(factor, x reg.VecVirtual) {
	if !f.v.avx512() {
		f.clear(x)
		VMULPS(factor, x, x)
		return
	}
	normal := K()
	VPTESTMD(f.size, x, normal)
	VMULPS_Z(factor, x, normal, x)
}

// largest keeps the largest magnitude of what is written: of bits as integers, among
// which NaN is largest.
type largest struct {
	v         *isa
	magnitude Op
	acc       []reg.VecVirtual
}

// largest takes as many accumulators, so that no vector waits for the one before.
func (v *isa) largest(accumulators int) largest {
	return largest{v: v, magnitude: v.bits("magnitude", 1<<31-1), acc: v.zeros(accumulators)}
}

// see looks at x, which it uses up.
func (l largest) see(at place, x reg.VecVirtual) {
	acc := l.acc[at.unit%len(l.acc)]
	VANDPS(l.magnitude, x, x)
	VPMAXSD(x, acc, acc)
}

// done returns the result and ends the function.
func (l largest) done() {
	l.v.result(ReturnIndex(0), VMOVSS, l.v.reduce(VPMAXSD, 4, l.acc...))
	l.v.done()
}

// optimizer writes the optimizer steps. They have one pass over their slices
// and multiply and add fused.
func optimizer(v *isa) {
	sgd(v)
	momentum(v)
	adam(v)
}

func sgd(v *isa) {
	v.function("sgd", "with fused multiply-adds.")
	p, n := v.slice("p")
	grad := v.base("grad")
	c := Dereference(Param("c"))
	rate, decay := v.broadcast(c.Field("Rate")), v.broadcast(c.Field("WeightDecay"))
	top := v.largest(4)
	v.loop("sgd", n, 4, func(at place) {
		w, d := at.load(p), at.load(grad)
		VFMADD231PS(w, decay, d)
		VFNMADD231PS(d, rate, w)
		at.store(w, p)
		top.see(at, w)
	})
	top.done()
}

func momentum(v *isa) {
	v.function("momentum", "with fused multiply-adds.")
	p, n := v.slice("p")
	grad, velocity := v.base("grad"), v.base("velocity")
	c := Dereference(Param("c"))
	rate, decay, friction := v.broadcast(c.Field("Rate")), v.broadcast(c.Field("WeightDecay")), v.broadcast(c.Field("Momentum"))

	flush, top := v.flush(), v.largest(2)

	update := func(nesterov bool) func(at place) {
		return func(at place) {
			w, d, u := at.load(p), at.load(grad), at.load(velocity)
			VFMADD231PS(w, decay, d)
			flush.clear(u)
			VFMADD213PS(d, friction, u)
			at.store(u, velocity)
			if nesterov {
				VFMADD231PS(u, friction, d)
			} else {
				d = u
			}
			VFNMADD231PS(d, rate, w)
			at.store(w, p)
			top.see(at, w)
		}
	}
	CMPB(v.address(c.Field("Nesterov")), Imm(0))
	JNE(LabelRef("nesterov"))
	v.loop("plain", n, 2, update(false))
	JMP(LabelRef("end"))
	Label("nesterov")
	v.loop("nesterov", n, 2, update(true))
	Label("end")
	top.done()
}

func adam(v *isa) {
	v.function("adam", "with fused multiply-adds, and a true square root and division.")
	p, n := v.slice("p")
	grad, first, second := v.base("grad"), v.base("m"), v.base("v")
	c := Dereference(Param("c"))
	shrink, decay := v.broadcast(c.Field("Shrink")), v.broadcast(c.Field("WeightDecay"))
	beta1, rest1 := v.broadcast(c.Field("Beta1")), v.broadcast(c.Field("OneMinusBeta1"))
	beta2, rest2 := v.broadcast(c.Field("Beta2")), v.broadcast(c.Field("OneMinusBeta2"))
	size, correction, epsilon := v.broadcast(c.Field("StepSize")), v.broadcast(c.Field("InvSqrtBias2")), v.broadcast(c.Field("Epsilon"))
	flush := v.flush()
	v.loop("adam", n, 1, func(at place) {
		w, d := at.load(p), at.load(grad)
		VMULPS(shrink, w, w)
		VFMADD231PS(w, decay, d)

		m := at.load(first)
		flush.product(beta1, m)
		VFMADD231PS(d, rest1, m)
		at.store(m, first)

		u, scaled := at.load(second), v.vec()
		flush.product(beta2, u)
		VMULPS(rest2, d, scaled)
		VFMADD231PS(scaled, d, u)
		at.store(u, second)

		VSQRTPS(u, u)
		VFMADD213PS(epsilon, correction, u)
		VMULPS(size, m, m)
		VDIVPS(u, m, m)
		VSUBPS(m, w, w)
		at.store(w, p)
	})
	v.done()
}
