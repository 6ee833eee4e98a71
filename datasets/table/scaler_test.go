package table

import (
	"math"
	"slices"
	"testing"
)

func near(got, want, tol float64) bool { return math.Abs(got-want) <= tol }

// TestScalers: values by the formulas, and by hand.
func TestScalers(t *testing.T) {
	t.Parallel()
	clip := func(z float64) float64 { return z / math.Sqrt(1+z*z/9) }
	for _, c := range []struct {
		kind   ScaleKind
		sorted []float64
		x, z   []float64
	}{
		{Standardise, []float64{1, 2, 3, 4}, []float64{1, 2.5, 10}, []float64{-1.5 / math.Sqrt(1.25), 0, 7.5 / math.Sqrt(1.25)}},
		{Standardise, []float64{1.7e9, 1.7e9 + 1, 1.7e9 + 2}, []float64{1.7e9, 1.7e9 + 2}, []float64{-math.Sqrt(1.5), math.Sqrt(1.5)}},
		{Standardise, []float64{-1e300, 1e300}, []float64{1e300}, []float64{1}},
		{Standardise, []float64{-1e-300, 1e-300}, []float64{1e-300}, []float64{1}},
		{Standardise, []float64{7, 7, 7}, []float64{7, 8}, []float64{0, 1}},
		{Standardise, []float64{0.1, 0.1, 0.1}, []float64{0.1}, []float64{0}},
		{Robust, []float64{1, 2, 3, 4, 100}, []float64{3, 4, 100}, []float64{0, clip(0.5), clip(48.5)}},
		{Robust, []float64{1, 2, 2, 2, 2, 2, 9}, []float64{2, 9}, []float64{0, clip(7. / 4)}},
		{Robust, []float64{1, 2, 3}, []float64{1e308, -1e308}, []float64{3, -3}},
		{MinMax, []float64{-2, 0, 6}, []float64{-2, 0, 6, 14}, []float64{0, 0.25, 1, 2}},
		{Unscaled, []float64{-2, 0, 6}, []float64{-2, 14}, []float64{-2, 14}},
		{Quantile, []float64{1, 2, 2, 2, 3}, []float64{2}, []float64{0}},
		{Quantile, []float64{5, 5}, []float64{5, 4}, []float64{0, 0}},
	} {
		s := fitScaler(c.kind, c.sorted)
		for i, x := range c.x {
			if got := s.Apply(x); !near(got, c.z[i], 1e-14*(1+math.Abs(c.z[i]))) {
				t.Errorf("%s of %v: %v becomes %v, want %v", c.kind, c.sorted, x, got, c.z[i])
			}
		}
		if !s.valid() {
			t.Errorf("%s of %v is not valid", c.kind, c.sorted)
		}
	}
}

// TestQuantiles: the share of normal numbers below what a value becomes is that of training values below it.
func TestQuantiles(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 11, 255, 256, 4001} {
		var values []float64
		for i := range n {
			values = append(values, math.Exp(float64(i*7919%n)/float64(n)*5))
		}
		slices.Sort(values)
		s := fitScaler(Quantile, values)
		m := float64(min(n, maxQuantiles))
		for i, v := range values {
			p := min(max(float64(i)/float64(n-1), 0.5/m), 1-0.5/m)
			got := 0.5 * (1 + math.Erf(s.Apply(v)/math.Sqrt2))
			// Between two of the quantiles kept a curve is taken for a line.
			tol := 1e-12
			if n > maxQuantiles {
				tol = 5e-5
			}
			if !near(got, p, tol) {
				t.Fatalf("%d values: number %d has share %v, want %v", n, i, got, p)
			}
		}
		low, high := s.Apply(values[0]-1), s.Apply(values[n-1]+1)
		if low != s.Apply(values[0]) || high != s.Apply(values[n-1]) || !near(low, -high, 1e-9) || !(high < 4) {
			t.Errorf("%d values: beyond all others is %v to %v", n, low, high)
		}
	}
}

// TestInvert: targets come back.
func TestInvert(t *testing.T) {
	t.Parallel()
	for _, kind := range []ScaleKind{Standardise, MinMax, Unscaled} {
		s := fitScaler(kind, []float64{-3, 10, 556289, 1e7})
		for _, v := range []float64{-3, 0, 12345.678, 1e8} {
			if got := s.Invert(s.Apply(v)); !near(got, v, 1e-9*(1+math.Abs(v))) {
				t.Errorf("%s: %v comes back as %v", kind, v, got)
			}
		}
	}
}
