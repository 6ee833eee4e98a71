package main

import (
	"math"
	"testing"

	"golang.org/x/perf/benchmath"
)

func TestHolm(t *testing.T) {
	for _, tt := range []struct{ p, want []float64 }{
		{nil, nil},
		{[]float64{0.04}, []float64{0.04}},
		// Holm's step-down: 3·0.01, 2·0.02, 1·0.03 but never less than before.
		{[]float64{0.03, 0.01, 0.02}, []float64{0.04, 0.03, 0.04}},
		{[]float64{0.5, 0.5, 0.001}, []float64{1, 1, 0.003}},
	} {
		got := holm(tt.p)
		if len(got) != len(tt.want) {
			t.Fatalf("holm(%v) = %v, want %v", tt.p, got, tt.want)
		}
		for i := range got {
			if !(math.Abs(got[i]-tt.want[i]) <= 1e-12) {
				t.Errorf("holm(%v) = %v, want %v", tt.p, got, tt.want)
			}
		}
	}
}

// TestLeastP compares with what benchmath says of samples that are fully
// apart.
func TestLeastP(t *testing.T) {
	for _, n := range []int{2, 3, 6, 8, 11} {
		for _, m := range []int{2, 5, 8} {
			var low, high []float64
			for i := range n {
				low = append(low, float64(i))
			}
			for i := range m {
				high = append(high, float64(100+i))
			}
			want := benchmath.AssumeNothing.Compare(newSample(low), newSample(high)).P
			if got := leastP(n, m); !(math.Abs(got-want) <= 1e-9) {
				t.Errorf("leastP(%d, %d) = %g, the test says %g", n, m, got, want)
			}
		}
	}
	if got := leastP(0, 5); got != 1 {
		t.Errorf("leastP(0, 5) = %g, want 1", got)
	}
}
