package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// flush emits flush of generic_optimizer.go.
type flush struct {
	v                 *isa
	magnitude, normal Op
}

func (v *isa) flush() flush {
	f := flush{v: v, magnitude: v.bits("magnitude", signBit-1)}
	if v.avx512() {
		f.normal = v.bits("minNormal", minNormal)
	} else {
		f.normal = v.splat("minNormal", math.Float32frombits(minNormal))
	}
	return f
}

// minNormal is 2⁻¹²⁶, as float32 bits: the smallest number that is not denormal.
const minNormal = 1 << 23

// emit makes denormal lanes of x 0. NaN stays.
func (f flush) emit(x reg.VecVirtual) {
	const below, notBelow = 1, 0x15
	size := f.v.vec()
	if f.v.avx512() {
		denormal := K()
		VPANDD(f.magnitude, x, size)
		VPCMPUD(Imm(below), f.normal, size, denormal)
		VPXORD(x, x, denormal, x)
		return
	}
	VANDPS(f.magnitude, x, size)
	VCMPPS(Imm(notBelow), f.normal, size, size)
	VANDPS(size, x, x)
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
	v.loop("sgd", n, 4, func(at place) {
		w, d := at.load(p), at.load(grad)
		VFMADD231PS(w, decay, d)
		VFNMADD231PS(d, rate, w)
		at.store(w, p)
	})
	v.done()
}

func momentum(v *isa) {
	v.function("momentum", "with fused multiply-adds.")
	p, n := v.slice("p")
	grad, velocity := v.base("grad"), v.base("velocity")
	c := Dereference(Param("c"))
	rate, decay, friction := v.broadcast(c.Field("Rate")), v.broadcast(c.Field("WeightDecay")), v.broadcast(c.Field("Momentum"))

	flush := v.flush()

	update := func(nesterov bool) func(at place) {
		return func(at place) {
			w, d, u := at.load(p), at.load(grad), at.load(velocity)
			VFMADD231PS(w, decay, d)
			VFMADD213PS(d, friction, u)
			flush.emit(u)
			at.store(u, velocity)
			if nesterov {
				VFMADD231PS(u, friction, d)
			} else {
				d = u
			}
			VFNMADD231PS(d, rate, w)
			at.store(w, p)
		}
	}
	CMPB(v.address(c.Field("Nesterov")), Imm(0))
	JNE(LabelRef("nesterov"))
	v.loop("plain", n, 2, update(false))
	v.done()
	Label("nesterov")
	v.loop("nesterov", n, 2, update(true))
	v.done()
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
		VMULPS(beta1, m, m)
		VFMADD231PS(d, rest1, m)
		flush.emit(m)
		at.store(m, first)

		u, scaled := at.load(second), v.vec()
		VMULPS(beta2, u, u)
		VMULPS(rest2, d, scaled)
		VFMADD231PS(scaled, d, u)
		flush.emit(u)
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
