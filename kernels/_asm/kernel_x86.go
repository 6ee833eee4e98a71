package main

import (
	"go/types"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// kernels writes kernels that are described.
func (v *isa) kernels(all []kernel) {
	for i := range all {
		v.kernel(&all[i])
	}
}

func (v *isa) kernel(k *kernel) {
	v.function(k.name, k.comment(append(k.notes, k.x86...), k.unroll)...)
	programs := k.programs(v.fold)
	a := v.arguments(k, programs)
	code := v.setUp(k.crowded, programs...)
	code.bases = a.bases
	for name, x := range a.numbers {
		code.registers[name] = x
	}
	code.index = a.index
	code.acc = v.zeros(k.accumulators(k.unroll))
	loop := func(name string, p *program) {
		v.loop(name, a.length, k.unroll, func(at place) { code.run(p, at, nil, nil) })
	}
	if k.switchedBy == "" {
		loop(k.name, programs[0])
	} else {
		on := strings.ToLower(k.switchedBy)
		CMPB(v.address(a.fields.Field(k.switchedBy)), Imm(0))
		JNE(LabelRef(on))
		loop("plain", programs[0])
		JMP(LabelRef("end"))
		Label(on)
		loop(on, programs[1])
		Label("end")
	}
	switch k.reduction() {
	case opSum, opSumSquares:
		v.result(ReturnIndex(0), VMOVSD, v.reduce(VADDPD, 8, code.acc...))
	case opSumProducts:
		v.result(ReturnIndex(0), VMOVSS, v.reduce(VADDPS, 4, code.acc...))
	case opLargest:
		v.result(ReturnIndex(0), VMOVSS, v.reduce(VPMAXSD, 4, code.acc...))
	}
	v.done()
}

// x86Arguments is what a described kernel is given.
type x86Arguments struct {
	bases   map[string]reg.Register   // of its slices
	length  reg.Register              // of each
	numbers map[string]reg.VecVirtual // parameters and fields, in all lanes
	fields  gotypes.Component         // the struct that they are fields of
	index   reg.VecVirtual            // of the first vector's elements, if the kernel asks for it
}

// arguments loads a kernel's arguments in the order of its signature: slices
// where the first of them stands, the one that the loop ranges over first.
func (v *isa) arguments(k *kernel, programs []*program) *x86Arguments {
	a := &x86Arguments{bases: map[string]reg.Register{}, numbers: map[string]reg.VecVirtual{}}
	for _, p := range v.spec.parameters(k.name) {
		switch p.Type().Underlying().(type) {
		case *types.Slice:
			if a.length != nil {
				continue
			}
			ranged := v.spec.ranged(k.name)
			a.bases[ranged], a.length = v.slice(ranged)
			for _, name := range programs[0].slices() {
				if name != ranged {
					a.bases[name] = v.base(name)
				}
			}
		case *types.Pointer:
			a.fields = Dereference(Param(p.Name()))
			for _, name := range v.spec.fields(p) {
				if slices.ContainsFunc(programs, func(p *program) bool { return p.takes(opField, name) }) {
					a.numbers[name] = v.broadcast(a.fields.Field(name))
				}
			}
		default:
			if slices.ContainsFunc(programs, func(q *program) bool { return q.takes(opParameter, p.Name()) }) {
				a.numbers[p.Name()] = v.broadcast(Param(p.Name()))
			}
			if programs[0].index() == p.Name() {
				a.index = v.broadcast(Param(p.Name()))
				VPADDD(v.numbersOfLanes(), a.index, a.index)
			}
		}
	}
	return a
}
