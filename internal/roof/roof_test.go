package roof_test

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/roof"
	"github.com/neurona-ml/neurona/kernels"
)

func TestMeasure(t *testing.T) {
	for _, set := range kernels.Sets() {
		for _, workers := range []int{1, 2} {
			r := roof.Measure(set, workers, 1<<20)
			if !(r.FLOPs > 0) || math.IsInf(r.FLOPs, 0) {
				t.Errorf("%s, %d workers: %v FLOP/s", set.ISA, workers, r.FLOPs)
			}
			for _, l := range r.Levels {
				if !(l.Bandwidth > 0) || math.IsInf(l.Bandwidth, 0) {
					t.Errorf("%s, %d workers: %s reads %v bytes a second", set.ISA, workers, l.Name, l.Bandwidth)
				}
			}
			if last := r.Levels[len(r.Levels)-1]; !(last.Bytes >= 1<<20) {
				t.Errorf("the last level holds %v bytes, want 1 MiB and more", last.Bytes)
			}
		}
	}
}

func TestSeconds(t *testing.T) {
	r := roof.Roof{FLOPs: 100, Levels: []roof.Level{{Name: "near", Bytes: 10, Bandwidth: 50}, {Name: "far", Bytes: 1000, Bandwidth: 5}}}
	for _, tt := range []struct {
		flops, bytes, want float64
		bound              string
	}{
		{200, 10, 2, "FMA"},
		{0, 10, 0.2, "near"},
		{0, 20, 4, "far"},
		{0, 5000, 1000, "far"},
		{0, 0, 0, "FMA"},
	} {
		got, bound := r.Seconds(tt.flops, tt.bytes)
		if got != tt.want || bound != tt.bound {
			t.Errorf("%v FLOPs and %v bytes: %v s by %s, want %v by %s", tt.flops, tt.bytes, got, bound, tt.want, tt.bound)
		}
	}
}
