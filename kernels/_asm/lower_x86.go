package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// x86Code is what programs for AVX2 and AVX-512 have in common while they run:
// where their leaves and their slices are.
type x86Code struct {
	v         *isa
	registers map[string]reg.VecVirtual // constants, parameters and fields
	memory    map[string]Mem            // constants that are there, too or instead
	bases     map[string]reg.Register   // slices
	acc       []reg.VecVirtual
	index     reg.VecVirtual // of the next vector's elements
}

// x86Run writes a program once, for one vector.
type x86Run struct {
	*x86Code
	p      *program
	at     place
	step   int // where in the program
	kept   map[*node]bool
	values map[*node]reg.VecVirtual
	masks  map[*node]x86Mask
}

// x86Mask is a mask register, or for AVX2 a vector of ones and zeros.
type x86Mask struct {
	register reg.Register
	inverted bool // the lanes of the others
	integer  bool // made by an instruction on integers: so should be what uses it
}

// run writes the program. The inputs stand in registers, of which it uses up
// those that are not to be kept.
func (c *x86Code) run(p *program, at place, inputs map[*node]reg.VecVirtual, kept map[*node]bool) *x86Run {
	r := &x86Run{x86Code: c, p: p, at: at, kept: kept, values: inputs, masks: map[*node]x86Mask{}}
	if inputs == nil {
		r.values = map[*node]reg.VecVirtual{}
	}
	for i, n := range p.nodes {
		r.step = i
		switch {
		case c.v.avx512() && r.lowerAVX512(n):
		case !c.v.avx512() && r.lowerAVX2(n):
		default:
			r.lower(n)
		}
	}
	return r
}

// How many constants stand in registers. The others are left for what an
// expression has under way: for erf and what a kernel keeps beside it, that is
// more than ten.
const (
	constantsAVX2   = 5
	constantsAVX512 = 16
)

// setUp sets up the constants of programs, in registers but for those that
// AVX2 can have as operands in memory, and for what is too many: crowded is how many fewer
// than usual there is room for.
func (v *isa) setUp(crowded int, programs ...*program) *x86Code {
	c := &x86Code{v: v, registers: map[string]reg.VecVirtual{}, memory: map[string]Mem{}, bases: map[string]reg.Register{}}
	uses, inMemory := map[*node]int{}, map[*node]bool{}
	for _, p := range programs {
		p.eachConstant(v.implied, func(n, user *node, i int) {
			if !v.avx512() && !n.isZero() && takesMemory(user, i) {
				inMemory[n] = true
			} else {
				uses[n]++
			}
		})
	}
	registers := constantsAVX2
	if v.avx512() {
		registers = constantsAVX512
	}
	spills := spilled(uses, max(registers-crowded, 0))
	for _, n := range allConstants {
		if uses[n] == 0 && !inMemory[n] {
			continue
		}
		if n.isZero() {
			c.registers[n.name] = v.zero()
			continue
		}
		m := v.lanesOf(n.name, v.spec.bitsOf(n))
		if inMemory[n] || spills[n] {
			c.memory[n.name] = m
		}
		if uses[n] > 0 && !spills[n] {
			c.registers[n.name] = v.vec()
			VBROADCASTSS(m, c.registers[n.name])
		}
	}
	return c
}

// implied returns the constants that the ISA's way to do n takes.
func (v *isa) implied(n *node) []expr {
	switch n.op {
	case opAbs, opLargest:
		return []expr{magnitude}
	case opNegAbs, opNeg:
		return []expr{signBit}
	case opBinaryExponent:
		return []expr{threeQuarters}
	case opIndex:
		return []expr{expr(lanesOfVector(v.lanes))}
	}
	if v.avx512() {
		return impliedAVX512(n)
	}
	return impliedAVX2(n)
}

// fold reports whether the ISA does arg as part of n.
func (v *isa) fold(n, arg *node) bool {
	if v.avx512() {
		return foldAVX512(n, arg)
	}
	return foldAVX2(n, arg)
}

// value returns the register with n.
func (r *x86Run) value(n *node) reg.VecVirtual {
	if x, ok := r.values[n]; ok {
		return x
	}
	if x, ok := r.registers[n.name]; ok {
		return x
	}
	return r.v.fromMemory(r.memory[n.name])
}

// operand returns n as an operand that may stand in memory.
func (r *x86Run) operand(n *node) Op {
	if m, ok := r.memory[n.name]; ok && n.op == opConstant && !r.v.avx512() {
		return m
	}
	return r.value(n)
}

// constant returns a constant as an operand that may stand in memory.
func (r *x86Run) constant(c expr) Op { return r.operand(c) }

// free reports whether n stands in a register that nobody needs after this.
func (r *x86Run) free(n *node) bool {
	_, ok := r.values[n]
	return ok && !r.kept[n] && r.p.last[n] == r.step
}

// over returns a register for a result: that of the first of the nodes that
// is not needed any more, or another.
func (r *x86Run) over(nodes ...*node) reg.VecVirtual {
	for _, n := range nodes {
		if r.free(n) {
			return r.values[n]
		}
	}
	return r.v.vec()
}

