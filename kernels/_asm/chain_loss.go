package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loss adds the loss at Y of the last layer and writes its gradient to DY,
// zero for samples that do not exist.
func (e *chainEmitter) loss() {
	kind := e.ofPass("Loss")
	CMPQ(kind, Imm(e.v.spec.integer("ChainSquaredError")))
	JEQ(LabelRef("squaredError"))
	CMPQ(kind, Imm(e.v.spec.integer("ChainLogistic")))
	JEQ(LabelRef("logistic"))
	e.crossEntropy()
	JMP(LabelRef("backward"))
	Label("squaredError")
	e.squaredError()
	JMP(LabelRef("backward"))
	Label("logistic")
	e.logistic()
}

// eachOutput runs body for each output, with its targets.
func (e *chainEmitter) eachOutput(body func(y, dy reg.Register, t []reg.VecVirtual)) {
	y, dy, out, column := e.ofLayer("Y"), e.ofLayer("DY"), e.ofLayer("Out"), GP64()
	MOVQ(e.t, column)
	offsets, step := e.strides("LDT"), e.vectorStep("LDT")
	e.times(out, func() {
		body(y, dy, e.gather(column, step, offsets))
		e.nextFeatures(1, y)
		e.nextFeatures(1, dy)
		ADDQ(Imm(4), column)
	})
}

// accumulate runs body on both halves, in float64, of what is summed or
// multiplied at the given place.
func accumulate(v *isa, at []Mem, body func(half int, acc reg.VecVirtual)) {
	for half, m := range at {
		acc := v.vec()
		VMOVUPS(m, acc)
		body(half, acc)
		VMOVUPS(acc, m)
	}
}

// wide returns the halves of x in float64.
func (e *chainEmitter) wide(x reg.VecVirtual) [2]reg.VecVirtual {
	lower, upper := e.v.widen(x)
	return [2]reg.VecVirtual{lower, upper}
}

// products is where the pass's Products stand.
func (e *chainEmitter) products() []Mem {
	m := e.v.field(e.pass, "ChainPass", "Products")
	return []Mem{m, m.Offset(e.vectorBytes())}
}

// scale returns the pass's Scale in all lanes.
func (e *chainEmitter) scale() reg.VecVirtual {
	x := e.v.vec()
	VBROADCASTSS(e.v.field(e.pass, "ChainPass", "Scale"), x)
	return x
}

// squaredError is the loss (y-t)² with the gradient Scale·(y-t).
func (e *chainEmitter) squaredError() {
	scale := e.scale()
	e.eachOutput(func(y, dy reg.Register, t []reg.VecVirtual) {
		for p, d := range e.load(1, y)[0] {
			VSUBPS(t[p], d, d)
			e.zeroOthers(e.mask(p), d)
			ds := e.wide(d)
			accumulate(e.v, e.sum, func(half int, sum reg.VecVirtual) { VFMADD231PD(ds[half], ds[half], sum) })
			VMULPS(scale, d, d)
			VMOVUPS(d, e.at(dy, 0, p))
		}
	})
}

// logistic is the loss max(z, 0) - z·t + ln(1+e^-|z|) with the gradient
// Scale·(σ(z)-t). What stands before the logarithm is summed, what stands in
// it multiplied; for samples that do not exist they are 0 and 1.
func (e *chainEmitter) logistic() {
	scale, exp, sigma := e.scale(), formula1(expNegAbs), formula2(logistic)
	formulas := e.v.formulas(exp, sigma)
	e.eachOutput(func(y, dy reg.Register, t []reg.VecVirtual) {
		for p := range e.vectors {
			z := e.v.vec()
			VMOVUPS(e.at(y, 0, p), z)
			mask := e.mask(p)
			exps := formulas.apply(exp, 1, z)
			e.zeroOthers(mask, exps)
			es, one := e.wide(exps), e.float64s("oneFloat64", 1)
			accumulate(e.v, e.products(), func(half int, product reg.VecVirtual) {
				VADDPD(one, es[half], es[half])
				VMULPD(es[half], product, product)
			})
			s := formulas.apply(sigma, 1, z, exps)
			VSUBPS(t[p], s, s)
			VMULPS(scale, s, s)
			e.zeroOthers(mask, s)
			VMOVUPS(s, e.at(dy, 0, p))
			e.zeroOthers(mask, z)
			zs, ts := e.wide(z), e.wide(t[p])
			zero := e.v.zero()
			accumulate(e.v, e.sum, func(half int, sum reg.VecVirtual) {
				positive := e.v.vec()
				VMAXPD(zs[half], zero, positive)
				VFNMADD231PD(ts[half], zs[half], positive)
				VADDPD(positive, sum, sum)
			})
		}
	})
}

