package main

// # Expressions
//
// What happens to an element of a slice is described once, as an expression,
// and each ISA is a lowering of it:
//
//	var sigmoid = activation("sigmoid", "Sigmoid", 2, func(z expr) expr { return logistic(z, expFlushed(negAbs(z))) })
//
// An expression is a node of a directed acyclic graph that nobody changes: an
// operation, the nodes that it takes, and for leaves a name. There are three
// types, which Go's compiler keeps apart: an expr is a vector of float32, a
// word one of uint32, and a mask says yes or no for each of the lanes. Functions
// of Go make nodes, and so they make the language: one that puts nodes together
// (logistic above) is used like one of the language's own.
//
//	leaves       load, parameter, field, constants (constants.go), input
//	arithmetic   add sub mul div mulAdd negMulAdd sqrt, each rounded once
//	magnitudes   abs negAbs neg copySign atLeast atMost
//	integers     round floor pow2 scale binaryExponent significand
//	masks        greater notZero notLess negative normal isNaN
//	of masks     where choose only keepNaN
//	state        flush decay
//	words        index wordParameter xor mulWord shiftRight reaches toFloat
//
// and, made of them, the package's functions:
//
//	exponential.go    exp expFlushed expm1
//	logarithm.go      ln log1p log1pUnit
//	errorfunction.go  erf erfc normalCDF
//	rsqrt.go          rsqrt
//	random.go         random32
//
// A kernel (kernel.go) is a body of such expressions, of stores, and of
// reductions of all elements to one.
//
// An operation says what comes out, NaN, infinities and signs of zeros
// included, and leaves to the lowerings (lower_*.go) which instructions do it,
// what is fused with what, what overwrites what and where constants stand.
// Instructions come in the order in which nodes were made, which is the order
// that the description is read in; a description may make a node early, a load
// for example, that should start early.
//
// print.go is one more lowering: it writes the loop in Go. TestLowerings holds
// all of them together.
//
// A new operation is a constant and a function here, a line in print.go and a
// case in each lowering, and in the table of the tests.

// operation is what a node does.
type operation int

const (
	opConstant operation = iota
	opParameter
	opField
	opInput
	opLoad

	opAdd
	opSub
	opMul
	opDiv
	opMulAdd
	opNegMulAdd
	opSqrt

	opAbs
	opNegAbs
	opNeg
	opCopySign
	opAtLeast
	opAtMost

	opRound
	opFloor
	opPow2
	opScale
	opScaleGradual
	opBinaryExponent
	opSignificand

	opGreater
	opNotZero
	opNotLess
	opNegative
	opNormal
	opIsNaN

	opWhere
	opChoose
	opOnly
	opKeepNaN
	opDecay

	opIndex
	opXor
	opMulWord
	opShiftRight
	opReaches
	opToFloat

	// Statements of a kernel's body.
	opStore
	opSum
	opSumSquares
	opSumProducts
	opLargest
)

// node is a node of the graph. Nodes are numbered as they are made.
type node struct {
	number int
	op     operation
	args   []*node
	name   string // of a constant, a parameter, a field or a slice

	// Of a constant: its value, whether the generic kernels say it, and whether it is a
	// word. Of a shift: how far.
	bits    uint32
	generic bool
	integer bool
}

type (
	expr *node // float32 in each lane
	word *node // uint32 in each lane
	mask *node // yes or no for each lane
)

var nodes int // how many have been made

func newNode(op operation, name string, args ...*node) *node {
	nodes++
	return &node{number: nodes, op: op, name: name, args: args}
}

func value(op operation, args ...*node) expr      { return newNode(op, "", args...) }
func comparison(op operation, args ...*node) mask { return newNode(op, "", args...) }

// leaf reports whether there is nothing to do for the node in a loop.
func (n *node) leaf() bool { return n.op <= opInput }

// isZero reports whether the node is the constant 0.
func (n *node) isZero() bool { return n == (*node)(zero) }

// Arithmetic, rounded to nearest, once.
func add(a, b expr) expr { return value(opAdd, a, b) }
func sub(a, b expr) expr { return value(opSub, a, b) }
func mul(a, b expr) expr { return value(opMul, a, b) }
func div(a, b expr) expr { return value(opDiv, a, b) }
func sqrt(a expr) expr   { return value(opSqrt, a) }

