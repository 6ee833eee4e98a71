package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chain writes the kernels that train a whole small network: a pass that takes
// one vector of samples at a time, and one that takes several.
func chain(v *isa, vectors int) {
	Package("../chain.go") // whose types appear in these signatures
	chainPass(v, "Narrow", 1)
	chainPass(v, "Wide", vectors)
	chainReduce(v)
}

// chainEmitter writes one pass. Where the product of a feature's vectors and of
// the features worked on at once is large enough, there are as many
// independent chains of multiply-adds in flight, which hides their latency;
// and a weight that is broadcast serves all vectors of a feature.
type chainEmitter struct {
	v       *isa
	vectors int // in a feature

	pass  reg.Register // *ChainPass
	layer reg.Register // *ChainLayer, the one at work
	masks reg.Register // where the masks of the samples at work start

	// On the stack.
	x, t, outputs, rows Mem // what is left of the pass
	layersLeft          Mem
	sum                 []Mem // the loss so far, in two vectors of float64

	labels int
}

// chainGroup is how many features are worked on at once: their sums, of 4 vectors each with
// AVX-512 and 2 with AVX2, fill half of the registers.
const chainGroup = 4

func chainPass(v *isa, width string, vectors int) {
	at := "one in each lane of a vector."
	if vectors > 1 {
		at = fmt.Sprintf("one in each lane of %d vectors.", vectors)
	}
	v.chainFunction("chainPass", width, fmt.Sprintf("for %d samples at a time, %s", vectors*v.lanes, at))
	e := &chainEmitter{v: v, vectors: vectors, layer: GP64(), masks: GP64()}
	e.pass = Load(Param("p"), GP64())
	for _, local := range []*Mem{&e.x, &e.t, &e.outputs, &e.rows, &e.layersLeft} {
		*local = AllocLocal(8)
	}
	e.sum = []Mem{AllocLocal(4 * v.lanes), AllocLocal(4 * v.lanes)}
	layerSize := Imm(v.spec.size("ChainLayer"))

	e.begin()
	JLE(LabelRef("end"))
	Label("samples")
	e.selectSamples()
	e.firstLayer()
	e.loadInput()
	Label("forward")
	e.affine()
	e.activate()
	ADDQ(layerSize, e.layer)
	DECQ(e.layersLeft)
	JNE(LabelRef("forward"))

	SUBQ(layerSize, e.layer)
	e.countLayers()
	e.keepOutputs()
	e.loss()
	Label("backward")
	e.derive()
	e.weightGradients()
	DECQ(e.layersLeft)
	JEQ(LabelRef("next"))
	e.dataGradients()
	SUBQ(layerSize, e.layer)
	JMP(LabelRef("backward"))

	Label("next")
	e.advance()
	JGT(LabelRef("samples"))
	Label("end")
	e.end()
	v.done()
}

// chainFunction starts the kernel called name; several may share it.
func (v *isa) chainFunction(name, variant string, notes ...string) {
	full := name + variant + v.suffix
	Function(full)
	Attributes(NOSPLIT | NOPTR)
	SignatureExpr(v.spec.signature(name))
	Doc(append(append(v.spec.doc(name, full), ""), notes...)...)
	Pragma("noescape")
}

// ofPass and ofLayer load a field, or where a slice starts.
func (e *chainEmitter) ofPass(field string) reg.GPVirtual {
	r := GP64()
	MOVQ(e.v.field(e.pass, "ChainPass", field), r)
	return r
}

func (e *chainEmitter) ofLayer(field string) reg.GPVirtual {
	r := GP64()
	MOVQ(e.v.field(e.layer, "ChainLayer", field), r)
	return r
}

// field is where a field of the struct at base stands.
func (v *isa) field(base reg.Register, typ, name string) Mem {
	return Mem{Base: base, Disp: v.spec.offset(typ, name)}
}

// length is where the length of a slice at m stands.
func length(m Mem) Mem { return m.Offset(8) }

// label returns a label that nothing else has.
func (e *chainEmitter) label(name string) string {
	e.labels++
	return fmt.Sprintf("%s%d", name, e.labels)
}

// times runs body n times, n > 0, and uses n up.
func (e *chainEmitter) times(n reg.Register, body func()) {
	again := e.label("times")
	Label(again)
	body()
	DECQ(n)
	JNE(LabelRef(again))
}

// inGroups runs body for n features, size of them at once as long as there are
// as many, then for one at a time. It uses n up.
func (e *chainEmitter) inGroups(n reg.Register, size int, body func(size int)) {
	if size > 1 {
		again, rest := e.label("groups"), e.label("rest")
		CMPQ(n, Imm(uint64(size)))
		JLT(LabelRef(rest))
		Label(again)
		body(size)
		SUBQ(Imm(uint64(size)), n)
		CMPQ(n, Imm(uint64(size)))
		JGE(LabelRef(again))
		Label(rest)
	}
	again, done := e.label("singles"), e.label("done")
	TESTQ(n, n)
	JEQ(LabelRef(done))
	Label(again)
	body(1)
	DECQ(n)
	JNE(LabelRef(again))
	Label(done)
}

// vectorBytes is the size of a vector, featureBytes that of a feature.
func (e *chainEmitter) vectorBytes() int  { return 4 * e.v.lanes }
func (e *chainEmitter) featureBytes() int { return e.vectors * e.vectorBytes() }

// at is vector p of feature f of those that start at base.
func (e *chainEmitter) at(base reg.Register, f, p int) Mem {
	return Mem{Base: base, Disp: f*e.featureBytes() + p*e.vectorBytes()}
}

// nextFeatures moves a pointer n features on.
func (e *chainEmitter) nextFeatures(n int, base reg.Register) {
	ADDQ(U32(uint32(n*e.featureBytes())), base)
}

// load returns n features.
func (e *chainEmitter) load(n int, base reg.Register) [][]reg.VecVirtual {
	all := e.registers(n)
	for f, x := range all {
		for p := range x {
			VMOVUPS(e.at(base, f, p), x[p])
		}
	}
	return all
}

// store writes features.
func (e *chainEmitter) store(all [][]reg.VecVirtual, base reg.Register) {
	for f, x := range all {
		for p := range x {
			VMOVUPS(x[p], e.at(base, f, p))
		}
	}
}

// registers returns registers for n features.
func (e *chainEmitter) registers(n int) [][]reg.VecVirtual {
	all := make([][]reg.VecVirtual, n)
	for f := range all {
		for range e.vectors {
			all[f] = append(all[f], e.v.vec())
		}
	}
	return all
}
