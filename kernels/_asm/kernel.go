package main

import (
	"fmt"
	"strings"
)

// kernel describes a kernel that does the same to each element of its slices.
// Its signature, its loop in its comment and the slice that the loop ranges
// over are the generic kernel's (spec.go).
type kernel struct {
	name  string
	field string   // of kernels.Set
	notes []string // added to the comment; %s is how many accumulators there are
	x86   []string // the same, but not for NEON

	unroll int // vectors in a round
	neon   int // the same for NEON, where it differs

	// crowded is how many constants fewer than usual stand in registers of amd64, for what is under way
	// beside sums and parameters.
	crowded int

	// body describes what happens to an element. If the kernel has a switch, a
	// bool among the fields of its constants, body is called for either value.
	switchedBy string
	body       func(b *body)
}

// body collects what a kernel does, one statement after the other.
type body struct {
	switched   bool // whether the kernel's switch is on
	statements []*node
}

// load is an element of a slice, parameter a number that the kernel is given,
// and field one of the constants that it is given.
func (b *body) load(slice string) expr     { return newNode(opLoad, slice) }
func (b *body) parameter(name string) expr { return newNode(opParameter, name) }
func (b *body) field(name string) expr     { return newNode(opField, name) }

// wordParameter is a uint32 that the kernel is given, and index such a parameter plus the
// number of the element in its slice. A kernel asks for one index once.
func (b *body) wordParameter(name string) word { return newNode(opParameter, name) }
func (b *body) index(first string) word        { return newNode(opIndex, first) }

func (b *body) do(op operation, name string, args ...*node) {
	b.statements = append(b.statements, newNode(op, name, args...))
}

// store writes an element of a slice.
func (b *body) store(slice string, x expr) { b.do(opStore, slice, x) }

// The reductions: the kernel's result is Σx or Σx² in float64, Σxy in float32
// and fused, or the largest |x|, NaN if any is NaN. A kernel has one at most.
func (b *body) sum(x expr)            { b.do(opSum, "", x) }
func (b *body) sumSquares(x expr)     { b.do(opSumSquares, "", x) }
func (b *body) sumProducts(x, y expr) { b.do(opSumProducts, "", x, y) }
func (b *body) largest(x expr)        { b.do(opLargest, "", x) }

// reduction returns the operation of the kernel's reduction, 0 if it has none.
func (k *kernel) reduction() operation {
	for _, statement := range k.statements(false) {
		if statement.op != opStore {
			return statement.op
		}
	}
	return 0
}

// statements returns what the body does.
func (k *kernel) statements(switched bool) []*node {
	b := &body{switched: switched}
	k.body(b)
	return b.statements
}

// accumulators is how many vectors hold partial results: sums in float64 take
// two for a vector of float32.
func (k *kernel) accumulators(unroll int) int {
	switch k.reduction() {
	case opSum, opSumSquares:
		return 2 * unroll
	case opSumProducts, opLargest:
		return unroll
	}
	return 0
}

// comment returns notes for the kernel's comment.
func (k *kernel) comment(notes []string, unroll int) []string {
	numbers := map[int]string{2: "two", 4: "four", 8: "eight"}
	var lines []string
	for _, note := range notes {
		if strings.Contains(note, "%s") {
			note = fmt.Sprintf(note, numbers[k.accumulators(unroll)])
		}
		lines = append(lines, note)
	}
	return lines
}

// programs returns the kernel's body made ready, for either value of its switch
// if it has one.
func (k *kernel) programs(fold func(n, arg *node) bool) []*program {
	all := []*program{newProgram(k.statements(false), fold)}
	if k.switchedBy != "" {
		all = append(all, newProgram(k.statements(true), fold))
	}
	return all
}
