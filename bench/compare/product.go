package main

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/bench"
)

// product is the task of computing C = op(A)·op(B), C m×n and k the length of
// the sums.
//
// With the layout bench.Plain operands are row-major, as a stranger brings
// them. With bench.Plan, what a layer keeps between steps is in the layout that
// the rival likes best: in nn (the forward pass) and nt (the gradient of the
// input) that is B, the weights; in tn (the gradient of the weights) it is C.
type product struct {
	bench.Product
	Layout    bench.Layout
	Precision string // "float32" or "bf16"
}

func (p product) String() string { return fmt.Sprintf("%s %dx%dx%d", p.Op, p.M, p.N, p.K) }

func (p product) request() string {
	return fmt.Sprintf("gemm\tform=%s\tm=%d\tn=%d\tk=%d\tlayout=%s\tprecision=%s", p.Op, p.M, p.N, p.K, p.Layout, p.Precision)
}

// shapes lists the suite's products, or the few of them that -quick looks at.
func shapes(quick bool) []bench.Product {
	all := bench.Products()
	if quick {
		return slices.DeleteFunc(all, func(p bench.Product) bool { return !isQuick(p) })
	}
	return all
}

// isQuick reports whether p is of the few: two layers at two batches, some of
// the smaller cubes and primes.
func isQuick(p bench.Product) bool {
	for _, batch := range []int{8, 64} {
		if slices.Contains(bench.LayerProducts(784, 512, batch), p) || slices.Contains(bench.LayerProducts(512, 10, batch), p) {
			return true
		}
	}
	few := append([][3]int{{8, 8, 8}, {64, 64, 64}, {256, 256, 256}}, bench.Primes[:2]...)
	return slices.Contains(few, [3]int{p.M, p.K, p.N})
}
