package main

import "strings"

// neonColumns is how a kernel holds a row of up to 12 floats in registers: as
// whole vectors, the last of which ends where the row does and overlaps the
// one before. What is in both is computed and stored twice, to the same bits.
// So nothing outside the row is read or written although there are no masks.
type neonColumns struct {
	name    string
	vectors int // in a row
	lanes   int // in a vector
}

// eachColumns emits the choice among the structures for rows of n floats,
// 1 ≤ n ≤ 12, and what body emits for each, which ends by leaving the
// function. last becomes the offset of the last vector in bytes.
func (v *neon) eachColumns(n, last general, body func(c neonColumns)) {
	v.asm("CMP $8, %s", n)
	v.asm("BGT q3")
	v.asm("CMP $4, %s", n)
	v.asm("BGT q2")
	v.asm("BEQ q1")
	v.asm("CMP $1, %s", n)
	v.asm("BEQ s1")
	for _, c := range []neonColumns{{"d2", 2, 2}, {"s1", 1, 1}, {"q1", 1, 4}, {"q2", 2, 4}, {"q3", 3, 4}} {
		v.label(c.name)
		if c.vectors > 1 {
			v.asm("SUB $%d, %s, %s", c.lanes, n, last)
			v.asm("LSL $2, %s", last)
		}
		body(c)
	}
}

// load loads a row into the registers from first on: from is its address and
// last, if it has several vectors, that of the last one. Both move by stride.
func (c neonColumns) load(v *neon, from, last, stride general, first vector) {
	if c.lanes == 1 {
		v.asm("FMOVS (%s), %s", from, first.scalar())
		v.asm("ADD %s, %s", stride, from)
		return
	}
	c.transfer(first, from, last, func(list string, address general) {
		v.asm("VLD1.P (%s)(%s), %s", address, stride, list)
	})
}

// save is load in the other direction.
func (c neonColumns) save(v *neon, first vector, to, last, stride general) {
	if c.lanes == 1 {
		v.asm("FMOVS %s, (%s)", first.scalar(), to)
		v.asm("ADD %s, %s", stride, to)
		return
	}
	c.transfer(first, to, last, func(list string, address general) {
		v.asm("VST1.P %s, (%s)(%s)", list, address, stride)
	})
}

// transfer calls move for the vectors that are neighbours in memory, and for
// the last one.
func (c neonColumns) transfer(first vector, at, last general, move func(list string, address general)) {
	list := func(from, to vector) string {
		if c.lanes == 2 {
			return strings.ReplaceAll(from.through(to), ".S4", ".S2")
		}
		return from.through(to)
	}
	end := first + vector(c.vectors-1)
	if c.vectors == 1 {
		move(list(first, end), at)
		return
	}
	move(list(first, end-1), at)
	move(list(end, end), last)
}
