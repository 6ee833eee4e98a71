//go:build linux && amd64 && !purego

package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// requireAMX skips a test of tiles on machines that cannot run it. Those with
// AVX-512 can under internal/amxemu/cmd/amxrun.
func requireAMX(t *testing.T) {
	t.Helper()
	if why := cpu.AMX(); why != "" {
		t.Skip(why)
	}
	if why := cpu.Missing(cpu.AVX512); why != "" {
		t.Skip(why)
	}
}

// TestTileAMX compares the tile functions with float64 at numbers of rows and
// columns around those of tiles and of squares of tiles, in all forms that callers
// use: sums that start at zero, at a bias row, at C or at another matrix, with and
// without a floor, operands next to unmapped pages on either side.
func TestTileAMX(t *testing.T) {
	requireAMX(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, products := range []int{1, 3, 6} {
		for _, m := range []int{1, 2, 15, 16, 17, 31, 32, 33, 48, 64, 65, 96, 100, 512} {
			for _, n := range []int{1, 2, 15, 16, 17, 31, 32} {
				k, form := 16*rng.IntN(4), rng.IntN(16)
				t.Run(fmt.Sprintf("products=%d/m=%d/n=%d/k=%d/form=%d", products, m, n, k, form), func(t *testing.T) {
					checkTileAMX(t, rng, products, m, n, k, form)
				})
			}
		}
	}
}

func checkTileAMX(t *testing.T, rng *rand.Rand, products, m, n, k, form int) {
	atEnd, relu, start := form&1 != 0, form&2 != 0, form/4
	pad := func() int { return rng.IntN(3) }
	panels := 1 + rng.IntN(3)
	lda, ldb, ldc := max(k+pad(), 1), n+pad(), n+pad()
	// The planes of pieces, and panels, are matrices one below the other.
	above, pieces := rng.IntN(3), Pieces(products)
	heightA, heightB, heightC := m+above, k+above, m+above
	a := pairsMatrix(t, rng, (pieces-1)*heightA+m, k, lda, atEnd)
	b := pairsMatrix(t, rng, (panels*pieces-1)*heightB+k, n, ldb, atEnd)
	planeA, planeB, panelB, panelC := heightA*lda, heightB*ldb, pieces*heightB*ldb, heightC*ldc
	c := guardedMatrix(t, rng, (panels-1)*heightC+m, n, ldc, atEnd)
	var s []float32
	var lds, panelS int
	switch start {
	case 0:
		lds, panelS = ldc, panelC // of nothing: they must not be looked at
	case 1:
		s, panelS = guardedMatrix(t, rng, panels, n, n, atEnd), n
	case 2:
		s, lds, panelS = c, ldc, panelC
	case 3:
		lds = n + pad()
		panelS = m * lds
		s = guardedMatrix(t, rng, panels*m, n, lds, atEnd)
	}
	floor := float32(math.Inf(-1))
	if relu {
		floor = 0
	}

	want, bound := make([]float64, panels*m*n), make([]float64, panels*m*n)
	for e := range want {
		q, i, j := e/(m*n), e/n%m, e%n
		sum := 0.0
		if s != nil {
			sum = float64(s[q*panelS+i*lds+j])
		}
		size := math.Abs(sum)
		for _, term := range Terms(products) {
			for p := range k {
				x, y := math.Float32bits(a[term.A*planeA+i*lda+p]), math.Float32bits(b[q*panelB+term.B*planeB+p*ldb+j])
				low, high := float64(lowOf(x))*float64(lowOf(y)), float64(highOf(x))*float64(highOf(y))
				sum += low + high
				size += math.Abs(low) + math.Abs(high)
			}
		}
		// Products of bfloat16 are exact. No sum is rounded more often than there
		// are products: with one addition less of products and that to s.
		want[e], bound[e] = math.Max(float64(floor), sum), 2*float64(products*k)*0x1p-24*size
	}
	var from *float32
	if s != nil {
		from = &s[0]
	}
	before := slices.Clone(c)
	amxPairs().PanelsOf(products)(panels, m, n, k, first(a), lda, planeA, first(b), ldb, planeB, panelB, from, lds, panelS, &c[0], ldc, panelC, floor)
	for i, x := range before {
		q, row, col := i/panelC, i%panelC/ldc, i%ldc
		if q >= panels || row >= m || col >= n {
			if math.Float32bits(c[i]) != math.Float32bits(x) {
				t.Fatalf("element %d, which is of no panel, was written", i)
			}
		}
	}
	for q := range panels {
		compareTile(t, c[q*panelC:q*panelC+(m-1)*ldc+n], n, ldc, want[q*m*n:(q+1)*m*n], bound[q*m*n:])
	}
}

// TestTileAMXKeepsNaN shows that NaN and infinities go through, and that a
// floor hides no NaN.
func TestTileAMXKeepsNaN(t *testing.T) {
	requireAMX(t)
	const m, n = 18, 20 // tiles in all four corners of a square
	for _, test := range []struct{ a, b, s, want float32 }{
		{1, 1, nan32, nan32},
		{nan32, 1, 0, nan32},
		{1, nan32, 0, nan32},
		{inf32, 0, 0, nan32},
		{inf32, 1, -inf32, nan32},
		{inf32, 2, 1, inf32},
		{-inf32, 2, 1, -inf32},
		{1, 1, inf32, inf32},
	} {
		for _, floor := range []float32{0, -inf32} {
			for _, high := range []bool{false, true} {
				pair := func(x float32) float32 {
					if high {
						return pairOf(0, x)
					}
					return pairOf(x, 0)
				}
				const k = 16
				a, b, s, c := make([]float32, m*k), make([]float32, k*n), make([]float32, n), make([]float32, m*n)
				for i := range m {
					a[i*k] = pair(test.a)
				}
				fill(b[:n], pair(test.b))
				fill(s, test.s)
				tileAMX(m, n, k, &a[0], k, 1, &b[0], n, &s[0], 0, &c[0], n, floor, nil, 0)
				for i, got := range c {
					if want := max(test.want, floor); !agree(got, float64(want), 0) {
						t.Fatalf("%v·%v + %v above %v at %d is %v, want %v", test.a, test.b, test.s, floor, i, got, want)
					}
				}
			}
		}
	}
}

// TestTileAMXKeepsZero shows that a floor of 0 leaves -0 as it is, like the
// ReLU that runs on its own.
func TestTileAMXKeepsZero(t *testing.T) {
	requireAMX(t)
	for _, n := range []int{1, 16, 17, 32} {
		c := make([]float32, n)
		fill(c, float32(math.Copysign(0, -1)))
		tileAMX(1, n, 0, new(float32), 1, 1, new(float32), n, &c[0], n, &c[0], n, 0, nil, 0)
		for j, x := range c {
			if math.Float32bits(x) != 1<<31 {
				t.Errorf("column %d of %d is %v, want -0", j, n, x)
			}
		}
	}
}

// TestTileAMXChain shows that a product that is cut along k at a multiple of
// 16 pairs, or anywhere between rows or columns, has the bits of the whole.
func TestTileAMXChain(t *testing.T) {
	requireAMX(t)
	rng := rand.New(rand.NewPCG(3, 4))
	const m, n, k, panels = 65, 32, 48, 2
	for _, products := range []int{1, 3, 6} {
		multiply, pieces := amxPairs().PanelsOf(products), Pieces(products)
		const planeA, panelB, panelC = m * k, k * n, m * n
		const planeB = panels * panelB
		a := pairsMatrix(t, rng, pieces*m, k, k, true)
		b := pairsMatrix(t, rng, pieces*panels*k, n, n, true)
		whole := make([]float32, panels*panelC)
		multiply(panels, m, n, k, &a[0], k, planeA, &b[0], n, planeB, panelB, nil, 0, 0, &whole[0], n, panelC, -inf32)
		for _, rows := range []int{1, 16, 33, m} {
			for _, columns := range []int{5, 16, 29, n} {
				for _, steps := range []int{16, 32, k} {
					parts := make([]float32, panels*panelC)
					for q := range panels {
						for i := 0; i < m; i += rows {
							for j := 0; j < n; j += columns {
								for p := 0; p < k; p += steps {
									c := &parts[q*panelC+i*n+j]
									s := c
									if p == 0 {
										s = nil
									}
									multiply(1, min(rows, m-i), min(columns, n-j), min(steps, k-p), &a[i*k+p], k, planeA,
										&b[q*panelB+p*n+j], n, planeB, 0, s, n, 0, c, n, 0, -inf32)
								}
							}
						}
					}
					if !sameBits(parts, whole) {
						t.Errorf("%d products: parts of %d×%d×%d have other bits than the whole", products, rows, columns, steps)
					}
				}
			}
		}
	}
}

// TestTileAMXOnAllThreads shows that nothing of a call outlives it, on
// whatever thread the next one runs, and that garbage collection does no harm.
func TestTileAMXOnAllThreads(t *testing.T) {
	requireAMX(t)
	var group sync.WaitGroup
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(5, seed))
		m, n, k := 1+rng.IntN(64), 1+rng.IntN(32), 16*(1+rng.IntN(3))
		a, b := pairsMatrix(t, rng, m, k, k, true), pairsMatrix(t, rng, k, n, n, true)
		want := make([]float32, m*n)
		tileAMX(m, n, k, &a[0], k, 1, &b[0], n, nil, 0, &want[0], n, 0, nil, 0)
		group.Go(func() {
			for range 10 {
				got := make([]float32, m*n)
				tileAMX(m, n, k, &a[0], k, 1, &b[0], n, nil, 0, &got[0], n, 0, nil, 0)
				if !sameBits(got, want) {
					t.Errorf("%d×%d×%d differs from what it was at first", m, n, k)
				}
				runtime.GC()
			}
		})
	}
	group.Wait()
}