// writable returns n in a register that may be overwritten.
func (r *x86Run) writable(n *node) reg.VecVirtual {
	if r.free(n) {
		return r.values[n]
	}
	if m, ok := r.memory[n.name]; ok && n.op == opConstant {
		return r.v.fromMemory(m)
	}
	return r.v.copyOf(r.value(n))
}

// lower writes what AVX2 and AVX-512 spell alike.
func (r *x86Run) lower(n *node) {
	a := n.args
	binary := func(f combine) {
		to := r.over(a...)
		f(r.operand(a[1]), r.value(a[0]), to)
		r.values[n] = to
	}
	withConstant := func(f combine, c expr) {
		to := r.over(a...)
		f(r.constant(c), r.value(a[0]), to)
		r.values[n] = to
	}
	bound := func(f combine) {
		to := r.over(a...)
		f(r.value(a[0]), r.value(a[1]), to) // returns its first operand for NaN and for 0 and -0
		r.values[n] = to
	}
	switch n.op {
	case opLoad:
		r.values[n] = r.at.load(r.bases[n.name])
	case opStore:
		r.at.store(r.value(a[0]), r.bases[n.name])
	case opAdd:
		binary(VADDPS)
	case opSub:
		binary(VSUBPS)
	case opMul:
		binary(VMULPS)
	case opDiv:
		binary(VDIVPS)
	case opMulAdd:
		r.values[n] = r.fused(a[0], a[1], a[2], VFMADD132PS, VFMADD213PS, VFMADD231PS)
	case opNegMulAdd:
		r.values[n] = r.fused(a[0], a[1], a[2], VFNMADD132PS, VFNMADD213PS, VFNMADD231PS)
	case opSqrt:
		to := r.over(a...)
		VSQRTPS(r.value(a[0]), to)
		r.values[n] = to
	case opAbs:
		withConstant(VANDPS, magnitude)
	case opNegAbs:
		withConstant(VORPS, signBit)
	case opNeg:
		withConstant(VXORPS, signBit)
	case opBinaryExponent:
		to := r.over(a...)
		VPSUBD(r.constant(threeQuarters), r.value(a[0]), to)
		VPSRAD(Imm(23), to, to)
		VCVTDQ2PS(to, to)
		r.values[n] = to
	case opAtLeast:
		bound(VMAXPS)
	case opAtMost:
		bound(VMINPS)
	case opIndex:
		r.values[n] = r.v.copyOf(r.index)
		VPADDD(r.operand(lanesOfVector(r.v.lanes)), r.index, r.index)
	case opXor:
		if r.v.avx512() {
			binary(VPXORD)
		} else {
			binary(func(ops ...Op) { VPXOR(ops[0], ops[1], ops[2]) })
		}
	case opMulWord:
		binary(VPMULLD)
	case opShiftRight:
		to := r.over(a...)
		VPSRLD(Imm(uint64(n.bits)), r.value(a[0]), to)
		r.values[n] = to
	case opToFloat:
		to := r.over(a...)
		VCVTDQ2PS(r.value(a[0]), to)
		r.values[n] = to
	case opSum, opSumSquares, opSumProducts, opLargest:
		r.reduce(n)
	default:
		panic(n.op)
	}
}

// fused returns a·b + c, or what else the instructions do, which overwrite an
// operand: which one is for their forms to say, where each number is that of an
// operand in Intel's order. The one that may stand in memory comes first.
func (r *x86Run) fused(a, b, c *node, form132, form213, form231 combine) reg.VecVirtual {
	switch {
	case r.free(c) && !r.free(a):
		to := r.values[c]
		form231(r.operand(b), r.value(a), to)
		return to
	case r.free(b) && !r.free(a):
		a, b = b, a
	}
	to := r.writable(a)
	factor := r.operand(b)
	if _, inMemory := factor.(Mem); inMemory {
		form132(factor, r.value(c), to)
	} else {
		form213(r.operand(c), factor, to)
	}
	return to
}

// reduce writes a reduction.
func (r *x86Run) reduce(n *node) {
	x, unit := n.args[0], r.at.unit
	for _, arg := range n.args {
		if r.at.mask != nil && !vanishes(arg) {
			to := r.over(arg)
			r.zeroOthers(r.value(arg), to)
			r.values[arg] = to
		}
	}
	double := func(f func(x, acc reg.VecVirtual)) {
		lower, upper := r.v.widen(r.value(x))
		f(lower, r.acc[2*unit])
		f(upper, r.acc[2*unit+1])
	}
	switch n.op {
	case opSum:
		double(func(x, acc reg.VecVirtual) { VADDPD(x, acc, acc) })
	case opSumSquares:
		double(func(x, acc reg.VecVirtual) { VFMADD231PD(x, x, acc) })
	case opSumProducts:
		VFMADD231PS(r.value(x), r.value(n.args[1]), r.acc[unit])
	case opLargest: // of bits as integers, among which NaN is largest
		bits := r.over(x)
		VANDPS(r.constant(magnitude), r.value(x), bits)
		VPMAXSD(bits, r.acc[unit], r.acc[unit])
	}
}

// zeroOthers makes lanes past the end 0.
func (r *x86Run) zeroOthers(x, to reg.VecVirtual) {
	if r.v.avx512() {
		VMOVAPS_Z(x, r.at.mask, to)
	} else {
		VANDPS(r.at.mask, x, to)
	}
}
