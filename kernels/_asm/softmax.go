package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// softmax writes Set.Softmax: a row that fits in one vector stays in
// registers from start to end; longer ones take three passes.
func softmax(v *isa) {
	v.function("softmax")
	z, n := v.slice("z")
	dst := v.base("dst")
	exp := formula1(expFlushed)
	f := v.formulas(exp)
	least := v.splat("minusInfinity", float32(math.Inf(-1)))

	CMPQ(n, Imm(uint64(v.lanes)))
	JGE(LabelRef("long"))
	Comment("One vector. Chain past the end hold -Inf and become 0.")
	index := GP64()
	XORQ(index, index)
	at := place{v: v, index: index, mask: v.tailMask(n)}
	row := at.loadOr(least, z)
	top := v.allLanes(v.returned("max", v.reduce(VMAXPS, 4, v.copyOf(row))))
	VSUBPS(top, row, row)
	row = f.apply(exp, 0, row)
	total := v.returned("sum", v.reduce(VADDPS, 4, v.copyOf(row)))
	VMULPS(v.allLanes(v.quotient("scale", total)), row, row)
	at.store(row, dst)
	v.done()

	Label("long")
	Comment("The largest.")
	count := GP64()
	MOVQ(n, count)
	acc := []reg.VecVirtual{v.copyOf(least), v.copyOf(least), v.copyOf(least), v.copyOf(least)}
	v.loop("max", count, 4, func(at place) {
		VMAXPS(at.loadOr(least, z), acc[at.unit], acc[at.unit])
	})
	top = v.allLanes(v.returned("max", v.reduce(VMAXPS, 4, acc...)))

	Comment("The exponentials and their sum.")
	MOVQ(n, count)
	sums := v.zeros(2)
	v.loop("exp", count, 2, func(at place) {
		x := at.loadOr(least, z)
		VSUBPS(top, x, x)
		x = f.apply(exp, 0, x)
		at.store(x, dst)
		VADDPS(x, sums[at.unit], sums[at.unit])
	})
	total = v.returned("sum", v.reduce(VADDPS, 4, sums...))

	Comment("The scale.")
	factor := v.allLanes(v.quotient("scale", total))
	MOVQ(n, count)
	v.loop("scale", count, 4, func(at place) {
		x := at.load(dst)
		VMULPS(factor, x, x)
		at.store(x, dst)
	})
	v.done()
}

// returned stores lane 0 of x in the named result and returns x.
func (v *isa) returned(name string, x reg.VecVirtual) reg.VecVirtual {
	v.result(Return(name), VMOVSS, x)
	return x
}

// allLanes returns lane 0 of x in all lanes.
func (v *isa) allLanes(x reg.VecVirtual) reg.VecVirtual {
	all := v.vec()
	VBROADCASTSS(x.AsX(), all)
	return all
}

// quotient returns the named parameter over lane 0 of x, in lane 0.
func (v *isa) quotient(name string, x reg.VecVirtual) reg.VecVirtual {
	q := v.vec()
	VMOVSS(v.address(Param(name)), q.AsX())
	VDIVSS(x.AsX(), q.AsX(), q.AsX())
	return q
}
