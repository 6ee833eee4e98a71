package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestDots compares dot products of every number of rows with float64, and,
// to the bit, with those of one pair of rows at a time.
func TestDots(t *testing.T) {
	for _, set := range Sets() {
		p := set.Product
		t.Run("isa="+set.ISA, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 8))
			for m := 1; m <= p.DotsMR; m++ {
				for n := 1; n <= 9; n++ {
					for _, k := range []int{1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 100} {
						if err := checkDots(t, rng, p, m, n, k, rng.IntN(4)); err != nil {
							t.Fatalf("m=%d n=%d k=%d: %v", m, n, k, err)
						}
					}
				}
			}
		})
	}
}

func checkDots(t *testing.T, rng *rand.Rand, p Product, m, n, k, form int) error {
	atEnd, add := form&1 != 0, form&2 != 0
	lda, ldb, ldc := k+rng.IntN(3), k+rng.IntN(3), n+rng.IntN(3)
	a := guardedMatrix(t, rng, m, k, lda, atEnd)
	b := guardedMatrix(t, rng, n, k, ldb, atEnd)
	c := guardedMatrix(t, rng, m, n, ldc, atEnd)
	before := append([]float32{}, c...)
	if !add {
		fill(c, float32(math.NaN()))
	}
	alpha := 2*rng.Float32() - 1
	p.Dots(m, n, k, &a[0], lda, &b[0], ldb, &c[0], ldc, alpha, add)
	for i := range m {
		for j := range ldc {
			if i*ldc+j >= len(c) {
				break
			}
			got := c[i*ldc+j]
			if j >= n {
				if !math.IsNaN(float64(got)) {
					return fmt.Errorf("slack (%d, %d) was written", i, j)
				}
				continue
			}
			sum, size := 0.0, 0.0
			for q := range k {
				x := float64(a[i*lda+q]) * float64(b[j*ldb+q])
				sum, size = sum+x, size+math.Abs(x)
			}
			want, start := float64(alpha)*sum, float32(math.NaN())
			size *= math.Abs(float64(alpha))
			if add {
				start = before[i*ldc+j]
				want, size = want+float64(start), size+math.Abs(float64(start))
			}
			// k products and k additions, alpha and the start, each rounded once.
			if diff := math.Abs(float64(got) - want); !(diff <= float64(2*k+2)*0x1p-24*size) {
				return fmt.Errorf("(%d, %d): got %v, want %v", i, j, got, want)
			}
			one := start
			p.Dots(1, 1, k, &a[i*lda], lda, &b[j*ldb], ldb, &one, 1, alpha, add)
			if math.Float32bits(one) != math.Float32bits(got) {
				return fmt.Errorf("(%d, %d): %v among others, %v alone", i, j, got, one)
			}
		}
	}
	return nil
}
