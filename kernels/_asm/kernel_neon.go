package main

import (
	"go/types"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/gotypes"
)

// returned is the first result of the function.
func (v *neon) returned() gotypes.Component { return v.signature.Results().At(0) }

// kernels writes kernels that are described.
func (v *neon) kernels(all []kernel) {
	for i := range all {
		v.kernel(&all[i])
	}
}

func (v *neon) kernel(k *kernel) {
	unroll := k.unroll
	if k.neon != 0 {
		unroll = k.neon
	}
	v.function(k.name, k.comment(k.notes, unroll)...)
	programs := k.programs(foldNothing)
	a := v.arguments(k, programs)
	code := v.setUp(programs...)
	code.bases = a.bases
	for name, x := range a.numbers {
		code.registers[name] = x
	}
	code.index = a.index
	code.acc = v.zeros(k.accumulators(unroll))
	loop := func(name string, p *program) {
		v.loop(name, a.length, unroll, func(at neonPlace) { code.run(p, at, map[*node]vector{}) })
	}
	if k.switchedBy == "" {
		loop(k.name, programs[0])
	} else {
		name, on := strings.ToLower(k.switchedBy), v.pointer()
		v.asm("MOVBU %s, %s", v.field(a.fields, k.switchedBy), on)
		v.asm("CBNZ %s, %s", on, name)
		loop("plain", programs[0])
		v.asm("B end")
		v.label(name)
		loop(name, programs[1])
		v.label("end")
	}
	switch k.reduction() {
	case opSum, opSumSquares:
		v.result(v.returned(), "FMOVD", v.sumDouble(code.acc))
	case opSumProducts:
		v.result(v.returned(), "FMOVS", v.sum(code.acc))
	case opLargest:
		v.result(v.returned(), "FMOVS", v.largest(code.acc))
	}
	v.done()
}

// neonArguments is what a described kernel is given.
type neonArguments struct {
	bases   map[string]general // of its slices
	length  general            // of each
	numbers map[string]vector  // parameters and fields, in all lanes
	fields  general            // the struct that they are fields of
	index   vector             // of the first vector's elements, if the kernel asks for it
}

// arguments loads a kernel's arguments in the order of its signature: slices
// where the first of them stands, the one that the loop ranges over first.
func (v *neon) arguments(k *kernel, programs []*program) *neonArguments {
	a := &neonArguments{bases: map[string]general{}, numbers: map[string]vector{}}
	for _, p := range v.spec.parameters(k.name) {
		switch p.Type().Underlying().(type) {
		case *types.Slice:
			if len(a.bases) > 0 {
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
			a.fields = v.load(v.param(p.Name()))
			for _, name := range v.spec.fields(p) {
				if slices.ContainsFunc(programs, func(p *program) bool { return p.takes(opField, name) }) {
					a.numbers[name] = v.broadcast(v.field(a.fields, name))
				}
			}
		default:
			if slices.ContainsFunc(programs, func(q *program) bool { return q.takes(opParameter, p.Name()) }) {
				a.numbers[p.Name()] = v.broadcast(v.address(v.param(p.Name())))
			}
			if programs[0].index() == p.Name() {
				a.index = v.broadcast(v.address(v.param(p.Name())))
				v.countLanes(a.index)
			}
		}
	}
	return a
}
