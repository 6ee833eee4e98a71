package main

import (
	"fmt"
)

// product is the task of computing C = op(A)·op(B), C m×n and k the length of
// the sums.
//
// With the layout "plain" operands are row-major, as a stranger brings them.
// With "plan", what a layer keeps between steps is in the layout that the rival
// likes best: in nn (the forward pass) and nt (the gradient of the input)
// that is B, the weights; in tn (the gradient of the weights) it is C.
type product struct {
	Form      string // "nn", "nt": B is stored transposed, or "tn": A is
	M, N, K   int
	Layout    string // "plain" or "plan"
	Precision string // "float32" or "bf16"
}

func (p product) String() string { return fmt.Sprintf("%s %dx%dx%d", p.Form, p.M, p.N, p.K) }

func (p product) request() string {
	return fmt.Sprintf("gemm\tform=%s\tm=%d\tn=%d\tk=%d\tlayout=%s\tprecision=%s", p.Form, p.M, p.N, p.K, p.Layout, p.Precision)
}

func (p product) flops() float64 { return 2 * float64(p.M) * float64(p.N) * float64(p.K) }

var forms = []string{"nn", "nt", "tn"}

// layerProducts are the three products of training a layer with a batch.
func layerProducts(in, out, batch int) [][3]int {
	return [][3]int{{batch, out, in}, {batch, in, out}, {in, out, batch}}
}

// productShapes lists {form, m, n, k} of all products: those of layers at
// several batches in the three orders of training, cubes, and primes.
func productShapes(quick bool) []product {
	layers := [][2]int{{784, 512}, {512, 512}, {512, 10}, {30, 64}, {1024, 1024}, {2048, 2048}}
	batches := []int{1, 8, 32, 64, 256, 1024}
	cubes := []int{4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}
	primes := [][3]int{{7, 13, 31}, {61, 67, 127}, {251, 257, 263}, {1009, 1013, 1019}}
	if quick {
		layers, batches = [][2]int{{784, 512}, {512, 10}}, []int{8, 64}
		cubes, primes = []int{8, 64, 256}, primes[:2]
	}
	var all []product
	seen := map[product]bool{}
	add := func(form string, shape [3]int) {
		p := product{Form: form, M: shape[0], N: shape[1], K: shape[2]}
		if !seen[p] { // 1024 samples through 1024x1024 are a cube
			seen[p] = true
			all = append(all, p)
		}
	}
	for _, l := range layers {
		for _, batch := range batches {
			for i, shape := range layerProducts(l[0], l[1], batch) {
				add(forms[i], shape)
			}
		}
	}
	for _, n := range cubes {
		for _, form := range forms {
			add(form, [3]int{n, n, n})
		}
	}
	for _, shape := range primes {
		for _, form := range forms {
			add(form, shape)
		}
	}
	return all
}
