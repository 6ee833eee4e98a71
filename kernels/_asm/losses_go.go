package main

import (
	"fmt"
	"strings"
)

// What package kernels has of the losses of elements besides assembly: their names, and
// their kernels in Go.

// The signatures of the two kernels of a loss.
const (
	sumSignature      = "func(y, t, w []float32, a, b float32) float64"
	gradientSignature = "func(dy, y, t, w []float32, factor, a, b float32) float64"
)

// pointLossKernels are the kernels of all of them.
func pointLossKernels() []kernel {
	var all []kernel
	for i := range pointLosses {
		all = append(all, pointLosses[i].sum(), pointLosses[i].gradient())
	}
	return all
}

// parts makes the nodes of l and its slope.
func (p *pointLoss) parts(b *body) (l, slope expr) {
	return p.of(b.load("y"), b.load("t"), b.load("w"), b.parameter("a"), b.parameter("b"))
}

// sum describes the kernel of l alone.
func (p *pointLoss) sum() kernel {
	return kernel{
		name: p.name, field: "Losses[" + p.constant + "].Sum", unroll: p.unroll, crowded: p.crowded,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			l, _ := p.parts(b)
			b.sum(l)
		},
	}
}

// gradient describes the kernel of l and its slope.
func (p *pointLoss) gradient() kernel {
	return kernel{
		name: p.name + "Gradient", field: "Losses[" + p.constant + "].Gradient", unroll: p.unroll, crowded: p.crowded,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			l, slope := p.parts(b)
			b.store("dy", mul(slope, b.parameter("factor")))
			b.sum(l)
		},
	}
}

// genericLosses prints the constants of the losses and the kernels of their values.
func genericLosses(b *strings.Builder) {
	b.WriteString("\n// The losses of elements. w, a and b are parameters of a kernel's call.\nconst (\n")
	for i, p := range pointLosses {
		typ := ""
		if i == 0 {
			typ = " Loss = iota"
		}
		fmt.Fprintf(b, "\t%s%s // %s\n", p.constant, typ, p.formula)
	}
	b.WriteString("\tlosses // how many there are\n)\n\nvar lossNames = [losses]string{")
	for _, p := range pointLosses {
		fmt.Fprintf(b, "%q, ", p.name)
	}
	b.WriteString("}\n\n// genericLosses returns the kernels of the generic set.\nfunc genericLosses() [losses]LossKernels {\n\treturn [losses]LossKernels{\n")
	for _, p := range pointLosses {
		fmt.Fprintf(b, "\t\t%s: {%sGeneric, %sGradientGeneric},\n", p.constant, p.name, p.name)
	}
	b.WriteString("\t}\n}\n")
	for _, p := range pointLosses {
		sum := p.sum()
		fmt.Fprintf(b, "\n// %sGeneric is\n//\n//\tfor i := range y {\n//\t\tsum += %s\n//\t}\n", p.name, p.formula)
		b.WriteString(sum.golang(p.name+"Generic", sumSignature, "y", "mulAdd"))
	}
}

// genericGradients prints the kernels of the losses with their slopes.
func genericGradients(b *strings.Builder) {
	for _, p := range pointLosses {
		gradient := p.gradient()
		fmt.Fprintf(b, "\n// %sGradientGeneric is\n//\n//\tfor i := range y {\n//\t\tsum += l(y[i]) = %s\n//\t\tdy[i] = factor * l'(y[i])\n//\t}\n", p.name, p.formula)
		b.WriteString(gradient.golang(p.name+"GradientGeneric", gradientSignature, "y", "mulAdd"))
	}
}
