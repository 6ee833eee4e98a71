package main

// lowerMasks writes masks, what they decide, and reductions.
func (r *neonRun) lowerMasks(n *node) {
	v, a := r.v, n.args
	switch n.op {
	case opGreater:
		if againstZero(n) {
			r.do(n, fCMGT0, a[0])
		} else {
			r.do(n, fCMGT, a[0], a[1])
		}
	case opNotZero:
		r.do(n, fACGT, a[0], a[1])
	case opNotLess:
		r.do(n, fCMGT, a[1], a[0])
	case opNegative:
		r.do(n, fCMLT0, a[0])
	case opIsNaN:
		r.do(n, fCMEQ, a[0], a[0])
	case opReaches:
		r.do(n, uCMHS, a[0], a[1])
	case opNormal:
		r.do(n, fACGT, minNormal, a[0])
	case opWhere, opOnly:
		r.values[n] = r.where(a[0], a[1])
	case opChoose:
		r.values[n] = r.choose(a[0], a[1], a[2])
	case opKeepNaN:
		number, to := v.vec(), r.writable(a[1])
		v.do(fCMEQ, number, r.value(a[0]), r.value(a[0]))
		v.insertOthers(to, r.value(a[0]), number)
		v.free(number)
		r.values[n] = to
	case opDecay:
		denormal := v.vec()
		v.do(fACGT, denormal, r.constant(minNormal), r.value(a[0]))
		to := r.writable(a[0])
		v.insert(to, r.constant(zero), denormal)
		v.do(fMUL, to, to, r.value(a[1]))
		v.free(denormal)
		r.values[n] = to
	case opSum, opSumSquares, opSumProducts, opLargest:
		r.reduce(n)
	default:
		panic(n.op)
	}
}

// where returns x, or 0 where the mask says no.
func (r *neonRun) where(mask, x *node) vector {
	if invertedNEON(mask) {
		to := r.writable(x)
		r.v.insert(to, r.constant(zero), r.value(mask))
		return to
	}
	to := r.over(mask, x)
	r.v.and(to, r.value(mask), r.value(x))
	return to
}

// choose returns a or b.
func (r *neonRun) choose(mask, a, b *node) vector {
	if invertedNEON(mask) {
		a, b = b, a
	}
	if r.free(a) {
		to := r.values[a]
		r.v.insertOthers(to, r.value(b), r.value(mask))
		return to
	}
	to := r.writable(b)
	r.v.insert(to, r.value(a), r.value(mask))
	return to
}

// bound returns x, or the bound where x is below it, or above.
func (r *neonRun) bound(x, bound *node, below bool) vector {
	v := r.v
	if bound.op == opConstant && !bound.isZero() {
		to := r.over(x)
		if below {
			v.do(fMAX, to, r.value(x), r.value(bound)) // NaN stays
		} else {
			v.do(fMIN, to, r.value(x), r.value(bound))
		}
		return to
	}
	// FMAX and FMIN take 0 for larger than -0, and any NaN.
	beyond := v.vec()
	switch {
	case bound.isZero() && below:
		v.do(fCMLT0, beyond, r.value(x))
	case bound.isZero():
		v.do(fCMGT0, beyond, r.value(x))
	case below:
		v.do(fCMGT, beyond, r.value(bound), r.value(x))
	default:
		v.do(fCMGT, beyond, r.value(x), r.value(bound))
	}
	to := r.writable(x)
	v.insert(to, r.value(bound), beyond)
	v.free(beyond)
	return to
}

// fused adds a product to its third factor or takes it away.
func (r *neonRun) fused(f func(d, n, m vector), a []*node) vector {
	to := r.writable(a[2])
	f(to, r.value(a[0]), r.value(a[1]))
	return to
}

// integer returns n as an integer, in a register that may be overwritten.
func (r *neonRun) integer(n *node) vector {
	to := r.over(n)
	r.v.do(fCVTNS, to, r.value(n))
	return to
}

// pow2 returns 2ⁿ for integers n in (-127, 128), and uses n up.
func (r *neonRun) pow2(n vector) vector {
	r.v.asm("VADD %s, %s, %s", r.constant(exponentBias).s4(), n.s4(), n.s4())
	r.v.asm("VSHL $23, %s, %s", n.s4(), n.s4())
	return n
}

// scaleByHalves returns p·2ⁿ where 2ⁿ itself may be out of range: it
// multiplies by two halves of it. The first product is exact, so rounding
// happens once.
func (r *neonRun) scaleByHalves(p, n *node) vector {
	exponent, half, to := r.integer(n), r.v.vec(), r.over(p)
	r.v.word(sSHR, int(half), int(exponent), 1)
	r.v.asm("VSUB %s, %s, %s", half.s4(), exponent.s4(), exponent.s4())
	r.v.do(fMUL, to, r.value(p), r.pow2(half))
	r.v.do(fMUL, to, to, r.pow2(exponent))
	r.v.free(half)
	return to
}

// reduce writes a reduction.
func (r *neonRun) reduce(n *node) {
	v, x, unit := r.v, n.args[0], r.at.unit
	for _, arg := range n.args {
		if !vanishes(arg) {
			r.at.keep(r.value(arg))
		}
	}
	double := func(f func(acc, x vector)) {
		lower, upper := v.widen(r.value(x))
		f(r.acc[2*unit], lower)
		f(r.acc[2*unit+1], upper)
		v.free(lower, upper)
	}
	switch n.op {
	case opSum:
		double(func(acc, x vector) { v.do(fADDDouble, acc, acc, x) })
	case opSumSquares:
		double(func(acc, x vector) { v.fmlaDouble(acc, x, x) })
	case opSumProducts:
		v.fmla(r.acc[unit], r.value(x), r.value(n.args[1]))
	case opLargest:
		to := r.over(x)
		v.do(fABS, to, r.value(x))
		v.do(fMAX, r.acc[unit], r.acc[unit], to)
		if !r.free(x) {
			v.free(to)
		}
	}
}
