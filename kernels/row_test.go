package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestRow shows that a row has the bits of tiles: for every number of columns
// up to two groups of vectors, whether A's elements are neighbours or not, from zero, from
// another row and in place.
func TestRow(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		t.Run("isa="+set.ISA, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 6))
			for n := 1; n <= 9*p.NR; n++ {
				for _, k := range []int{0, 1, 5} {
					form := rng.IntN(12)
					if err := checkRow(t, rng, p, n, k, form); err != nil {
						t.Fatalf("n=%d k=%d form=%d: %v", n, k, form, err)
					}
				}
			}
		})
	}
}

func checkRow(t *testing.T, rng *rand.Rand, p Product, n, k, form int) error {
	atEnd, transposed, start := form&1 != 0, form&2 != 0, form/4
	lda, ldb := 1, n+rng.IntN(3)
	if transposed {
		lda = 3
	}
	a := guardedMatrix(t, rng, k, 1, lda, atEnd)
	b := guardedMatrix(t, rng, k, n, ldb, atEnd)
	c := guardedMatrix(t, rng, 1, n, n, atEnd)
	var s *float32
	from := make([]float32, n)
	switch start {
	case 0:
		fill(c, float32(math.NaN()))
	case 1:
		copy(from, guardedMatrix(t, rng, 1, n, n, atEnd))
		s = &from[0]
	case 2:
		copy(from, c)
		s = &c[0]
	}
	want := make([]float32, n)
	for j := 0; j < n; j += p.NR {
		column := first(b)
		if k > 0 {
			column = &b[j]
		}
		p.Tile(1, min(p.NR, n-j), k, first(a), 0, lda, column, ldb, &from[j], 0, &want[j], 0, float32(math.Inf(-1)), nil, 0)
	}
	p.Row(n, k, first(a), lda, first(b), ldb, s, &c[0])
	for j, x := range c {
		if math.Float32bits(x) != math.Float32bits(want[j]) {
			return fmt.Errorf("column %d is %v, want %v", j, x, want[j])
		}
	}
	return nil
}
