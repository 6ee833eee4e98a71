package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
)

// operationSignature is that of operations: dst is what comes out, and the
// others of what is written what goes in, which keeps it alive.
const operationSignature = "func(dst, x2, y2, z2, x, y, z []float32, first, key uint32)"

// operations are uses of every operation, with operands in every kind of place.
func operations() map[string]func(x, y, z expr) expr {
	number := func(x expr) expr { return choose(isNaN(x), one, x) }
	within := func(low, high, x expr) expr { return atMost(atLeast(number(x), low), high) }
	positive := func(x expr) expr { return within(minNormal, literal("largest", math.MaxFloat32), abs(x)) }
	unit := func(x expr) expr { return atMost(abs(x), one) }
	number32 := func() (w, key word) { b := &body{}; return b.index("first"), b.wordParameter("key") }
	// ofWords shows the upper bits of what comes out in some elements and the lower in others.
	ofWords := func(f func(w, key word) word) func(x, y, z expr) expr {
		return func(x, y, z expr) expr {
			r := f(number32())
			return choose(greater(x, zero), toFloat(shiftRight(r, 8)), toFloat(mulWord(r, wordOf("pow2of8", 1<<8))))
		}
	}
	odd := wordOf("odd", 0x9e3779b9)
	all := map[string]func(x, y, z expr) expr{
		"Add":               func(x, y, z expr) expr { return add(x, y) },
		"AddConstant":       func(x, y, z expr) expr { return add(x, two) },
		"ConstantAdd":       func(x, y, z expr) expr { return add(two, x) },
		"Double":            func(x, y, z expr) expr { return add(x, x) },
		"Sub":               func(x, y, z expr) expr { return sub(x, y) },
		"SubConstant":       func(x, y, z expr) expr { return sub(x, two) },
		"ConstantSub":       func(x, y, z expr) expr { return sub(two, x) },
		"Mul":               func(x, y, z expr) expr { return mul(x, y) },
		"MulAddSeparate":    func(x, y, z expr) expr { return add(mul(x, y), z) },
		"Div":               func(x, y, z expr) expr { return div(x, y) },
		"ConstantDiv":       func(x, y, z expr) expr { return div(one, x) },
		"MulAdd":            func(x, y, z expr) expr { return mulAdd(x, y, z) },
		"MulAddSquare":      func(x, y, z expr) expr { return mulAdd(x, x, y) },
		"MulAddItself":      func(x, y, z expr) expr { return mulAdd(x, y, x) },
		"MulAddConstant1":   func(x, y, z expr) expr { return mulAdd(two, y, z) },
		"MulAddConstant2":   func(x, y, z expr) expr { return mulAdd(x, two, z) },
		"MulAddConstant3":   func(x, y, z expr) expr { return mulAdd(x, y, two) },
		"MulAddConstant12":  func(x, y, z expr) expr { return mulAdd(two, ln2High, z) },
		"MulAddConstant13":  func(x, y, z expr) expr { return mulAdd(two, y, one) },
		"MulAddConstant23":  func(x, y, z expr) expr { return mulAdd(x, two, one) },
		"MulAddNegated":     func(x, y, z expr) expr { return neg(mulAdd(x, y, z)) },
		"MulSub":            func(x, y, z expr) expr { return mulAdd(x, y, neg(z)) },
		"NegMulAdd":         func(x, y, z expr) expr { return negMulAdd(x, y, z) },
		"NegMulAddSquare":   func(x, y, z expr) expr { return negMulAdd(x, x, one) },
		"NegMulAddItself":   func(x, y, z expr) expr { return negMulAdd(x, y, x) },
		"NegMulAddConstant": func(x, y, z expr) expr { return negMulAdd(x, two, z) },
		"Sqrt":              func(x, y, z expr) expr { return sqrt(x) },
		"Abs":               func(x, y, z expr) expr { return abs(x) },
		"NegAbs":            func(x, y, z expr) expr { return negAbs(x) },
		"Neg":               func(x, y, z expr) expr { return neg(x) },
		"CopySign":          func(x, y, z expr) expr { return copySign(x, y) },
		"CopySignItself":    func(x, y, z expr) expr { return copySign(x, x) },
		"AtLeast":           func(x, y, z expr) expr { return atLeast(x, y) },
		"AtLeastZero":       func(x, y, z expr) expr { return atLeast(x, zero) },
		"AtLeastConstant":   func(x, y, z expr) expr { return atLeast(x, one) },
		"AtMost":            func(x, y, z expr) expr { return atMost(x, y) },
		"AtMostZero":        func(x, y, z expr) expr { return atMost(x, zero) },
		"AtMostConstant":    func(x, y, z expr) expr { return atMost(x, one) },
		"Round":             func(x, y, z expr) expr { return round(x) },
		"Floor":             func(x, y, z expr) expr { return floor(x) },
		"Pow2": func(x, y, z expr) expr {
			return pow2(round(within(literal("minus126", -126), literal("hundred", 100), x)))
		},
		"Scale": func(x, y, z expr) expr {
			return scale(y, round(within(literal("minus126", -126), literal("hundred", 100), x)))
		},
		"ScaleGradual": func(x, y, z expr) expr {
			n := round(within(literal("minus151", -151), literal("plus151", 151), x))
			return scaleGradual(within(one, two, y), n)
		},
		"Only": func(x, y, z expr) expr {
			kept := greater(x, one)
			return where(kept, mul(only(kept, x), y))
		},
		"OnlyScaled": func(x, y, z expr) expr {
			kept := notLess(number(x), one)
			n := atMost(round(only(kept, number(x))), literal("hundred", 100))
			return where(kept, scale(y, n))
		},
		"KeepNaN":        func(x, y, z expr) expr { return keepNaN(x, y) },
		"Flush":          func(x, y, z expr) expr { return flush(x) },
		"Decay":          func(x, y, z expr) expr { return decay(x, literal("tenth", 0.1)) },
		"Exp":            func(x, y, z expr) expr { return exp(x) },
		"ExpFlushed":     func(x, y, z expr) expr { return expFlushed(negAbs(x)) },
		"Expm1":          func(x, y, z expr) expr { return expm1(atLeast(negAbs(x), tanhMin)) },
		"BinaryExponent": func(x, y, z expr) expr { return binaryExponent(positive(x)) },
		"Significand":    func(x, y, z expr) expr { return significand(positive(x)) },
		"Rsqrt":          func(x, y, z expr) expr { return rsqrt(x) },
		"Ln":             func(x, y, z expr) expr { return ln(x) },
		"Log1p":          func(x, y, z expr) expr { return log1p(x) },
		"Log1pUnit":      func(x, y, z expr) expr { return log1pUnit(unit(x)) },
		"Erf":            func(x, y, z expr) expr { return erf(x) },
		"Erfc":           func(x, y, z expr) expr { return erfc(x) },
		"NormalCDF":      func(x, y, z expr) expr { return normalCDF(x) },
		"Index":          ofWords(func(w, key word) word { return w }),
		"Xor":            ofWords(func(w, key word) word { return xor(w, key) }),
		"XorConstant":    ofWords(func(w, key word) word { return xor(w, odd) }),
		"ConstantXor":    ofWords(func(w, key word) word { return xor(odd, w) }),
		"XorShifted":     ofWords(func(w, key word) word { return xor(w, shiftRight(w, 1)) }),
		"MulWord":        ofWords(func(w, key word) word { return mulWord(w, key) }),
		"MulWordOther":   ofWords(func(w, key word) word { return mulWord(key, w) }),
		"MulWordItself":  ofWords(func(w, key word) word { return mulWord(w, w) }),
		"ConstantMul":    ofWords(func(w, key word) word { return mulWord(odd, w) }),
		"MulConstant":    ofWords(func(w, key word) word { return mulWord(w, odd) }),
		"ShiftRight":     ofWords(func(w, key word) word { return shiftRight(mulWord(w, odd), 17) }),
		"ShiftRightMost": ofWords(func(w, key word) word { return shiftRight(mulWord(w, odd), 31) }),
		"Random32":       ofWords(func(w, key word) word { return random32(w, key, odd) }),
		"ToFloat":        func(x, y, z expr) expr { w, key := number32(); return toFloat(mulWord(w, key)) },
		"ManyRegisters":  manyRegisters,
		"ManyConstants":  manyConstants,
	}
	for name, m := range map[string]func(x, y expr) mask{
		"Greater":     greater,
		"GreaterZero": func(x, y expr) mask { return greater(x, zero) },
		"NotZero":     func(x, y expr) mask { return notZero(x) },
		"NotLess":     notLess,
		"NotLessZero": func(x, y expr) mask { return notLess(x, zero) },
		"IsNaN":       func(x, y expr) mask { return isNaN(x) },
		"Normal":      func(x, y expr) mask { return normal(x) },
		"Negative": func(x, y expr) mask {
			x = number(x)
			return negative(choose(normal(x), x, one))
		},
		"Reaches":       func(x, y expr) mask { w, key := number32(); return reaches(mulWord(w, odd), key) },
		"IsReached":     func(x, y expr) mask { w, key := number32(); return reaches(key, mulWord(w, odd)) },
		"ReachesItself": func(x, y expr) mask { w, _ := number32(); return reaches(w, w) },
	} {
		all["Where"+name] = func(x, y, z expr) expr { return where(m(x, y), z) }
		all["WhereItself"+name] = func(x, y, z expr) expr { return where(m(x, y), x) }
		all["WhereConstant"+name] = func(x, y, z expr) expr { return where(m(x, y), one) }
		all["Choose"+name] = func(x, y, z expr) expr { return choose(m(x, y), y, z) }
		all["ChooseSame"+name] = func(x, y, z expr) expr { return choose(m(x, y), x, y) }
		all["ChooseConstant"+name] = func(x, y, z expr) expr { return choose(m(x, y), one, z) }
		all["ChooseOrConstant"+name] = func(x, y, z expr) expr { return choose(m(x, y), y, one) }
		all["ChooseTwice"+name] = func(x, y, z expr) expr {
			both := m(x, y)
			return choose(both, choose(both, z, x), y)
		}
	}
	return all
}

