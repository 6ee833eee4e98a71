package main

import (
	"fmt"
	"math"
)

// The constants. Where they take registers, they are set up in this order.
var (
	minNormal = generic("minNormal")
	zero      = literal("zero", 0)

	log2e        = literal("log2e", 0x1.715476p+0)
	ln2High      = literal("ln2High", 0x1.62e43p-1)
	ln2Low       = literal("ln2Low", -0x1.05c61p-29)
	one          = literal("one", 1)
	exponentBias = pattern("exponentBias", 127) // an integer
	// expC[i] is the coefficient of r^i in e^r.
	expC = []expr{one, one, generic("expC2"), generic("expC3"), generic("expC4"), generic("expC5"), generic("expC6")}

	signBit      = pattern("signBit", 1<<31)
	exponentBits = pattern("exponentBits", 0xff<<23)
	magnitude    = pattern("magnitude", 1<<31-1)
	two          = literal("two", 2)

	threeQuarters = literal("threeQuarters", 0.75)
	mantissaBits  = pattern("mantissaBits", 1<<23-1)

	expMin       = generic("expMin")
	expMax       = generic("expMax")
	expMinNormal = generic("expMinNormal")
	tanhMin      = generic("tanhMin")
)

// allConstants is all of them, in order.
var allConstants []*node

// newConstant returns the constant called name, the same one every time.
func newConstant(name string, bits uint32, generic bool) expr {
	for _, n := range allConstants {
		if n.name == name {
			if n.bits != bits || n.generic != generic {
				panic(name + " is already another constant")
			}
			return n
		}
	}
	n := newNode(opConstant, name)
	n.bits, n.generic = bits, generic
	allConstants = append(allConstants, n)
	return n
}

// literal returns a number; its name is the one in the assembly.
func literal(name string, x float32) expr { return pattern(name, math.Float32bits(x)) }

// pattern returns a constant by its bits.
func pattern(name string, bits uint32) expr { return newConstant(name, bits, false) }

// wordOf returns a constant word.
func wordOf(name string, x uint32) word {
	n := newConstant(name, x, false)
	n.integer = true
	return word(n)
}

// lanesOfVector returns how many there are, as a constant word.
func lanesOfVector(n int) word { return wordOf(fmt.Sprint("lanes", n), uint32(n)) }

// generic returns the constant of that name of the generic kernels.
func generic(name string) expr { return newConstant(name, 0, true) }

// bitsOf returns the bits of a constant.
func (s *spec) bitsOf(n *node) uint32 {
	if n.generic {
		return math.Float32bits(s.constant(n.name))
	}
	return n.bits
}
