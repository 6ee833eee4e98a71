package main

import (
	"fmt"
	"slices"
	"strings"
)

// What package kernels has of the functions besides assembly: their names, and
// their kernels in Go.

// The signatures of the two kernels of a function.
const (
	applySignature = "func(y, z []float32, a, b float32)"
	slopeSignature = "func(y, slope, z []float32, a, b float32)"
)

// functionKernels are the kernels of all functions.
func functionKernels() []kernel {
	var all []kernel
	for i := range functions {
		all = append(all, functions[i].apply(), functions[i].slope())
	}
	return all
}

// apply describes the kernel of f alone.
func (f *function) apply() kernel {
	return kernel{
		name: f.name, field: "Functions[" + f.constant + "].Apply", unroll: f.unroll, notes: f.notes,
		body: func(b *body) {
			y, _ := f.of(b.load("z"), b.parameter("a"), b.parameter("b"))
			b.store("y", y)
		},
	}
}

// slope describes the kernel of f and f'.
func (f *function) slope() kernel {
	return kernel{
		name: f.name + "Slope", field: "Functions[" + f.constant + "].Slope", unroll: f.unroll,
		body: func(b *body) {
			y, slope := f.of(b.load("z"), b.parameter("a"), b.parameter("b"))
			b.store("y", y)
			b.store("slope", slope)
		},
	}
}

// printed reports whether the generic kernel is what is printed of the description.
func (k *kernel) printed() bool {
	of := func(r rowKernel) bool { return r.name == k.name }
	return strings.HasPrefix(k.field, "Functions[") || strings.HasPrefix(k.field, "Losses[") || slices.ContainsFunc(rowKernelsOfLosses, of)
}

// genericFunctions prints the constants of the functions and the kernels of their values.
func genericFunctions(b *strings.Builder) {
	b.WriteString("\n// The functions. a and b are parameters of a kernel's call.\nconst (\n")
	for i, f := range functions {
		typ := ""
		if i == 0 {
			typ = " Function = iota"
		}
		fmt.Fprintf(b, "\t%s%s // %s\n", f.constant, typ, f.formula)
	}
	b.WriteString("\tfunctions // how many there are\n)\n\nvar functionNames = [functions]string{")
	for _, f := range functions {
		fmt.Fprintf(b, "%q, ", f.name)
	}
	b.WriteString("}\n\n// genericFunctions returns the kernels of the generic set.\nfunc genericFunctions() [functions]FunctionKernels {\n\treturn [functions]FunctionKernels{\n")
	for _, f := range functions {
		fmt.Fprintf(b, "\t\t%s: {%sGeneric, %sSlopeGeneric},\n", f.constant, f.name, f.name)
	}
	b.WriteString("\t}\n}\n")
	for _, f := range functions {
		fmt.Fprintf(b, "\n// %sGeneric is\n//\n//\tfor i := range z {\n//\t\ty[i] = %s\n//\t}\n", f.name, f.formula)
		for _, note := range f.notes {
			b.WriteString("//\n// " + note + "\n")
		}
		apply := f.apply()
		b.WriteString(apply.golang(f.name+"Generic", applySignature, "z", "mulAdd"))
	}
}

// genericSlopes prints the kernels of the functions with their slopes.
func genericSlopes(b *strings.Builder) {
	for _, f := range functions {
		slope := f.slope()
		fmt.Fprintf(b, "\n// %sSlopeGeneric is\n//\n//\tfor i := range z {\n//\t\ty[i] = f(z[i]) = %s\n//\t\tslope[i] = f'(z[i])\n//\t}\n", f.name, f.formula)
		b.WriteString(slope.golang(f.name+"SlopeGeneric", slopeSignature, "z", "mulAdd"))
	}
}