// float64s returns a vector of copies of x.
func (e *chainEmitter) float64s(name string, x float64) reg.VecVirtual {
	m, ok := e.v.data[name]
	if !ok {
		m = GLOBL(name, RODATA|NOPTR)
		DATA(0, F64(x))
		e.v.data[name] = m
	}
	v := e.v.vec()
	VBROADCASTSD(m, v)
	return v
}

// crossEntropy is the loss ln Σ e^(zⱼ-m) + (m-zₜ), m the largest z, with the
// gradient Scale·(softmax(z)ⱼ - [j=t]), for a sample's class t: the logarithm's
// argument is multiplied, the rest summed. For samples that do not exist they
// are 1 and 0. Vectors are worked on one after the other.
func (e *chainEmitter) crossEntropy() {
	scale, exp := e.scale(), formula1(expFlushed)
	one, formulas := e.v.splat("one", 1), e.v.formulas(exp)
	column := GP64()
	MOVQ(e.t, column)
	labels := e.gather(column, e.vectorStep("LDT"), e.strides("LDT"))
	for p, label := range labels {
		e.crossEntropyOf(p, label, scale, one, func(x reg.VecVirtual) reg.VecVirtual { return formulas.apply(exp, 0, x) })
	}
}

func (e *chainEmitter) crossEntropyOf(p int, label, scale, one reg.VecVirtual, exp func(x reg.VecVirtual) reg.VecVirtual) {
	eachOutput := func(body func(y, dy Mem)) {
		y, dy := e.ofLayer("Y"), e.ofLayer("DY")
		e.times(e.ofLayer("Out"), func() {
			body(e.at(y, 0, p), e.at(dy, 0, p))
			e.nextFeatures(1, y)
			e.nextFeatures(1, dy)
		})
	}
	// NaN is not kept by the largest, but by the exponentials.
	largest := e.v.vec()
	y := e.ofLayer("Y")
	VMOVUPS(e.at(y, 0, p), largest)
	eachOutput(func(y, _ Mem) { VMAXPS(y, largest, largest) })

	sum := e.v.zero()
	eachOutput(func(y, dy Mem) {
		x := e.v.vec()
		VMOVUPS(y, x)
		VSUBPS(largest, x, x)
		x = exp(x)
		VADDPS(x, sum, sum)
		VMOVUPS(x, dy)
	})
	factor := e.v.vec()
	VDIVPS(sum, scale, factor)

	mask := e.mask(p)
	zt, class := e.v.zero(), e.v.zero()
	eachOutput(func(y, dy Mem) {
		d, z := e.v.vec(), e.v.vec()
		VMULPS(dy, factor, d)
		VMOVUPS(y, z)
		if e.v.avx512() {
			hit := K()
			VCMPPS(equal, label, class, hit)
			VMOVAPS(z, hit, zt)
			VSUBPS(scale, d, hit, d)
		} else {
			hit := e.v.vec()
			VCMPPS(equal, label, class, hit)
			VANDPS(hit, z, z)
			VORPS(z, zt, zt)
			VANDPS(hit, scale, hit)
			VSUBPS(hit, d, d)
		}
		e.zeroOthers(mask, d)
		VMOVUPS(d, dy)
		VADDPS(one, class, class)
	})
	// m-zₜ may be too large for float32.
	e.zeroOthers(mask, largest)
	e.zeroOthers(mask, zt)
	ms, zts := e.wide(largest), e.wide(zt)
	accumulate(e.v, e.sum, func(half int, acc reg.VecVirtual) {
		VSUBPD(zts[half], ms[half], ms[half])
		VADDPD(ms[half], acc, acc)
	})
	e.oneForOthers(mask, one, sum)
	sums := e.wide(sum)
	accumulate(e.v, e.products(), func(half int, acc reg.VecVirtual) { VMULPD(sums[half], acc, acc) })
}

// oneForOthers makes lanes of samples that do not exist one.
func (e *chainEmitter) oneForOthers(mask reg.Register, one, x reg.VecVirtual) {
	if e.v.avx512() {
		VBLENDMPS(x, one, mask, x)
	} else {
		VBLENDVPS(mask, x, one, x)
	}
}
