package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
)

// guardedMatrix is rows×cols random floats at leading dimension ld between
// guard pages, NaN in the slack between rows.
func guardedMatrix(t *testing.T, rng *rand.Rand, rows, cols, ld int, atEnd bool) []float32 {
	t.Helper()
	n := 0
	if rows > 0 && cols > 0 {
		n = (rows-1)*ld + cols
	}
	mem, free, err := arena.Guarded(n, atEnd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(free)
	for i := range mem {
		mem[i] = float32(math.NaN())
		if i%ld < cols {
			mem[i] = 2*rng.Float32() - 1
		}
	}
	return mem
}

// first is the address of x's first element; an operand with no elements is
// still some address.
func first(x []float32) *float32 {
	if len(x) == 0 {
		return new(float32)
	}
	return &x[0]
}

// TestTile compares every tile size of every set with float64, in all forms
// that callers use: A row-major or transposed, sums that start at zero, at a
// bias row or at C, with and without a floor.
func TestTile(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		t.Run("isa="+set.ISA, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for m := 1; m <= p.MR; m++ {
				for n := 1; n <= p.NR; n++ {
					for _, k := range []int{0, 1, 2, 3, 17} {
						form := rng.IntN(24)
						t.Run(fmt.Sprintf("m=%d/n=%d/k=%d/form=%d", m, n, k, form), func(t *testing.T) {
							checkTile(t, rng, p, m, n, k, form)
						})
					}
				}
			}
		})
	}
}

func checkTile(t *testing.T, rng *rand.Rand, p Product, m, n, k, form int) {
	atEnd, transposed, start, relu := form&1 != 0, form&2 != 0, form/4%3, form >= 12
	pad := rng.IntN(3)
	rows, cols := m, k
	if transposed {
		rows, cols = k, m
	}
	lda, ldb, ldc := cols+pad, n+pad, n+pad
	if lda == 0 {
		lda = 1
	}
	a := guardedMatrix(t, rng, rows, cols, lda, atEnd)
	b := guardedMatrix(t, rng, k, n, ldb, atEnd)
	c := guardedMatrix(t, rng, m, n, ldc, atEnd)
	bias := guardedMatrix(t, rng, 1, n, n, atEnd)
	rsa, csa := lda, 1
	if transposed {
		rsa, csa = 1, lda
	}
	s, lds := bias, 0
	switch start {
	case 1:
		clear(bias)
	case 2:
		s, lds = c, ldc
	}
	floor := float32(math.Inf(-1))
	if relu {
		floor = 0
	}

	want := make([]float64, m*n)
	bound := make([]float64, m*n)
	for i := range m {
		for j := range n {
			sum := float64(s[i*lds+j])
			size := math.Abs(sum)
			for q := range k {
				x := float64(a[i*rsa+q*csa]) * float64(b[q*ldb+j])
				sum += x
				size += math.Abs(x)
			}
			// k products and k additions, each rounded once: an error of at
			// most about 2k half-units in the last place of the sizes' sum.
			want[i*n+j], bound[i*n+j] = math.Max(float64(floor), sum), float64(k)*0x1p-23*size
		}
	}
	from := first(s)
	if start == 1 {
		from = nil
	}
	p.Tile(m, n, k, first(a), rsa, csa, first(b), ldb, from, lds, first(c), ldc, floor, nil, 0)
	compareTile(t, c, n, ldc, want, bound)
}

// compareTile expects each element of a tile of n columns within its bound, and
// NaN still in the slack between rows.
func compareTile(t *testing.T, c []float32, n, ldc int, want, bound []float64) {
	t.Helper()
	for i := range c {
		got, row, j := float64(c[i]), i/ldc, i%ldc
		if j >= n {
			if !math.IsNaN(got) {
				t.Fatalf("slack (%d, %d) was written", row, j)
			}
			continue
		}
		if diff := math.Abs(got - want[row*n+j]); !(diff <= bound[row*n+j]) {
			t.Fatalf("(%d, %d): got %v, want %v ± %v", row, j, got, want[row*n+j], bound[row*n+j])
		}
	}
}

// TestTileKeepsNaN shows that a floor does not hide a NaN.
func TestTileKeepsNaN(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		c := make([]float32, p.MR*p.NR)
		a := []float32{float32(math.Inf(1))}
		b := make([]float32, p.NR) // Inf·0 is NaN
		p.Tile(1, p.NR, 1, &a[0], 1, 1, &b[0], p.NR, nil, 0, &c[0], p.NR, 0, nil, 0)
		for j := range p.NR {
			if !math.IsNaN(float64(c[j])) {
				t.Errorf("%s: column %d is %v, want NaN", set.ISA, j, c[j])
			}
		}
	}
}

// TestTileKeepsZero shows that a floor of 0 leaves -0 as it is, like the
// ReLU that runs on its own.
func TestTileKeepsZero(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		for n := 1; n <= p.NR; n++ {
			c := make([]float32, n)
			fill(c, float32(math.Copysign(0, -1)))
			p.Tile(1, n, 0, new(float32), 1, 1, new(float32), n, &c[0], n, &c[0], n, 0, nil, 0)
			for j, x := range c {
				if math.Float32bits(x) != 1<<31 {
					t.Errorf("%s: column %d of %d is %v, want -0", set.ISA, j, n, x)
				}
			}
		}
	}
}

// TestTileChain shows that a product cut along k, the second part starting
// at what the first left, has the bits of the whole.
func TestTileChain(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		rng := rand.New(rand.NewPCG(3, 4))
		const k, cut = 37, 11
		m, n := p.MR, p.NR
		a := guardedMatrix(t, rng, m, k, k, true)
		b := guardedMatrix(t, rng, k, n, n, true)
		whole, parts := make([]float32, m*n), make([]float32, m*n)
		none := float32(math.Inf(-1))
		p.Tile(m, n, k, &a[0], k, 1, &b[0], n, nil, 0, &whole[0], n, none, nil, 0)
		p.Tile(m, n, cut, &a[0], k, 1, &b[0], n, nil, 0, &parts[0], n, none, nil, 0)
		p.Tile(m, n, k-cut, &a[cut], k, 1, &b[cut*n], n, &parts[0], n, &parts[0], n, none, nil, 0)
		for i := range whole {
			if math.Float32bits(whole[i]) != math.Float32bits(parts[i]) {
				t.Fatalf("%s: element %d is %v in one piece, %v in two", set.ISA, i, whole[i], parts[i])
			}
		}
	}
}
