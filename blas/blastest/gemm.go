package blastest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// product is one call of Gemm to check.
type product struct {
	tA, tB                 blas.Transpose
	m, n, k                int
	alpha, beta            float32
	slackA, slackB, slackC int  // columns of stride beyond the matrix
	atEnd                  bool // operands end, rather than start, at unmapped memory
}

func (p product) String() string {
	return fmt.Sprintf("%c%c m=%d n=%d k=%d alpha=%v beta=%v slack=%d,%d,%d atEnd=%v",
		p.tA, p.tB, p.m, p.n, p.k, p.alpha, p.beta, p.slackA, p.slackB, p.slackC, p.atEnd)
}

// operands places the product's matrices on d, random except for C with
// beta = 0, which stays NaN.
func (p product) operands(d desk, rng *rand.Rand) (a, b, c blas.Matrix) {
	place := func(m memory, t blas.Transpose, rows, cols, slack int) blas.Matrix {
		if t != blas.NoTrans {
			rows, cols = cols, rows
		}
		return m.matrix(rows, cols, slack, p.atEnd)
	}
	a = place(d[0], p.tA, p.m, p.k, p.slackA)
	b = place(d[1], p.tB, p.k, p.n, p.slackB)
	c = place(d[2], blas.NoTrans, p.m, p.n, p.slackC)
	fill(a, uniform(rng))
	fill(b, uniform(rng))
	if p.beta != 0 {
		fill(c, uniform(rng))
	}
	if p.alpha == 0 { // must not be read
		fill(a, func() float32 { return float32(math.NaN()) })
		fill(b, func() float32 { return float32(math.Inf(1)) })
	}
	return a, b, c
}

// check makes the call and compares.
func (p product) check(be blas.Backend, d desk, rng *rand.Rand) error {
	a, b, c := p.operands(d, rng)
	want := gemm(p.m, p.n, p.k, p.alpha, op(p.tA, a), op(p.tB, b), p.beta, c)
	a0, b0 := clone(a), clone(b)
	err := be.Gemm(p.tA, p.tB, p.alpha, a, b, p.beta, c)
	if err == nil {
		err = errors.Join(want.check("C", c), unchanged("A", a, a0), unchanged("B", b, b0), slackUnchanged("C", c))
	}
	if err != nil {
		return fmt.Errorf("%v: %w", p, err)
	}
	return nil
}

// size returns how many floats the largest of the product's operands takes.
func (p product) size() int {
	slack := max(p.slackA, p.slackB, p.slackC)
	d := []int{p.m, p.n, p.k}
	slices.Sort(d)
	return (d[1] + slack) * (d[2] + slack)
}

var transposes = []blas.Transpose{blas.NoTrans, blas.Trans, 'C'}

func runGemm(t *testing.T, open Opener, o Options) {
	with(t, open, 2, func(be blas.Backend) {
		set := be.Kernels().Product
		for _, group := range []struct {
			name     string
			products []product
		}{
			{"Edges", thinned(edgeProducts(set))},
			{"Scalars", thinned(scalarProducts(set))},
			{"Cuts", cutProducts(set, o)},
		} {
			t.Run(group.name, func(t *testing.T) { checkProducts(t, be, group.products) })
		}
		t.Run("Large", func(t *testing.T) { checkLarge(t, be) })
		t.Run("NonFinite", func(t *testing.T) { report(t, checkNonFinite(be, o)) })
		t.Run("BadShapes", func(t *testing.T) { checkBadShapes(t, be) })
		t.Run("Concurrent", func(t *testing.T) { checkConcurrent(t, be) })
		t.Run("Repeatable", func(t *testing.T) { report(t, checkRepeatable(be)) })
	})
}

