package main

import (
	"fmt"
	"strings"
)

// rowKernel describes a kernel of a loss that is a function of a whole row, or of two outputs for each target: what is
// done with its elements. Like losses of elements, the generic kernel is made from this too.
type rowKernel struct {
	kernel
	signature string
	ranged    string   // the slice that the loop ranges over
	loop      []string // in the comment
}

// What losses of classes sum up over a row, and the Gaussian likelihood.
var rowKernelsOfLosses = []rowKernel{
	{
		kernel: sums("sumExp", "SumExp", 1, func(b *body) {
			b.sum(expFlushed(atMost(sub(b.load("x"), b.parameter("top")), zero)))
		}),
		signature: "func(x []float32, top float32) float64", ranged: "x",
		loop: []string{"sum += e^min(x[i]-top, 0)"},
	},
	{
		kernel: sums("sumEntropy", "SumEntropy", 1, func(b *body) {
			t := b.load("t")
			b.sum(choose(greater(t, zero), mul(t, ln(t)), t)) // NaN stays
		}),
		signature: "func(t []float32) float64", ranged: "t",
		loop: []string{"sum += t[i] * log(t[i])"},
	},
	{
		kernel: sums("sumBelow", "SumBelow", 2, func(b *body) {
			b.sum(mul(b.load("t"), sub(b.parameter("top"), b.load("z"))))
		}),
		signature: "func(t, z []float32, top float32) float64", ranged: "t",
		loop: []string{"sum += t[i] * (top - z[i])"},
	},
	gaussian("gaussian", false, logVariance, "v := e^min(s[i], 80) + least"),
	gaussian("gaussianGradient", true, logVariance, "v := e^min(s[i], 80) + least"),
	gaussian("gaussianVariance", false, ownVariance, "v := max(s[i], least)"),
	gaussian("gaussianVarianceGradient", true, ownVariance, "v := max(s[i], least)"),
}

// sums is a kernel that returns a sum.
func sums(name, field string, unroll int, do func(b *body)) kernel {
	return kernel{name: name, field: field, unroll: unroll, notes: []string{"in %s vectors of partial sums."}, body: do}
}

// rowKernels are those of them that are lowered.
func rowKernels() []kernel {
	var all []kernel
	for _, k := range rowKernelsOfLosses {
		all = append(all, k.kernel)
	}
	return all
}

// eighty is up to where logarithms of variances are taken for what they are.
var eighty = literal("eighty", 80)

// logVariance is v, and dv/ds, where s is the logarithm of a variance.
func logVariance(s, least expr) (v, slope expr) {
	e := expFlushed(atMost(s, eighty))
	return add(e, least), e
}

// ownVariance is v where s is one. One below 0 has no logarithm. The slope is 1, as PyTorch's is.
func ownVariance(s, least expr) (v, slope expr) {
	return choose(notLess(s, zero), atLeast(s, least), notANumber), one
}

// gaussian describes (log v + d²/v)/2 of a mean and a variance, and its slopes by both.
func gaussian(name string, gradient bool, variance func(s, least expr) (v, slope expr), formula string) rowKernel {
	k := rowKernel{
		signature: "func(mean, s, t []float32, least float32) float64", ranged: "t",
		loop: []string{"d, " + strings.Replace(formula, " :=", " := mean[i]-t[i],", 1), "sum += (log(v) + d²/v) / 2"},
	}
	if gradient {
		k.signature = "func(dmean, ds, mean, s, t []float32, factor, least float32) float64"
		dv := "dv/ds"
		if name == "gaussianVarianceGradient" {
			dv = "1"
		}
		k.loop = append(k.loop, "dmean[i] = factor * d/v", fmt.Sprintf("ds[i] = factor * (1 - d²/v)/v * %s / 2", dv))
	}
	k.kernel = sums(name, strings.ToUpper(name[:1])+name[1:], 1, func(b *body) {
		d := sub(b.load("mean"), b.load("t"))
		v, slope := variance(b.load("s"), b.parameter("least"))
		rate := div(d, v)
		squares := mul(rate, d)
		if gradient {
			factor := b.parameter("factor")
			b.store("dmean", mul(rate, factor))
			b.store("ds", mul(mul(sub(half, mul(half, squares)), div(slope, v)), factor))
		}
		b.sum(mul(add(ln(v), squares), half))
	})
	k.crowded = 4
	return k
}

// genericRows prints their kernels in Go.
func genericRows(b *strings.Builder) {
	for _, k := range rowKernelsOfLosses {
		fmt.Fprintf(b, "\n// %sGeneric is\n//\n//\tfor i := range %s {\n", k.name, k.ranged)
		for _, line := range k.loop {
			fmt.Fprintf(b, "//\t\t%s\n", line)
		}
		b.WriteString("//\t}\n")
		b.WriteString(k.golang(k.name+"Generic", k.signature, k.ranged, "mulAdd"))
	}
}
