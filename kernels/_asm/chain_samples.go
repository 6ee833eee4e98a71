package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// samples is how many samples are worked on at once.
func (e *chainEmitter) samples() int { return e.vectors * e.v.lanes }

// begin starts the pass, and sets the flags by the number of rows.
func (e *chainEmitter) begin() {
	MOVQ(e.ofPass("X"), e.x)
	MOVQ(e.ofPass("T"), e.t)
	outputs, none := e.ofPass("Outputs"), GP64()
	XORQ(none, none)
	CMPQ(length(e.v.field(e.pass, "ChainPass", "Outputs")), Imm(0))
	CMOVQEQ(none, outputs)
	MOVQ(outputs, e.outputs)
	rows, zero := e.ofPass("Rows"), e.v.zero()
	MOVQ(rows, e.rows)
	for _, m := range e.sum {
		VMOVUPS(zero, m)
	}
	TESTQ(rows, rows)
}

// advance goes on to the next samples, and sets the flags by how many rows
// are left.
func (e *chainEmitter) advance() {
	for _, operand := range []struct {
		at Mem
		ld string
	}{{e.x, "LDX"}, {e.t, "LDT"}} {
		step := e.ofPass(operand.ld)
		IMUL3Q(U32(uint32(4*e.samples())), step, step)
		ADDQ(step, operand.at)
	}
	SUBQ(U32(uint32(e.samples())), e.rows)
}

// end adds the loss to the pass's Sum.
func (e *chainEmitter) end() {
	lower, upper := e.v.vec(), e.v.vec()
	VMOVUPS(e.sum[0], lower)
	VMOVUPS(e.sum[1], upper)
	x := e.v.reduce(VADDPD, 8, lower, upper)
	sum := e.v.field(e.pass, "ChainPass", "Sum")
	VADDSD(sum, x.AsX(), x.AsX())
	VMOVSD(x.AsX(), sum)
}

// firstLayer goes to the first layer.
func (e *chainEmitter) firstLayer() {
	MOVQ(e.v.field(e.pass, "ChainPass", "Layers"), e.layer)
	e.countLayers()
}

// countLayers sets how many layers are left to all.
func (e *chainEmitter) countLayers() {
	n := GP64()
	MOVQ(length(e.v.field(e.pass, "ChainPass", "Layers")), n)
	MOVQ(n, e.layersLeft)
}

// selectSamples sets masks to the window on as many ones as there are samples
// to work on, of ones and then zeros.
func (e *chainEmitter) selectSamples() {
	Comment("The samples that exist.")
	name := fmt.Sprintf("chainMasks%d", e.samples())
	table, ok := e.v.data[name]
	if !ok {
		table = GLOBL(name, RODATA|NOPTR)
		for i := range e.samples() {
			pattern := uint64(1<<64 - 1)
			if i >= e.samples()/2 {
				pattern = 0
			}
			DATA(8*i, U64(pattern))
		}
		e.v.data[name] = table
	}
	n, most := GP64(), GP64()
	MOVQ(e.rows, n)
	MOVQ(U32(uint32(e.samples())), most)
	CMPQ(n, most)
	CMOVQGT(most, n)
	NEGQ(n)
	LEAQ(table.Offset(4*e.samples()), e.masks)
	LEAQ(Mem{Base: e.masks, Index: n, Scale: 4}, e.masks)
}

// mask returns the mask of vector p: which of its samples exist.
func (e *chainEmitter) mask(p int) reg.Register {
	ones := e.v.vec()
	VMOVUPS(e.at(e.masks, 0, p), ones)
	if !e.v.avx512() {
		return ones
	}
	mask := K()
	VPMOVD2M(ones, mask)
	return mask
}

// zeroOthers makes lanes of samples that do not exist zero.
func (e *chainEmitter) zeroOthers(mask reg.Register, x reg.VecVirtual) {
	if e.v.avx512() {
		VMOVAPS_Z(x, mask, x)
	} else {
		VANDPS(mask, x, x)
	}
}

// strides returns the offsets of rows, in elements, for a gather.
func (e *chainEmitter) strides(ld string) reg.VecVirtual {
	iota, ok := e.v.data["chainIota"]
	if !ok {
		iota = GLOBL("chainIota", RODATA|NOPTR)
		for i := range e.v.lanes {
			DATA(4*i, U32(uint32(i)))
		}
		e.v.data["chainIota"] = iota
	}
	offsets := e.v.vec()
	VPBROADCASTD(e.v.field(e.pass, "ChainPass", ld), offsets)
	VPMULLD(iota, offsets, offsets)
	return offsets
}

// gather returns the feature that is a column of a row-major matrix. Samples
// that do not exist are copies of the first one, so that nothing can come out
// of them that comes out of none that exists.
func (e *chainEmitter) gather(column, vectorStep reg.Register, offsets reg.VecVirtual) []reg.VecVirtual {
	x := e.registers(1)[0]
	rows := GP64()
	MOVQ(column, rows)
	for p := range x {
		VBROADCASTSS(Mem{Base: column}, x[p])
		m, mask := Mem{Base: rows, Index: offsets, Scale: 4}, e.mask(p)
		if e.v.avx512() {
			VGATHERDPS(m, mask, x[p])
		} else {
			VGATHERDPS(mask, m, x[p])
		}
		ADDQ(vectorStep, rows)
	}
	return x
}

// vectorStep returns how many bytes the samples of a vector take.
func (e *chainEmitter) vectorStep(ld string) reg.Register {
	step := e.ofPass(ld)
	IMUL3Q(U32(uint32(e.vectorBytes())), step, step)
	return step
}

// loadInput fills X of the first layer.
func (e *chainEmitter) loadInput() {
	Comment("X = samples")
	x, features, column := e.ofLayer("X"), e.ofLayer("In"), GP64()
	MOVQ(e.x, column)
	offsets, step := e.strides("LDX"), e.vectorStep("LDX")
	e.times(features, func() {
		e.store([][]reg.VecVirtual{e.gather(column, step, offsets)}, x)
		e.nextFeatures(1, x)
		ADDQ(Imm(4), column)
	})
}

// keepOutputs copies Y of the last layer to the pass's Outputs, if there are
// any.
func (e *chainEmitter) keepOutputs() {
	Comment("Outputs = Y")
	outputs := GP64()
	MOVQ(e.outputs, outputs)
	TESTQ(outputs, outputs)
	JEQ(LabelRef("kept"))
	y := e.ofLayer("Y")
	e.times(e.ofLayer("Out"), func() {
		e.store(e.load(1, y), outputs)
		e.nextFeatures(1, y)
		e.nextFeatures(1, outputs)
	})
	MOVQ(outputs, e.outputs)
	Label("kept")
}
