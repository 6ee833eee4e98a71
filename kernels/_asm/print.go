package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// golang writes a kernel as a function of Go called name, with the given
// parameters and results, whose loop ranges over a slice. Multiplications and
// additions are fused, by a function called fma, or rounded each if that is empty,
// as generic kernels do that are written by hand.
//
// Besides fma it calls functions of generic_*.go.
func (k *kernel) golang(name, signature, ranged, fma string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %s%s {\n", name, strings.TrimPrefix(signature, "func"))
	switch k.reduction() {
	case opSum, opSumSquares:
		b.WriteString("var result float64\n")
	case opSumProducts, opLargest:
		b.WriteString("var result float32\n")
	}
	programs := k.programs(foldNothing)
	loop := func(p *program) {
		fmt.Fprintf(&b, "for i := range %s {\n", ranged)
		(&goRun{p: p, text: &b, fma: fma, values: map[*node]string{}}).run()
		b.WriteString("}\n")
	}
	if k.switchedBy == "" {
		loop(programs[0])
	} else {
		fmt.Fprintf(&b, "if c.%s {\n", k.switchedBy)
		loop(programs[1])
		b.WriteString("} else {\n")
		loop(programs[0])
		b.WriteString("}\n")
	}
	if k.reduction() != 0 {
		b.WriteString("return result\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// goRun writes a program in Go.
type goRun struct {
	p      *program
	text   *strings.Builder
	fma    string // the function, or empty
	values map[*node]string
}

func (r *goRun) run() {
	uses := map[*node]int{}
	for _, n := range r.p.nodes {
		for _, arg := range n.args {
			uses[arg]++
		}
	}
	variables := 0
	for _, n := range r.p.nodes {
		text := r.expression(n)
		switch {
		case n.op >= opStore:
			fmt.Fprintln(r.text, text)
		case n.op == opLoad || uses[n] > 1: // a store may come between a load and its use
			variables++
			r.values[n] = fmt.Sprintf("t%d", variables)
			fmt.Fprintf(r.text, "%s := %s\n", r.values[n], text)
		default:
			r.values[n] = text
		}
	}
}

// value returns the text of an argument.
func (r *goRun) value(n *node) string {
	switch n.op {
	case opConstant:
		if n.generic {
			return n.name
		}
		if n.integer {
			return fmt.Sprintf("%#x", n.bits)
		}
		switch x := float64(math.Float32frombits(n.bits)); {
		case math.IsInf(x, 0):
			return fmt.Sprintf("float32(math.Inf(%g))", math.Copysign(1, x))
		case math.IsNaN(x):
			return "float32(math.NaN())"
		}
		text := strconv.FormatFloat(float64(math.Float32frombits(n.bits)), 'g', -1, 32)
		if text[0] == '-' {
			return "(" + text + ")" // there may be a minus before it
		}
		return text
	case opParameter:
		return n.name
	case opField:
		return "c." + n.name
	}
	return r.values[n]
}

// expression returns the text of a node.
func (r *goRun) expression(n *node) string {
	var a []any
	for _, arg := range n.args {
		a = append(a, r.value(arg))
	}
	is := func(format string) string { return fmt.Sprintf(format, a...) }
	switch n.op {
	case opLoad:
		return n.name + "[i]"
	case opStore:
		return fmt.Sprintf("%s[i] = %s", n.name, a[0])
	case opIndex:
		return fmt.Sprintf("(%s + uint32(i))", n.name)
	case opShiftRight:
		return fmt.Sprintf("(%s >> %d)", a[0], n.bits)
	case opMulAdd:
		if r.fma != "" {
			return is(r.fma + "(%s, %s, %s)")
		}
		return is("(float32(%s*%s) + %s)")
	case opNegMulAdd:
		if r.fma != "" {
			return is(r.fma + "(-%s, %s, %s)")
		}
		return is("(%[3]s - float32(%[1]s*%[2]s))")
	}
	format, ok := inGo[n.op]
	if !ok {
		panic(n.op)
	}
	return is(format)
}

// inGo is what operations are in Go. Products are converted, which keeps the
// compiler from fusing them.
var inGo = map[operation]string{
	opAdd:            "(%s + %s)",
	opSub:            "(%s - %s)",
	opMul:            "float32(%s * %s)",
	opDiv:            "(%s / %s)",
	opSqrt:           "float32(math.Sqrt(float64(%s)))",
	opAbs:            "abs(%s)",
	opNegAbs:         "-abs(%s)",
	opNeg:            "-%s",
	opCopySign:       "copysign(%s, %s)",
	opAtLeast:        "atLeast(%s, %s)",
	opAtMost:         "atMost(%s, %s)",
	opRound:          "float32(math.RoundToEven(float64(%s)))",
	opFloor:          "float32(math.Floor(float64(%s)))",
	opPow2:           "scale(1, %s)",
	opScale:          "scale(%s, %s)",
	opScaleGradual:   "scale(%s, %s)",
	opBinaryExponent: "binaryExponent(%s)",
	opSignificand:    "significand(%s)",
	opGreater:        "%s > %s",
	opNotZero:        "abs(%[1]s) > 0",
	opNotLess:        "!(%s < %s)",
	opNegative:       "%s < 0",
	opNormal:         "!(abs(%s) < minNormal)",
	opIsNaN:          "%[1]s != %[1]s",
	opWhere:          "where(%s, %s)",
	opChoose:         "choose(%s, %s, %s)",
	opOnly:           "%[2]s",
	opKeepNaN:        "choose(%[1]s != %[1]s, %[1]s, %[2]s)",
	opDecay:          "float32(%[2]s * where(!(abs(%[1]s) < minNormal), %[1]s))",
	opXor:            "(%s ^ %s)",
	opMulWord:        "(%s * %s)",
	opReaches:        "%s >= %s",
	opToFloat:        "float32(int32(%s))",
	opSum:            "result += float64(%s)",
	opSumSquares:     "result += float64(%[1]s) * float64(%[1]s)",
	opSumProducts:    "result += float32(%s * %s)",
	opLargest:        "result = max(result, abs(%s))",
}
