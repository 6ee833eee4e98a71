package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// reduction is a kernel that makes one number of its sources.
type reduction struct {
	name    string
	sources int
	run     func(s *Set, x, y []float32) float64
	// exact returns the result and how far rounding may move it.
	exact func(x, y []float32) (want, tol float64)
}

func reductions() []reduction {
	const unit64 = 0x1p-53
	// The roundings of a sum of n terms, in whatever order, are at most n of
	// the sum of magnitudes.
	sumOf := func(n int, unit float64, term func(i int) float64) (want, tol float64) {
		size := 0.0
		for i := range n {
			want += term(i)
			size += math.Abs(term(i))
		}
		return want, 2 * float64(n+1) * (unit*size + tiny)
	}
	return []reduction{
		{
			"dot", 2, func(s *Set, x, y []float32) float64 { return float64(s.Dot(x, y)) },
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit, func(i int) float64 { return float64(x[i]) * float64(y[i]) })
			},
		},
		{
			"sum", 1, func(s *Set, x, _ []float32) float64 { return s.Sum(x) },
			func(x, _ []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 { return float64(x[i]) })
			},
		},
		{
			"sumSquares", 1, func(s *Set, x, _ []float32) float64 { return s.SumSquares(x) },
			func(x, _ []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 { return float64(x[i]) * float64(x[i]) })
			},
		},
		{
			"maxAbs", 1, func(s *Set, x, _ []float32) float64 { return float64(s.MaxAbs(x)) },
			func(x, _ []float32) (want, tol float64) {
				for _, v := range x {
					want = max(want, math.Abs(float64(v)))
				}
				return want, 0
			},
		},
		{
			"squaresFrom", 1, func(s *Set, x, _ []float32) float64 { return s.SquaresFrom(x, 0.3) },
			func(x, _ []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 {
					d := float64(x[i] - 0.3) // the difference is one of float32
					return d * d
				})
			},
		},
		{
			"sumProducts", 2, func(s *Set, x, y []float32) float64 { return s.SumProducts(x, y) },
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 { return float64(x[i] * y[i]) }) // products of float32
			},
		},
		{
			"normRowGradients", 2, func(s *Set, x, y []float32) float64 {
				ones, dgain, dbias := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
				fill(ones, 1)
				return s.NormRowGradients(dgain, dbias, x, y, ones, 0, 1)
			},
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 { return float64(x[i] * y[i]) })
			},
		},
		{
			"periodicGradients", 2, func(s *Set, x, y []float32) float64 {
				ones, none := make([]float32, len(x)), make([]float32, len(x))
				fill(ones, 1)
				return s.PeriodicGradients(make([]float32, len(x)), none, x, ones, none, y, 1)
			},
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 { return float64(x[i] * y[i]) })
			},
		},
		{
			"deriveLeakyReLU", 2, func(s *Set, x, y []float32) float64 {
				return s.DeriveLeakyReLU(make([]float32, len(x)), x, y, 1)
			},
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 {
					if y[i] > 0 {
						return 0
					}
					return float64(x[i] * y[i]) // the product is one of float32
				})
			},
		},
		{
			"squaredError", 2, func(s *Set, x, y []float32) float64 {
				return s.SquaredError(make([]float32, len(x)), x, y, 1)
			},
			func(x, y []float32) (want, tol float64) {
				return sumOf(len(x), unit64, func(i int) float64 {
					d := float64(x[i] - y[i]) // the difference is one of float32
					return d * d
				})
			},
		},
	}
}

func eachReduction(t *testing.T, test func(t *testing.T, s *Set, r reduction)) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, r := range reductions() {
			t.Run(r.name, func(t *testing.T) { test(t, s, r) })
		}
	})
}

// agree64 is agree for results that are float64.
func agree64(got, want, tol float64) bool {
	if math.IsNaN(want) {
		return math.IsNaN(got)
	}
	return got == want || math.Abs(got-want) <= tol
}

// TestReductionLengths runs every reduction between guard pages on every
// length. The result may depend on the length, but not on where it lies.
func TestReductionLengths(t *testing.T) {
	eachReduction(t, func(t *testing.T, s *Set, r reduction) {
		rng := rand.New(rand.NewPCG(7, 8))
		value := ofAllSizes(rng)
		memX, memY := newGuarded(t), newGuarded(t)
		for _, n := range lengths(longest) {
			x, y := memX.slice(n, false), memY.slice(n, false)
			for i := range n {
				x[i], y[i] = value(0, i), value(1, i)
			}
			want, tol := r.exact(x, y)
			got := r.run(s, x, y)
			if !agree64(got, want, tol) {
				t.Fatalf("n=%d: got %g, want %g ± %g", n, got, want, tol)
			}
			xEnd, yEnd := memX.slice(n, true), memY.slice(n, true)
			copy(xEnd, x)
			copy(yEnd, y)
			if again := r.run(s, xEnd, yEnd); again != got {
				t.Fatalf("n=%d: %g elsewhere in memory, %g before", n, again, got)
			}
		}
	})
}

// TestReductionSpecial puts each special number at every place in turn.
func TestReductionSpecial(t *testing.T) {
	eachReduction(t, func(t *testing.T, s *Set, r reduction) {
		for _, n := range []int{1, 7, 8, 9, 16, 17, 70, 131} {
			for _, special := range []float32{nan32, -nan32, inf32, -inf32, math.SmallestNonzeroFloat32, math.MaxFloat32} {
				for at := range n {
					x, y := make([]float32, n), make([]float32, n)
					fill(x, -1)
					fill(y, 1)
					x[at] = special
					want, tol := r.exact(x, y)
					if got := r.run(s, x, y); !agree64(got, want, tol) {
						t.Fatalf("n=%d, %g at %d: got %g, want %g ± %g", n, special, at, got, want, tol)
					}
				}
			}
		}
	})
}

// TestMaxAbsOfAlike sees that lanes past the end do not count.
func TestMaxAbsOfAlike(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, n := range lengths(longest) {
			x := make([]float32, n)
			for _, v := range []float32{-5, 0, -inf32, inf32} {
				fill(x, v)
				want := abs(v)
				if n == 0 {
					want = 0
				}
				if got := s.MaxAbs(x); got != want {
					t.Fatalf("n=%d: largest magnitude of %gs is %g", n, v, got)
				}
			}
		}
	})
}