func report(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// checkProducts checks each product on operands that end at unmapped memory
// and, the next time, start there.
func checkProducts(t *testing.T, be blas.Backend, products []product) {
	size := 0
	for _, p := range products {
		size = max(size, p.size())
	}
	d, err := newDesk(3, size)
	if err != nil {
		t.Fatal(err)
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(1, 2))
	failures := 0
	for i, p := range products {
		p.atEnd = i%2 == 0
		if err := p.check(be, d, rng); err != nil {
			t.Error(err)
			if failures++; failures == 10 {
				t.Fatal("and perhaps more")
			}
		}
	}
}

// around returns x-1, x and x+1.
func around(x int) []int { return []int{x - 1, x, x + 1} }

// edgeProducts has every pair of sizes around those of register tiles, each
// with all transposes. Depth, scalars and slack take turns.
func edgeProducts(k kernels.Product) []product {
	sizes := []int{0, 1, 2, 3, 5, 6, 7, 8, 13, 14, 15, 16, 17, 31, 32, 33}
	rows, cols := slices.Clone(sizes), slices.Clone(sizes)
	rows = append(append(rows, around(k.MR)...), 2*k.MR+1)
	cols = append(append(cols, around(k.NR)...), 2*k.NR+1)
	slices.Sort(rows)
	slices.Sort(cols)
	rows, cols = slices.Compact(rows), slices.Compact(cols)
	depths := []int{1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 0}
	scalars := []float32{1, 0, 2.3, -1}

	var products []product
	turn := 0
	for _, m := range rows {
		for _, n := range cols {
			for _, tA := range transposes {
				for _, tB := range transposes {
					p := product{tA: tA, tB: tB, m: m, n: n, k: depths[turn%len(depths)], alpha: 1}
					p.beta = scalars[turn%2]
					if turn%5 == 4 {
						p.alpha, p.beta = scalars[turn/5%4], scalars[turn/20%4]
					}
					if turn%3 != 0 {
						p.slackA, p.slackB, p.slackC = turn%7, turn%4, turn%5
					}
					products = append(products, p)
					turn++
				}
			}
		}
	}
	return products
}

// scalarProducts has every alpha with every beta and all transposes.
func scalarProducts(k kernels.Product) []product {
	scalars := []float32{0, 1, 2.3, -1}
	var products []product
	for _, shape := range [][3]int{{1, 1, 1}, {5, 3, 0}, {k.MR + 1, k.NR + 1, 9}, {2*k.MR + 1, 2*k.NR - 1, 33}, {70, 67, 65}} {
		for _, alpha := range scalars {
			for _, beta := range scalars {
				for _, tA := range transposes {
					for _, tB := range transposes {
						products = append(products, product{
							tA: tA, tB: tB, m: shape[0], n: shape[1], k: shape[2],
							alpha: alpha, beta: beta, slackA: 3, slackB: 1, slackC: 2,
						})
					}
				}
			}
		}
	}
	return products
}

// cutProducts has sizes around those at which products are cut, around many panels, and primes.
func cutProducts(k kernels.Product, o Options) []product {
	var shapes [][3]int // m, n, k
	for _, cut := range o.Depths {
		for _, depth := range append(around(cut), 2*cut+1) {
			shapes = append(shapes, [3]int{k.MR + 1, k.NR + 1, depth})
		}
	}
	// Few rows, and few steps for many columns, which may have ways of their own.
	for _, m := range []int{1, 7, 8, 9, 32, 33} {
		shapes = append(shapes, [3]int{m, 37, 32}, [3]int{m, 150, 257}, [3]int{m, 5, 1030})
	}
	for _, n := range []int{255, 300, 1029} {
		shapes = append(shapes, [3]int{1, n, 37}, [3]int{2, n, 9}, [3]int{3, n, 8}, [3]int{33, n, 1}, [3]int{33, n, 8}, [3]int{5, n, 3})
	}
	for _, cut := range o.Heights {
		for _, m := range around(cut) {
			shapes = append(shapes, [3]int{m, k.NR + 1, 5})
		}
	}
	for _, n := range around(16 * k.NR) {
		shapes = append(shapes, [3]int{k.MR + 1, n, 5})
	}
	shapes = append(shapes, [3]int{61, 67, 71}, [3]int{97, 101, 103}, [3]int{131, 127, 61},
		// one row, one column, and a product that is all depth
		[3]int{1, 211, 97}, [3]int{211, 1, 97}, [3]int{1, 1, 1009}, [3]int{3, 2, 1009})
	var products []product
	for i, s := range shapes {
		for j, tA := range transposes[:2] {
			for _, tB := range transposes[:2] {
				products = append(products, product{
					tA: tA, tB: tB, m: s[0], n: s[1], k: s[2], alpha: 1, beta: float32((i + j) % 2),
					slackA: i % 3, slackB: j, slackC: i % 2,
				})
			}
		}
	}
	return products
}

// checkNonFinite puts an Inf or NaN into an operand and expects it, and
// nothing else, to arrive where IEEE arithmetic takes it.
func checkNonFinite(be blas.Backend, o Options) error {
	set := be.Kernels().Product
	m, n, k := set.MR+2, set.NR+2, 11
	d, err := newDesk(3, product{m: m, n: n, k: k}.size())
	if err != nil {
		return err
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for _, tA := range transposes[:2] {
			for _, tB := range transposes[:2] {
				for spot := range 7 {
					p := product{tA: tA, tB: tB, m: m, n: n, k: k, alpha: 1, beta: 1, atEnd: true}
					a, b, c := p.operands(d, rng)
					if o.SkipsZeros {
						fill(a, func() float32 { return 1 + rng.Float32() })
					}
					switch spot {
					case 0: // the first row of C
						a.Data[0] = bad
					case 1: // the last
						a.Data[len(a.Data)-1] = bad
					case 2: // the first column
						b.Data[0] = bad
					case 3:
						b.Data[len(b.Data)-1] = bad
					case 4: // one element
						c.Data[len(c.Data)-1] = bad
					case 5: // meets its opposite: Inf - Inf
						a.Data[0], c.Data[0] = bad, -bad
					case 6: // meets zeros: NaN for an Inf too
						b.Data[0] = bad
						if !o.SkipsZeros {
							fill(a, func() float32 { return 0 })
						}
					}
					want := gemm(m, n, k, 1, op(tA, a), op(tB, b), 1, c)
					if err := be.Gemm(tA, tB, 1, a, b, 1, c); err != nil {
						return err
					}
					if err := want.check("C", c); err != nil {
						return fmt.Errorf("%v with a %v at spot %d: %w", p, bad, spot, err)
					}
				}
			}
		}
	}
	return nil
}

// checkBadShapes makes calls that must be refused and leave C alone.
func checkBadShapes(t *testing.T, be blas.Backend) {
	mat := func(rows, cols, stride, n int) blas.Matrix {
		return blas.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: make([]float32, n)}
	}
	good := func() (a, b, c blas.Matrix) { return mat(2, 3, 3, 6), mat(3, 4, 4, 12), mat(2, 4, 4, 8) }
	for _, tt := range []struct {
		name string
		edit func(a, b, c *blas.Matrix, tA, tB *blas.Transpose)
	}{
		{"inner sizes differ", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *b = mat(4, 4, 4, 16) }},
		{"inner sizes differ by a transpose", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *tA = blas.Trans }},
		{"C has too many rows", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *c = mat(3, 4, 4, 12) }},
		{"C has too few columns", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *c = mat(2, 3, 4, 8) }},
		{"A's stride is short", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { a.Stride = 2 }},
		{"B's stride is negative", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { b.Stride = -4 }},
		{"A's data are short", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { a.Data = a.Data[:5] }},
		{"B has no data", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { b.Data = nil }},
		{"C's data are short", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { c.Data = c.Data[:7] }},
		{"C's stride overflows", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { c.Stride = math.MaxInt }},
		{"negative rows", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { a.Rows, c.Rows = -2, -2 }},
		{"negative depth", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { a.Cols, b.Rows = -3, -3 }},
		{"unknown transpose of A", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *tA = 'n' }},
		{"unknown transpose of B", func(a, b, c *blas.Matrix, tA, tB *blas.Transpose) { *tB = 0 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b, c := good()
			tA, tB := blas.NoTrans, blas.NoTrans
			tt.edit(&a, &b, &c, &tA, &tB)
			for i := range c.Data {
				c.Data[i] = float32(math.NaN())
			}
			before := clone(c)
			err := be.Gemm(tA, tB, 1, a, b, 0, c)
			var shape *blas.ShapeError
			if !errors.As(err, &shape) {
				t.Errorf("got %v, want a *blas.ShapeError", err)
			}
			report(t, unchanged("C", c, before))
		})
	}
}

