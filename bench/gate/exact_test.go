package main

import (
	"math"
	"testing"
)

func TestJudgeExact(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name       string
		higher     bool
		base, head []float64
		tolerance  float64
		want       Verdict
	}{
		{"no allocation on either side", false, []float64{0, 0}, []float64{0, 0}, 0, Same},
		{"one allocation more", false, []float64{0, 0}, []float64{1, 1}, 0, Worse},
		{"one allocation less", false, []float64{3, 3}, []float64{2, 2}, 0, Better},
		{"what a process allocates once in a while", false, []float64{0, 512, 0}, []float64{0, 0, 13312}, 0, Same},
		{"every run of HEAD above all of BASE", false, []float64{10, 12}, []float64{13, 15}, 0, Worse},
		{"HEAD within the spread of BASE", false, []float64{10, 14}, []float64{12, 12}, 0, CannotTell},
		{"most runs of HEAD above", false, []float64{0, 0, 0}, []float64{0, 1, 1}, 0, CannotTell},
		{"instructions within tolerance", false, []float64{1000}, []float64{1009}, 0.01, Same},
		{"instructions above tolerance", false, []float64{1000}, []float64{1011}, 0.01, Worse},
		{"instructions below tolerance", false, []float64{1000}, []float64{980}, 0.01, Better},
		{"higher is better and it fell", true, []float64{9, 9}, []float64{8, 8}, 0, Worse},
		{"higher is better and it rose", true, []float64{9, 9}, []float64{10, 10}, 0, Better},
		{"nothing on one side", false, []float64{1}, nil, 0, CannotTell},
		{"not a number", false, []float64{1}, []float64{nan}, 0, CannotTell},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judgeExact("Name", "allocs/op", tt.higher, tt.base, tt.head, tt.tolerance)
			if f.Verdict != tt.want {
				t.Errorf("%s (%s), want %s", f.Verdict, f.Reason, tt.want)
			}
			if f.Reason == "" || f.Kind != KindExact {
				t.Errorf("finding %+v lacks reason or kind", f)
			}
		})
	}
}

func TestChange(t *testing.T) {
	for _, tt := range []struct{ base, head, want float64 }{
		{0, 0, 0}, {0, 2, math.Inf(1)}, {2, 1, -0.5}, {4, 5, 0.25},
	} {
		if got := change(tt.base, tt.head); got != tt.want {
			t.Errorf("change(%g, %g) = %g, want %g", tt.base, tt.head, got, tt.want)
		}
	}
}
