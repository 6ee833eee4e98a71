package optim

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
)

// TestEMAOfNormwise: the average beside LAMB is one of parameters after its steps, the first of which it copies, and the
// steps are those of LAMB alone.
func TestEMAOfNormwise(t *testing.T) {
	const decay, n = 0.75, 37
	for _, k := range kernels.Sets() {
		rng := rand.New(rand.NewPCG(5, 6))
		averaged, alone := Bind(EMA(LAMB(0.1), decay), k).(Normwise), Bind(LAMB(0.1), k).(Normwise)
		p, d, other, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		want := make([]float64, n)
		for i := range p {
			p[i] = float32(rng.NormFloat64())
		}
		slots := [MaxSlots][]float32{make([]float32, n), make([]float32, n), make([]float32, n)}
		own := [MaxSlots][]float32{make([]float32, n), make([]float32, n)}
		for step := 1; step <= 5; step++ {
			for i := range g {
				g[i] = float32(rng.NormFloat64())
			}
			for s, to := range map[Normwise]struct {
				d     []float32
				slots [MaxSlots][]float32
			}{averaged: {d, slots}, alone: {other, own}} {
				s.Begin(step, 0.1)
				s.Direction(to.d, p, g, to.slots)
				s.Follow(to.d, p, to.slots, k.SumSquares(p), k.SumSquares(to.d))
			}
			for i, v := range d {
				if math.Float32bits(v) != math.Float32bits(other[i]) {
					t.Fatalf("isa=%s: parameter %d is %v after step %d, and %v without an average", k.ISA, i, v, step, other[i])
				}
				want[i] = decay*want[i] + (1-decay)*float64(v)
				if step == 1 {
					want[i] = float64(v)
				}
				// Each step rounds twice, to numbers that are not much larger.
				if diff := math.Abs(float64(slots[2][i]) - want[i]); !(diff <= 0x1p-24*float64(2*step)*(1+math.Abs(want[i]))) {
					t.Fatalf("isa=%s: average %d is %v after step %d, want %v: off by %.3g", k.ISA, i, slots[2][i], step, want[i], diff)
				}
			}
			copy(p, d)
		}
		got := make([]float32, n)
		averaged.(Averaged).Average(got, p, slots)
		for i, v := range got {
			if v != slots[2][i] {
				t.Fatalf("isa=%s: %v is used, want the average %v", k.ISA, v, slots[2][i])
			}
		}
	}
}
