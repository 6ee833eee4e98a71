package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// exactSoftmax returns softmax times scale and, for each element, how far
// rounding may move it; then the same for the sum of exponentials.
//
// z-max is rounded once, which moves e^(z-max) by unit*|z-max| of itself; the
// exponential adds 2 units (1 ulp). The sum inherits these errors in
// proportion and adds at most n roundings of its own; the scale adds 3.
func exactSoftmax(z []float32, scale float32) (want, tol []float64, sum, sumTol float64) {
	top := math.Inf(-1)
	for _, v := range z {
		top = max(top, float64(v))
	}
	e := make([]float64, len(z))
	relative := make([]float64, len(z))
	inherited := 0.0
	for i, v := range z {
		below := float64(v) - top
		if float32(below) < expMinNormal {
			continue // counts as 0
		}
		e[i] = math.Exp(below)
		relative[i] = unit * (3 - below)
		sum += e[i]
		inherited += e[i] * relative[i]
	}
	sumTol = inherited + unit*float64(len(z))*sum
	want, tol = make([]float64, len(z)), make([]float64, len(z))
	for i := range z {
		want[i] = float64(scale) * e[i] / sum
		tol[i] = want[i]*(relative[i]+sumTol/sum+4*unit) + 2*tiny
	}
	return want, tol, sum, sumTol
}

func checkSoftmax(t *testing.T, got, z []float32, scale, gotMax, gotSum float32) {
	t.Helper()
	want, tol, sum, sumTol := exactSoftmax(z, scale)
	for i := range z {
		if !agree(got[i], want[i], tol[i]) {
			t.Fatalf("n=%d, element %d of %v: got %g, want %g ± %g", len(z), i, z, got[i], want[i], tol[i])
		}
	}
	if !agree(gotSum, sum, sumTol) {
		t.Fatalf("n=%d: sum %g, want %g ± %g", len(z), gotSum, sum, sumTol)
	}
	if top := largest(z); !math.IsNaN(sum) && gotMax != top {
		t.Fatalf("n=%d: max %g, want %g", len(z), gotMax, top)
	}
}

func TestSoftmaxLengths(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		rng := rand.New(rand.NewPCG(9, 10))
		memDst, memZ := newGuarded(t), newGuarded(t)
		for _, n := range lengths(longest)[1:] {
			for _, atEnd := range []bool{false, true} {
				for _, spread := range []float64{0, 1, 30, 300, 1e30} {
					dst, z := memDst.slice(n, atEnd), memZ.slice(n, atEnd)
					fill(dst, nan32)
					for i := range z {
						z[i] = float32(spread * rng.NormFloat64())
					}
					const scale = 0.125
					before := append([]float32(nil), z...)
					top, sum := s.Softmax(dst, z, scale)
					if !sameBits(z, before) {
						t.Fatalf("n=%d: the source was written", n)
					}
					checkSoftmax(t, dst, z, scale, top, sum)

					inPlaceTop, inPlaceSum := s.Softmax(z, z, scale)
					if !sameBits(z, dst) || inPlaceTop != top || inPlaceSum != sum {
						t.Fatalf("n=%d: another result in place", n)
					}
				}
			}
		}
	})
}

// TestSoftmaxSpecial sees that rows without a softmax are all NaN, and that
// -Inf beside a number is a probability of 0.
func TestSoftmaxSpecial(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, n := range []int{1, 2, 5, 8, 9, 10, 16, 17, 33, 100} {
			for at := range n {
				for _, special := range []float32{nan32, inf32, -inf32} {
					z, dst := make([]float32, n), make([]float32, n)
					z[at] = special
					top, sum := s.Softmax(dst, z, 1)
					checkSoftmax(t, dst, z, 1, top, sum)
					if special == -inf32 && n > 1 && dst[at] != 0 {
						t.Fatalf("n=%d: -Inf at %d has probability %g", n, at, dst[at])
					}
				}
			}
			z, dst := make([]float32, n), make([]float32, n)
			fill(z, -inf32)
			if _, sum := s.Softmax(dst, z, 1); sum == sum || dst[0] == dst[0] || dst[n-1] == dst[n-1] {
				t.Fatalf("n=%d: softmax of nothing but -Inf is %v, sum %g, want NaN", n, dst, sum)
			}
		}
	})
}
