package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// affine computes Y = b + X·W: for a few outputs at a time, all their sums
// stay in registers.
func (e *chainEmitter) affine() {
	Comment("Y = b + X·W")
	w, y, in, out := e.ofLayer("Params"), e.ofLayer("Y"), e.ofLayer("In"), e.ofLayer("Out")
	rowBytes, bias := e.ofLayer("Out"), GP64()
	SHLQ(Imm(2), rowBytes)
	MOVQ(rowBytes, bias)
	IMULQ(in, bias)
	ADDQ(w, bias)
	e.inGroups(out, chainGroup, func(size int) {
		sums := e.registers(size)
		for f, sum := range sums {
			VBROADCASTSS(Mem{Base: bias, Disp: 4 * f}, sum[0])
			for p := 1; p < e.vectors; p++ {
				VMOVAPS(sum[0], sum[p])
			}
		}
		x, wi, count := e.ofLayer("X"), GP64(), GP64()
		MOVQ(w, wi)
		MOVQ(in, count)
		e.times(count, func() {
			xi := e.load(1, x)[0]
			for f, sum := range sums {
				weight := e.v.vec()
				VBROADCASTSS(Mem{Base: wi, Disp: 4 * f}, weight)
				for p := range sum {
					VFMADD231PS(weight, xi[p], sum[p])
				}
			}
			e.nextFeatures(1, x)
			ADDQ(rowBytes, wi)
		})
		e.store(sums, y)
		e.nextFeatures(size, y)
		ADDQ(Imm(uint64(4*size)), w)
		ADDQ(Imm(uint64(4*size)), bias)
	})
}

// byActivation runs what the layer's activation has to do, features at a
// time, and nothing if it has nothing to do.
func (e *chainEmitter) byActivation(cases map[string]func()) {
	activation, done := e.ofLayer("Activation"), e.label("activated")
	for _, name := range []string{"Sigmoid", "Tanh", "ReLU"} {
		next := e.label("not" + name)
		CMPQ(activation, Imm(e.v.spec.integer(name)))
		JNE(LabelRef(next))
		cases[name]()
		JMP(LabelRef(done))
		Label(next)
	}
	Label(done)
}

// groups is how many features have chainGroup vectors.
func (e *chainEmitter) groups() int { return max(1, chainGroup/e.vectors) }

// activate computes Y = f(Y).
func (e *chainEmitter) activate() {
	Comment("Y = f(Y)")
	each := func(f func(z expr) expr) func() {
		return func() {
			activation := formula1(f)
			formulas := e.v.formulas(activation)
			y := e.ofLayer("Y")
			e.inGroups(e.ofLayer("Out"), e.groups(), func(size int) {
				for g := range size {
					for p := range e.vectors {
						z := e.v.vec()
						VMOVUPS(e.at(y, g, p), z)
						VMOVUPS(formulas.apply(activation, 0, z), e.at(y, g, p))
					}
				}
				e.nextFeatures(size, y)
			})
		}
	}
	e.byActivation(map[string]func(){"Sigmoid": each(sigmoid), "Tanh": each(tanh), "ReLU": each(relu)})
}

// derive computes DY = DY·f'(Y).
func (e *chainEmitter) derive() {
	Comment("DY = DY·f'(Y)")
	each := func(f func(dy, y expr) expr) func() {
		return func() {
			slope := formula2(f)
			formulas := e.v.formulas(slope)
			y, dy := e.ofLayer("Y"), e.ofLayer("DY")
			e.inGroups(e.ofLayer("Out"), e.groups(), func(size int) {
				ys, dys := e.load(size, y), e.load(size, dy)
				for g := range size {
					for p := range e.vectors {
						VMOVUPS(formulas.apply(slope, 0, dys[g][p], ys[g][p]), e.at(dy, g, p))
					}
				}
				e.nextFeatures(size, y)
				e.nextFeatures(size, dy)
			})
		}
	}
	e.byActivation(map[string]func(){"Sigmoid": each(sigmoidSlope), "Tanh": each(tanhSlope), "ReLU": each(reluSlope)})
}

// weightGradients adds X·DY and, for the bias, DY to Sums: the gradients of a
// few outputs stay in registers while all inputs pass by.
func (e *chainEmitter) weightGradients() {
	Comment("Sums += X·DY")
	dy, sums, out := e.ofLayer("DY"), e.ofLayer("Sums"), e.ofLayer("Out")
	rowBytes := GP64()
	MOVQ(out, rowBytes)
	IMUL3Q(U32(uint32(e.vectorBytes())), rowBytes, rowBytes)
	e.inGroups(out, chainGroup, func(size int) {
		d := e.load(size, dy)
		x, s, count := e.ofLayer("X"), GP64(), e.ofLayer("In")
		MOVQ(sums, s)
		row := func(add func(dy reg.VecVirtual, p int, sum reg.VecVirtual)) {
			for f := range size {
				sum, m := e.v.vec(), Mem{Base: s, Disp: f * e.vectorBytes()}
				VMOVUPS(m, sum)
				for p := range e.vectors {
					add(d[f][p], p, sum)
				}
				VMOVUPS(sum, m)
			}
		}
		e.times(count, func() {
			xi := e.load(1, x)[0]
			row(func(dy reg.VecVirtual, p int, sum reg.VecVirtual) { VFMADD231PS(dy, xi[p], sum) })
			e.nextFeatures(1, x)
			ADDQ(rowBytes, s)
		})
		row(func(dy reg.VecVirtual, _ int, sum reg.VecVirtual) { VADDPS(dy, sum, sum) })
		e.nextFeatures(size, dy)
		ADDQ(U32(uint32(size*e.vectorBytes())), sums)
	})
}

// dataGradients computes the gradient at X, DY·Wᵀ, as DY of the layer before:
// for a few inputs at a time, all their sums stay in registers.
func (e *chainEmitter) dataGradients() {
	Comment("DX = DY·Wᵀ")
	w, in := e.ofLayer("Params"), e.ofLayer("In")
	rowBytes, rowBytes3 := e.ofLayer("Out"), GP64()
	SHLQ(Imm(2), rowBytes)
	LEAQ(Mem{Base: rowBytes, Index: rowBytes, Scale: 2}, rowBytes3)
	dx := GP64()
	before := e.v.field(e.layer, "ChainLayer", "DY")
	MOVQ(before.Offset(-int(e.v.spec.size("ChainLayer"))), dx)
	e.inGroups(in, chainGroup, func(size int) {
		sums := e.registers(size)
		for _, sum := range sums {
			for p := range sum {
				VXORPS(sum[p], sum[p], sum[p])
			}
		}
		dy, wo, count := e.ofLayer("DY"), GP64(), e.ofLayer("Out")
		MOVQ(w, wo)
		rows := []Mem{{Base: wo}, {Base: wo, Index: rowBytes, Scale: 1}, {Base: wo, Index: rowBytes, Scale: 2}, {Base: wo, Index: rowBytes3, Scale: 1}}
		e.times(count, func() {
			d := e.load(1, dy)[0]
			for f, sum := range sums {
				weight := e.v.vec()
				VBROADCASTSS(rows[f], weight)
				for p := range sum {
					VFMADD231PS(weight, d[p], sum[p])
				}
			}
			e.nextFeatures(1, dy)
			ADDQ(Imm(4), wo)
		})
		e.store(sums, dx)
		e.nextFeatures(size, dx)
		if size == 1 {
			ADDQ(rowBytes, w)
		} else {
			LEAQ(Mem{Base: w, Index: rowBytes, Scale: chainGroup}, w)
		}
	})
}