// manyRegisters takes NEON more registers than it has, if it gives none back.
func manyRegisters(x, y, z expr) expr {
	for range 20 {
		t := mulAdd(x, y, z)
		x, y, z = atLeast(y, z), where(greater(z, t), t), t
	}
	return z
}

// manyConstants takes every ISA more registers than it has for constants, in
// every place of the operations that take several operands.
func manyConstants(x, y, z expr) expr {
	for i := range 6 {
		c := func(j int) expr { return literal(fmt.Sprintf("many%d", 6*i+j), float32(6*i+j)/16-1) }
		x = mulAdd(x, c(0), y)
		y = mulAdd(c(1), y, c(2))
		z = choose(greater(c(3), z), mulAdd(z, x, c(4)), c(5))
		x = choose(notLess(x, c(0)), add(c(1), x), div(c(2), z))
		z = negMulAdd(c(3), x, atLeast(z, c(4)))
		y = copySign(where(greater(y, c(5)), c(0)), sub(c(1), y))
	}
	return mulAdd(x, y, z)
}

// operationKernels returns a kernel for each of the operations, one in which
// its operands die and one in which they stay, and for each of the reductions
// of something that is not 0 past the end of a slice.
func operationKernels() []kernel {
	var all []kernel
	table := operations()
	for i, name := range slices.Sorted(maps.Keys(table)) {
		for _, stay := range []bool{false, true} {
			k := kernel{name: "dies" + name, unroll: 1 + i%2}
			if stay {
				k.name = "stays" + name
			}
			k.body = func(b *body) {
				x, y, z := b.load("x"), b.load("y"), b.load("z")
				b.store("dst", table[name](x, y, z))
				if stay {
					b.store("x2", x)
					b.store("y2", y)
					b.store("z2", z)
				}
			}
			all = append(all, k)
		}
	}
	for name, reduce := range map[string]func(b *body, x, y expr){
		"sumExp":         func(b *body, x, y expr) { b.sum(exp(x)) },
		"sumSquaresExp":  func(b *body, x, y expr) { b.sumSquares(exp(x)) },
		"sumProductsExp": func(b *body, x, y expr) { b.sumProducts(exp(x), exp(y)) },
		"largestExp":     func(b *body, x, y expr) { b.largest(exp(mul(mul(x, x), literal("minusOne", -1)))) },
		"largest":        func(b *body, x, y expr) { b.largest(x); b.largest(y) },
		"sumProducts":    func(b *body, x, y expr) { b.sumProducts(x, y) },
	} {
		all = append(all, kernel{name: "reduce" + name, unroll: 2, body: func(b *body) { reduce(b, b.load("x"), b.load("y")) }})
	}
	slices.SortFunc(all, func(a, b kernel) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all
}

// TestOperations sees that all operations are in the table.
func TestOperations(t *testing.T) {
	seen := map[operation]bool{}
	for _, k := range append(described(), operationKernels()...) {
		for _, p := range k.programs(foldNothing) {
			for _, n := range append(p.nodes, p.leaves...) {
				seen[n.op] = true
			}
		}
	}
	for op := range opLargest + 1 {
		if !seen[op] && op != opInput {
			t.Errorf("nothing tests operation %d", op)
		}
	}
}
