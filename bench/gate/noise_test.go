package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestNoiseFloor(t *testing.T) {
	t.Run("constant", func(t *testing.T) {
		// Of three ratios ±r the median is always r or -r.
		if got, want := noiseFloor([]float64{0.1, 0.1, 0.1}), math.Expm1(0.1); !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("got %g, want %g", got, want)
		}
	})
	t.Run("silent", func(t *testing.T) {
		if got := noiseFloor(make([]float64, 8)); got != 0 {
			t.Errorf("got %g, want 0", got)
		}
	})
	t.Run("none", func(t *testing.T) {
		if got := noiseFloor(nil); !math.IsInf(got, 1) {
			t.Errorf("got %g, want +Inf", got)
		}
	})
	t.Run("one outlier does not count", func(t *testing.T) {
		if got := noiseFloor([]float64{0.01, -0.01, 0.01, 0.01, -0.01, 0.01, 2}); !(got <= 0.0101) {
			t.Errorf("got %g, want at most that of the others, 0.0101", got)
		}
	})
	t.Run("shift of the observed median", func(t *testing.T) {
		ratios := []float64{0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2}
		if got := noiseFloor(ratios); !(got >= math.Expm1(0.2)) {
			t.Errorf("got %g, want at least the observed %g", got, math.Expm1(0.2))
		}
	})
}

// TestNoiseFloorCovers checks what the floor promises, with all sign choices
// and with random ones: a fresh median of as many pairs lies within it nearly
// always.
func TestNoiseFloorCovers(t *testing.T) {
	for _, n := range []int{8, 14} {
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		draw := func() []float64 {
			ratios := make([]float64, n)
			for i := range ratios {
				ratios[i] = 0.02 * rng.NormFloat64()
			}
			return ratios
		}
		const trials = 300
		inside := 0
		for range trials {
			if math.Expm1(math.Abs(median(draw()))) <= noiseFloor(draw()) {
				inside++
			}
		}
		// 95 % is what is promised of the same pairs; new ones vary more.
		if share := float64(inside) / trials; !(share >= 0.85) {
			t.Errorf("%d pairs: %.2f of new medians lie within the floor, want 0.85", n, share)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3},
		{[]float64{4, 1}, 2.5},
		{[]float64{9, 1, 5}, 5},
	} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %g, want %g", tt.values, got, tt.want)
		}
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("median of nothing is %g, want NaN", got)
	}
}