// mulAdd is a·b + c and negMulAdd c - a·b: fused, and so rounded once, where
// generic kernels round the product too.
func mulAdd(a, b, c expr) expr    { return value(opMulAdd, a, b, c) }
func negMulAdd(a, b, c expr) expr { return value(opNegMulAdd, a, b, c) }

// abs is |a|, negAbs -|a|, neg -a, and copySign |a| with the sign of s: they
// move sign bits, those of NaN too.
func abs(a expr) expr         { return value(opAbs, a) }
func negAbs(a expr) expr      { return value(opNegAbs, a) }
func neg(a expr) expr         { return value(opNeg, a) }
func copySign(a, s expr) expr { return value(opCopySign, a, s) }

// atLeast is low if a < low, atMost high if a > high, and otherwise a: NaN
// stays NaN, and -0 is not less than 0.
func atLeast(a, low expr) expr { return value(opAtLeast, a, low) }
func atMost(a, high expr) expr { return value(opAtMost, a, high) }

// round is the integer nearest to a, the even one of two; floor is the largest
// that is not above a.
func round(a expr) expr { return value(opRound, a) }
func floor(a expr) expr { return value(opFloor, a) }

// pow2 is 2ⁿ for integers n with -127 < n < 128, and scale a·2ⁿ for such.
// scaleGradual is scale for -152 < n < 152, where a·2ⁿ may be denormal, and 2ⁿ no
// number; a·2^(n/2) has to be one, and normal unless n is 0. For other n they are
// anything.
func pow2(n expr) expr            { return value(opPow2, n) }
func scale(a, n expr) expr        { return value(opScale, a, n) }
func scaleGradual(a, n expr) expr { return value(opScaleGradual, a, n) }

// binaryExponent is the integer n for which significand, a·2⁻ⁿ, is in [¾, 3/2).
// For what is not positive, finite and normal they are anything, but do not keep
// the processor busy.
func binaryExponent(a expr) expr { return value(opBinaryExponent, a) }
func significand(a expr) expr    { return value(opSignificand, a) }

// greater is a > b, no for NaN, and notZero a ≠ 0, no for NaN. notLess is not a < b, yes for NaN. isNaN is
// for NaN alone.
func greater(a, b expr) mask { return comparison(opGreater, a, b) }
func notZero(a expr) mask    { return comparison(opNotZero, a, zero) }
func notLess(a, b expr) mask { return comparison(opNotLess, a, b) }
func isNaN(a expr) mask      { return comparison(opIsNaN, a) }

// negative is a < 0, and either for -0 and for NaN.
func negative(a expr) mask { return comparison(opNegative, a) }

// normal is no for 0 and for denormal numbers, yes for all else.
func normal(a expr) mask { return comparison(opNormal, a) }

// where is a, or 0 where the mask says no. choose is a or b.
func where(m mask, a expr) expr     { return value(opWhere, m, a) }
func choose(m mask, a, b expr) expr { return value(opChoose, m, a, b) }

// only is a where the mask says yes. What it is elsewhere is nobody's business
// (its user takes care of that with where), except that it must not keep the
// processor busy.
func only(m mask, a expr) expr { return value(opOnly, m, a) }

// keepNaN is a, or NaN, any NaN, where x is NaN.
func keepNaN(x, a expr) expr { return value(opKeepNaN, x, a) }

// flush is a, or 0 if a is denormal.
func flush(a expr) expr { return where(normal(a), a) }

// decay is factor·flush(a), for a factor that is finite and not negative: what
// optimizers do to their state.
func decay(a, factor expr) expr { return value(opDecay, a, factor) }

// xor is a ^ b, mulWord the lower 32 bits of a·b, and shiftRight a >> n for 0 < n < 32.
func xor(a, b word) word     { return newNode(opXor, "", a, b) }
func mulWord(a, b word) word { return newNode(opMulWord, "", a, b) }
func shiftRight(a word, n uint32) word {
	shift := newNode(opShiftRight, "", a)
	shift.bits = n
	return shift
}

// reaches is a ≥ b.
func reaches(a, b word) mask { return comparison(opReaches, a, b) }

// toFloat is the float32 nearest to a as an int32, the even one of two.
func toFloat(a word) expr { return value(opToFloat, a) }

// input is what a hand-written kernel has in a register (formula.go).
func input(name string) expr { return newNode(opInput, name) }
