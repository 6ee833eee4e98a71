package main

import (
	"maps"
	"slices"
)

// NEON has 32 registers of four lanes, where all constants stand, unless they
// are too many. Masks are vectors of ones and zeros. A fused multiply-add
// overwrites what it adds to.

// neonCode is what programs for NEON have in common while they run.
type neonCode struct {
	v         *neon
	registers map[string]vector  // constants, parameters and fields
	memory    map[string]string  // where the constants are that are too many
	bases     map[string]general // slices
	acc       []vector
	index     vector // of the next vector's elements
}

// neonRun writes a program once, for one vector.
type neonRun struct {
	*neonCode
	p        *program
	at       neonPlace
	step     int // where in the program
	values   map[*node]vector
	inverted map[*node]bool    // masks of the other lanes
	loaded   map[string]vector // constants that this step has read from memory
}

// run writes the program, and uses up the inputs, which stand in registers.
func (c *neonCode) run(p *program, at neonPlace, inputs map[*node]vector) *neonRun {
	r := &neonRun{neonCode: c, p: p, at: at, values: inputs, inverted: map[*node]bool{}}
	for i, n := range p.nodes {
		r.step, r.loaded = i, map[string]vector{}
		r.lower(n)
		r.release(n)
		for _, name := range slices.Sorted(maps.Keys(r.loaded)) {
			r.v.free(r.loaded[name])
		}
	}
	return r
}

// constantsNEON is how many constants stand in registers. The others are left
// for what an expression has under way: for erf more than ten.
const constantsNEON = 16

// setUp sets up the constants of programs.
func (v *neon) setUp(programs ...*program) *neonCode {
	c := &neonCode{v: v, registers: map[string]vector{}, memory: map[string]string{}, bases: map[string]general{}}
	uses := map[*node]int{}
	for _, p := range programs {
		p.eachConstant(impliedNEON, func(n, user *node, i int) {
			if i < 0 || !n.isZero() || !againstZero(user) {
				uses[n]++
			}
		})
	}
	spills := spilled(uses, constantsNEON)
	for _, n := range allConstants {
		switch {
		case uses[n] == 0:
		case n.isZero():
			c.registers[n.name] = v.zero()
		case spills[n]:
			c.memory[n.name] = v.lanesOf(v.spec.bitsOf(n))
		default:
			c.registers[n.name] = v.bits(v.spec.bitsOf(n))
		}
	}
	return c
}

// impliedNEON returns the constants that NEON's way to do n takes.
func impliedNEON(n *node) []expr {
	switch n.op {
	case opNegAbs, opNeg, opCopySign:
		return []expr{signBit}
	case opPow2, opScale, opScaleGradual:
		return []expr{exponentBias}
	case opBinaryExponent:
		return []expr{threeQuarters}
	case opSignificand:
		return []expr{threeQuarters, mantissaBits}
	case opNormal:
		return []expr{minNormal}
	case opIndex:
		return []expr{expr(lanesOfVector(neonLanes)), expr(lanesOfVector(2))}
	case opDecay:
		return []expr{minNormal, zero}
	case opWhere, opOnly:
		if invertedNEON(n.args[0]) {
			return []expr{zero}
		}
	}
	return nil
}

// againstZero reports whether n compares with 0, for which there are
// instructions.
func againstZero(n *node) bool { return n.op == opGreater && n.args[1].isZero() }

// invertedNEON reports whether n is a mask of the lanes of the others.
func invertedNEON(n *node) bool { return n.op == opNotLess || n.op == opNormal || n.op == opIsNaN }

// swapsNEON reports whether n is a product whose first factor is the kernel's
// argument. It comes second then: of two NaNs the first comes out.
func swapsNEON(n *node) bool {
	switch n.op {
	case opMul, opMulAdd, opNegMulAdd:
		return n.args[0].op == opParameter || n.args[0].op == opField
	}
	return false
}

// value returns the register with n.
func (r *neonRun) value(n *node) vector {
	if x, ok := r.values[n]; ok {
		return x
	}
	return r.constant(n)
}

func (r *neonRun) constant(n *node) vector {
	if x, ok := r.registers[n.name]; ok {
		return x
	}
	if x, ok := r.loaded[n.name]; ok {
		return x
	}
	address, ok := r.memory[n.name]
	if !ok {
		panic(n.name)
	}
	x := r.v.vec()
	r.v.asm("FMOVQ %s, %s", address, x.scalar())
	r.loaded[n.name] = x
	return x
}

// free reports whether n stands in a register that nobody needs after this.
func (r *neonRun) free(n *node) bool {
	_, ok := r.values[n]
	return ok && r.p.last[n] == r.step
}