// checkConcurrent multiplies on many goroutines at once, small products that
// run alone and products worth sharing.
func checkConcurrent(t *testing.T, be blas.Backend) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			d, err := newDesk(3, 200*200)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.free()
			rng := rand.New(rand.NewPCG(5, uint64(g)))
			for i := range 6 {
				p := product{tA: transposes[i%2], tB: transposes[g%2], m: 3 + 37*i%180, n: 5 + 41*g%180, k: 7 + 19*(i+g)%180, alpha: 1}
				if err := p.check(be, d, rng); err != nil {
					t.Errorf("goroutine %d: %v", g, err)
				}
			}
		})
	}
	wg.Wait()
}

// checkRepeatable makes the same call twice and expects the same bits.
func checkRepeatable(be blas.Backend) error {
	d, err := newDesk(3, 300*300)
	if err != nil {
		return err
	}
	defer d.free()
	for _, tA := range transposes[:2] {
		for _, tB := range transposes[:2] {
			p := product{tA: tA, tB: tB, m: 129, n: 257, k: 263, alpha: 1}
			var first []float32
			for range 2 {
				a, b, c := p.operands(d, rand.New(rand.NewPCG(6, 7)))
				if err := be.Gemm(tA, tB, 1, a, b, 0, c); err != nil {
					return err
				}
				if first == nil {
					first = slices.Clone(c.Data)
				} else if err := sameBits(c.Data, first); err != nil {
					return fmt.Errorf("%v, the second time: %w", p, err)
				}
			}
		}
	}
	return nil
}
