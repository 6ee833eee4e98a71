package main

import (
	"log"
	"math"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa writes float32 vector code for one instruction set. What both spell
// alike is called directly (VADDPS takes either kind of register); methods
// cover what differs: widths, masks, and how constants are held.
type isa struct {
	suffix string // of function names
	lanes  int    // float32 in a vector
	vec    func() reg.VecVirtual
	spec   *spec
	data   map[string]Mem // read-only data written so far, by name
}

func newAVX2() *isa {
	return &isa{suffix: "AVX2", lanes: 8, vec: YMM, spec: readSpec(), data: map[string]Mem{}}
}

func newAVX512() *isa {
	return &isa{suffix: "AVX512", lanes: 16, vec: ZMM, spec: readSpec(), data: map[string]Mem{}}
}

// avx512 tells apart what cannot be said for both at once.
func (v *isa) avx512() bool { return v.lanes == 16 }

// argument is where the function under way finds the argument called name.
func argument(name string) Mem {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// function starts the kernel called name, whose signature and loop are the
// generic kernel's. notes are added to its comment.
func (v *isa) function(name string, notes ...string) {
	Function(name + v.suffix)
	Attributes(NOSPLIT | NOPTR)
	SignatureExpr(v.spec.signature(name))
	doc := v.spec.doc(name, name+v.suffix)
	if len(notes) > 0 {
		doc = append(append(doc, ""), notes...)
	}
	Doc(doc...)
	Pragma("noescape")
}

// done ends a kernel. The upper halves of the registers are cleared so that
// legacy SSE code elsewhere does not pay for them.
func (v *isa) done() {
	VZEROUPPER()
	RET()
}

// slice returns the registers with the address and the length of a parameter.
func (v *isa) slice(name string) (base, length reg.Register) {
	return Load(Param(name).Base(), GP64()), Load(Param(name).Len(), GP64())
}

// base returns the register with the address of a slice parameter.
func (v *isa) base(name string) reg.Register {
	return Load(Param(name).Base(), GP64())
}

// address returns where a parameter, a result or a field of one stands.
func (v *isa) address(c gotypes.Component) Mem {
	resolved, err := c.Resolve()
	if err != nil {
		log.Fatal(err)
	}
	return resolved.Addr
}

// broadcast returns a vector of copies of a float32 parameter or field.
func (v *isa) broadcast(c gotypes.Component) reg.VecVirtual {
	x := v.vec()
	VBROADCASTSS(v.address(c), x)
	return x
}

// result stores lane 0 of x as a result. (avo's Store would write legacy SSE
// code, which is slow beside wide registers.)
func (v *isa) result(c gotypes.Component, move func(ops ...Op), x reg.VecVirtual) {
	move(x.AsX(), v.address(c))
}

// zero returns a vector of zeros.
func (v *isa) zero() reg.VecVirtual {
	x := v.vec()
	VXORPS(x, x, x)
	return x
}

// splat returns a register that holds f in all lanes.
func (v *isa) splat(name string, f float32) reg.VecVirtual {
	x := v.vec()
	VBROADCASTSS(v.lanesOf(name, math.Float32bits(f)), x)
	return x
}

// lanesOf returns read-only data with the pattern: once on AVX-512, where it
// is only ever broadcast, and a whole vector of it on AVX2.
func (v *isa) lanesOf(name string, pattern uint32) Mem {
	if m, ok := v.data[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	if v.avx512() {
		DATA(0, U32(pattern))
	} else {
		for i := range v.lanes / 2 {
			DATA(8*i, U64(uint64(pattern)<<32|uint64(pattern)))
		}
	}
	v.data[name] = m
	return m
}

// numbersOfLanes returns read-only data with 0, 1, 2 … in the lanes of a vector.
func (v *isa) numbersOfLanes() Mem {
	const name = "numbersOfLanes"
	if m, ok := v.data[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i := range v.lanes {
		DATA(4*i, U32(uint32(i)))
	}
	v.data[name] = m
	return m
}

// fromMemory returns a register with what lanesOf wrote.
func (v *isa) fromMemory(m Mem) reg.VecVirtual {
	if !v.avx512() {
		return v.copyOf(m)
	}
	x := v.vec()
	VBROADCASTSS(m, x)
	return x
}

// copyOf returns a register that an instruction may overwrite.
func (v *isa) copyOf(x Op) reg.VecVirtual {
	y := v.vec()
	VMOVAPS(x, y)
	return y
}
