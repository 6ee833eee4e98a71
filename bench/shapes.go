package bench

import "fmt"

// Op is one of the three products of training, C[m×n] = A[m×k]·B[k×n]: which
// of the operands are stored transposed.
type Op string

// The products of a Dense layer of in×out weights on a batch.
const (
	NN Op = "nn" // forward:          m=batch k=in    n=out
	NT Op = "nt" // backward data:    m=batch k=out   n=in,  B is W, stored n×k
	TN Op = "tn" // backward weights: m=in    k=batch n=out, A is X, stored k×m
)

// Ops are the three of them, in the order of a training step.
var Ops = []Op{NN, NT, TN}

// Product is a product of one shape.
type Product struct {
	Op      Op
	M, K, N int
}

// String is the product's part of a benchmark's name.
func (p Product) String() string { return fmt.Sprintf("op=%s/m=%d/k=%d/n=%d", p.Op, p.M, p.K, p.N) }

// FLOPs is the number of floating-point operations: a multiplication and an
// addition for each of m·n·k.
func (p Product) FLOPs() float64 { return 2 * float64(p.M) * float64(p.N) * float64(p.K) }

// Bytes is the least traffic: each operand read once, C written once.
func (p Product) Bytes() float64 {
	m, k, n := float64(p.M), float64(p.K), float64(p.N)
	return 4 * (m*k + k*n + m*n)
}

// Layers are the Dense layers whose products are measured, in×out.
var Layers = [][2]int{{784, 512}, {512, 512}, {512, 10}, {30, 64}, {1024, 1024}, {2048, 2048}}

// Batches are the batch sizes they are measured at.
var Batches = []int{1, 8, 32, 64, 256, 1024}

// Cubes are the sizes of the products with m = k = n.
var Cubes = []int{4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}

// Primes are m, k, n of products that fit no tile.
var Primes = [][3]int{{17, 23, 29}, {61, 67, 71}, {127, 131, 137}, {509, 521, 523}}

// Products lists every product of the suite, each shape once.
func Products() []Product {
	var all []Product
	seen := map[Product]bool{}
	add := func(ps ...Product) {
		for _, p := range ps {
			if !seen[p] {
				seen[p] = true
				all = append(all, p)
			}
		}
	}
	for _, l := range Layers {
		for _, batch := range Batches {
			add(LayerProducts(l[0], l[1], batch)...)
		}
	}
	for _, n := range Cubes {
		for _, op := range Ops {
			add(Product{op, n, n, n})
		}
	}
	for _, p := range Primes {
		for _, op := range Ops {
			add(Product{op, p[0], p[1], p[2]})
		}
	}
	return all
}

// LayerProducts returns the three products of a Dense layer on a batch, in the
// order of Ops.
func LayerProducts(in, out, batch int) []Product {
	return []Product{{NN, batch, in, out}, {NT, batch, out, in}, {TN, in, batch, out}}
}
