package main

import (
	"fmt"
	"slices"
)

// neonPlace is where the body of a loop stands: at one vector of every slice,
// or at the 2 or 1 elements of its tail.
type neonPlace struct {
	v     *neon
	unit  int // which vector of the round; picks an accumulator
	lanes int // 4, or how many elements are there: a register's other lanes are 0 after a load
}

const neonLanes = 4

// loop runs body for all elements 0 ≤ i < n: rounds of unroll vectors as long
// as they fit, then single vectors, then 2 elements if there are as many, then
// one. All of them are the same instructions on registers, so that an
// element's result does not depend on where it stands. n and the registers
// that body loads from and stores to are used up.
func (v *neon) loop(name string, n general, unroll int, body func(at neonPlace)) {
	v.rounds(name+"Rounds", n, unroll, body)
	if unroll > 1 {
		v.rounds(name+"Vectors", n, 1, body)
	}
	v.asm("TBZ $1, %s, %sOne", n, name)
	v.round(neonPlace{v: v, lanes: 2}, 1, body)
	v.label(name + "One")
	v.asm("TBZ $0, %s, %sDone", n, name)
	v.round(neonPlace{v: v, lanes: 1}, 1, body)
	v.label(name + "Done")
}

func (v *neon) rounds(name string, n general, unroll int, body func(at neonPlace)) {
	step := unroll * neonLanes
	v.asm("CMP $%d, %s", step, n)
	v.asm("BLT %sDone", name)
	v.label(name)
	v.round(neonPlace{v: v, lanes: neonLanes}, unroll, body)
	v.asm("SUB $%d, %s", step, n)
	v.asm("CMP $%d, %s", step, n)
	v.asm("BGE %s", name)
	v.label(name + "Done")
}

// round writes unroll bodies and moves the addresses that they used.
func (v *neon) round(at neonPlace, unroll int, body func(at neonPlace)) {
	v.used = nil
	taken := v.vectors
	for at.unit = range unroll {
		body(at)
		v.vectors, v.freed = taken, nil
	}
	for _, base := range v.used {
		v.asm("ADD $%d, %s", 4*at.lanes*unroll, base)
	}
}

// move returns the instruction for as many elements as are there.
func (at neonPlace) move() string {
	return map[int]string{4: "FMOVQ", 2: "FMOVD", 1: "FMOVS"}[at.lanes]
}

func (at neonPlace) address(base general) string {
	if !slices.Contains(at.v.used, base) {
		at.v.used = append(at.v.used, base)
	}
	return fmt.Sprintf("%d(%s)", 16*at.unit, base)
}

// load returns the elements of the slice at base; lanes past its end are 0.
func (at neonPlace) load(base general) vector {
	x := at.v.vec()
	at.v.asm("%s %s, %s", at.move(), at.address(base), x.scalar())
	return x
}

// loadRepeated is load with the elements again in lanes past the end.
func (at neonPlace) loadRepeated(base general) vector {
	x := at.load(base)
	switch at.lanes {
	case 2:
		at.v.asm("VDUP V%d.D[0], %s", int(x), x.d2())
	case 1:
		at.v.allLanes(x)
	}
	return x
}

// keep makes lanes past the end 0: a move of the others does.
func (at neonPlace) keep(x vector) {
	if at.lanes < neonLanes {
		at.v.asm("%s %s, %s", at.move(), x.scalar(), x.scalar())
	}
}

// store writes x to the slice at base, and nothing past its end.
func (at neonPlace) store(x vector, base general) {
	at.v.asm("%s %s, %s", at.move(), x.scalar(), at.address(base))
}

// zeros returns n accumulators.
func (v *neon) zeros(n int) []vector {
	acc := make([]vector, n)
	for i := range acc {
		acc[i] = v.zero()
	}
	return acc
}

// copies returns n copies of x.
func (v *neon) copies(x vector, n int) []vector {
	acc := make([]vector, n)
	for i := range acc {
		acc[i] = v.copyOf(x)
	}
	return acc
}

// combine combines accumulators pairwise until one is left. The tree is
// fixed: only the length of the slice decides which element meets which.
func (v *neon) combine(f form, acc []vector) vector {
	for half := len(acc) / 2; half > 0; half /= 2 {
		for i := range half {
			v.do(f, acc[i], acc[i], acc[i+half])
		}
	}
	return acc[0]
}

// sum returns the sum of all lanes of all accumulators, in lane 0.
func (v *neon) sum(acc []vector) vector {
	x := v.combine(fADD, acc)
	v.do(fADDP, x, x, x)
	v.do(fADDP, x, x, x)
	return x
}

// sumDouble is sum for float64.
func (v *neon) sumDouble(acc []vector) vector {
	x := v.combine(fADDDouble, acc)
	v.do(fADDPDouble, x, x)
	return x
}

// largest returns the largest of all lanes of all accumulators, NaN if one
// is, in lane 0.
func (v *neon) largest(acc []vector) vector {
	x := v.combine(fMAX, acc)
	v.do(fMAXV, x, x)
	return x
}

// widen returns the float64 values of the lower and of the upper half of x.
func (v *neon) widen(x vector) (lower, upper vector) {
	lower, upper = v.vec(), v.vec()
	v.do(fCVTL, lower, x)
	v.do(fCVTL2, upper, x)
	return lower, upper
}

// fmlaDouble is d += n*m on float64, rounded once.
func (v *neon) fmlaDouble(d, n, m vector) { v.asm("VFMLA %s, %s, %s", m.d2(), n.d2(), d.d2()) }
