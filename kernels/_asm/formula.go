package main

import (
	"github.com/mmcloughlin/avo/reg"
)

// formula is an expression that a hand-written kernel applies to what it has in
// registers.
type formula struct {
	inputs []*node
	result *node
}

// formula1 and formula2 return the formula of a function.
func formula1(f func(x expr) expr) *formula {
	x := input("x")
	return &formula{[]*node{x}, f(x)}
}

func formula2(f func(x, y expr) expr) *formula {
	x, y := input("x"), input("y")
	return &formula{[]*node{x, y}, f(x, y)}
}

// x86Formulas applies formulas whose constants are set up.
type x86Formulas struct {
	code     *x86Code
	programs map[*formula]*program
}

// formulas sets up the constants of formulas.
func (v *isa) formulas(all ...*formula) *x86Formulas {
	f := &x86Formulas{programs: map[*formula]*program{}}
	var programs []*program
	for _, one := range all {
		p := newProgram([]*node{one.result}, v.fold)
		f.programs[one] = p
		programs = append(programs, p)
	}
	f.code = v.setUp(0, programs...)
	return f
}

// apply returns a formula of inputs, which it uses up but for the first few
// that are to be kept.
func (f *x86Formulas) apply(one *formula, keep int, inputs ...reg.VecVirtual) reg.VecVirtual {
	values, kept := map[*node]reg.VecVirtual{}, map[*node]bool{}
	for i, n := range one.inputs {
		values[n], kept[n] = inputs[i], i < keep
	}
	return f.code.run(f.programs[one], place{v: f.code.v}, values, kept).values[one.result]
}

// neonFormula applies a formula whose constants are set up.
type neonFormula struct {
	*formula
	code    *neonCode
	program *program
}

// formula sets up the constants of a formula of one input.
func (v *neon) formula(f *formula) *neonFormula {
	p := newProgram([]*node{f.result}, foldNothing)
	return &neonFormula{f, v.setUp(p), p}
}

// apply returns the formula of x, which it uses up.
func (f *neonFormula) apply(x vector) vector {
	r := f.code.run(f.program, neonPlace{v: f.code.v, lanes: neonLanes}, map[*node]vector{f.inputs[0]: x})
	return r.values[f.result]
}
