// Command asm writes the assembly of package kernels, one family of kernels
// for one ISA at a time. ../generate.sh runs it for all of them.
//
// The generic kernels in the folder above are the specification: their
// signatures, the loops in their comments and their constants are read from
// there (see spec.go) and never repeated here.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
)

// families lists what can be generated, by the name of the file it goes to.
func families() map[string]func() {
	return map[string]func(){
		"level1_avx2":       func() { newAVX2().kernels(level1Kernels) },
		"level1_avx512":     func() { newAVX512().kernels(level1Kernels) },
		"activation_avx2":   func() { newAVX2().kernels(activationKernels) },
		"activation_avx512": func() { newAVX512().kernels(activationKernels) },
		"softmax_avx2":      func() { softmax(newAVX2()) },
		"softmax_avx512":    func() { softmax(newAVX512()) },
		"loss_avx2":         func() { newAVX2().kernels(lossKernels) },
		"loss_avx512":       func() { newAVX512().kernels(lossKernels) },
		"dots_avx2":         dotsAVX2,
		"dots_avx512":       dotsAVX512,
		"lanes_avx2":        func() { lanes(newAVX2(), 2) },
		"lanes_avx512":      func() { lanes(newAVX512(), 4) },
		"optimizer_avx2":    func() { newAVX2().kernels(optimizerKernels) },
		"optimizer_avx512":  func() { newAVX512().kernels(optimizerKernels) },
		"packrows_avx2":     packRowsAVX2,
		"packrows_avx512":   packRowsAVX512,
		"pairs_avx512":      pairsAVX512,
		"peak_avx2":         peakAVX2,
		"peak_avx512":       peakAVX512,
		"product_avx2":      productAVX2,
		"product_avx512":    productAVX512,
		"row_avx2":          rowAVX2,
		"row_avx512":        rowAVX512,
		"tiles_amx":         tilesAMX,
		"transpose_avx2":    transposeAVX2,
		"transpose_avx512":  transposeAVX512,
	}
}

func main() {
	names := slices.Sorted(maps.Keys(families()))
	names = append(names, slices.Sorted(maps.Keys(neonFamilies()))...)
	name := flag.String("kernels", "", "family of kernels to write: "+strings.Join(names, ", "))
	list := flag.Bool("list", false, "print the families and exit")
	flag.Parse()
	if *list {
		fmt.Println(strings.Join(names, "\n"))
		return
	}
	if family, ok := neonFamilies()[*name]; ok {
		generateNEON(*name, family)
		return
	}
	family, ok := families()[*name]
	if !ok {
		fmt.Fprintf(os.Stderr, "no kernels are called %q; known: %s\n", *name, strings.Join(names, ", "))
		os.Exit(2)
	}
	generate(family)
}

// generate writes a family to the files that avo's flags name.
func generate(family func()) {
	ConstraintExpr("amd64,!purego")
	Package("../optimizer.go") // the one file whose types appear in signatures
	family()
	Generate()
}