// release gives back the registers of what n was the last to use, but for the
// one that its result took.
func (r *neonRun) release(n *node) {
	for _, arg := range n.args {
		if r.free(arg) {
			if result, ok := r.values[n]; !ok || result != r.values[arg] {
				r.v.free(r.values[arg])
			}
			delete(r.values, arg)
		}
	}
}

// over returns a register for a result: that of the first of the nodes that
// is not needed any more, or another.
func (r *neonRun) over(nodes ...*node) vector {
	for _, n := range nodes {
		if r.free(n) {
			return r.values[n]
		}
	}
	return r.v.vec()
}

// writable returns n in a register that may be overwritten.
func (r *neonRun) writable(n *node) vector {
	if r.free(n) {
		return r.values[n]
	}
	return r.v.copyOf(r.value(n))
}

// do makes n of operands with one instruction.
func (r *neonRun) do(n *node, f form, operands ...*node) {
	to := r.over(operands...)
	registers := []vector{to}
	for _, x := range operands {
		registers = append(registers, r.value(x))
	}
	r.v.do(f, registers...)
	r.values[n] = to
}

func (r *neonRun) lower(n *node) {
	v, a := r.v, n.args
	if swapsNEON(n) {
		a = append([]*node{a[1], a[0]}, a[2:]...)
	}
	switch n.op {
	case opLoad:
		r.values[n] = r.at.load(r.bases[n.name])
	case opStore:
		r.at.store(r.value(a[0]), r.bases[n.name])
	case opAdd:
		r.do(n, fADD, a...)
	case opSub:
		r.do(n, fSUB, a...)
	case opMul:
		r.do(n, fMUL, a...)
	case opDiv:
		r.do(n, fDIV, a...)
	case opMulAdd:
		r.values[n] = r.fused(v.fmla, a)
	case opNegMulAdd:
		r.values[n] = r.fused(v.fmls, a)
	case opSqrt:
		r.do(n, fSQRT, a...)
	case opAbs:
		r.do(n, fABS, a...)
	case opNeg:
		r.do(n, fNEG, a...)
	case opNegAbs:
		to := r.over(a...)
		v.or(to, r.value(a[0]), r.constant(signBit))
		r.values[n] = to
	case opCopySign:
		to := r.writable(a[0])
		v.insert(to, r.value(a[1]), r.constant(signBit))
		r.values[n] = to
	case opAtLeast:
		r.values[n] = r.bound(a[0], a[1], true)
	case opAtMost:
		r.values[n] = r.bound(a[0], a[1], false)
	case opRound:
		r.do(n, fRINTN, a...)
	case opFloor:
		r.do(n, fRINTM, a...)
	case opPow2:
		r.values[n] = r.pow2(r.integer(a[0]))
	case opScale:
		exponent, to := r.pow2(r.integer(a[1])), r.over(a[0])
		v.do(fMUL, to, r.value(a[0]), exponent)
		r.values[n] = to
	case opScaleGradual:
		r.values[n] = r.scaleByHalves(a[0], a[1])
	case opBinaryExponent:
		to := r.over(a...)
		v.asm("VSUB %s, %s, %s", r.constant(threeQuarters).s4(), r.value(a[0]).s4(), to.s4())
		v.word(sSHR, int(to), int(to), 23)
		v.do(sCVTF, to, to)
		r.values[n] = to
	case opSignificand: // all bits below the exponent, above those of 3/4
		to := r.over(a...)
		v.asm("VSUB %s, %s, %s", r.constant(threeQuarters).s4(), r.value(a[0]).s4(), to.s4())
		v.and(to, to, r.constant(mantissaBits))
		v.asm("VADD %s, %s, %s", r.constant(threeQuarters).s4(), to.s4(), to.s4())
		r.values[n] = to
	case opIndex:
		r.values[n] = v.copyOf(r.index)
		if r.at.lanes > 1 { // after one there are no more
			v.asm("VADD %s, %s, %s", r.constant(lanesOfVector(r.at.lanes)).s4(), r.index.s4(), r.index.s4())
		}
	case opXor:
		to := r.over(a...)
		v.xor(to, r.value(a[0]), r.value(a[1]))
		r.values[n] = to
	case opMulWord:
		r.do(n, mUL, a...)
	case opShiftRight:
		to := r.over(a...)
		v.shiftRight(to, r.value(a[0]), n.bits)
		r.values[n] = to
	case opToFloat:
		r.do(n, sCVTF, a...)
	default:
		r.lowerMasks(n)
	}
}
