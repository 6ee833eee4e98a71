package optim

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
)

// TestLAMBAgainstFloat64 takes steps on a matrix, on a row, and on one of zeros, whose norm is 0 at first, also while a schedule
// moves beta1.
func TestLAMBAgainstFloat64(t *testing.T) {
	const own, beta2, epsilon, decay, steps = 0.8, 0.95, 1e-4, 0.1, 200
	schedule := Cyclic(7, CycleMomentum(0.3, 0.97)).(MomentumSchedule)
	for _, k := range kernels.Sets() {
		for name, shape := range map[string]struct {
			rows, cols int
			size       float64
			cycle      naiveCycle // of beta1, nil if it stays
		}{
			"matrix": {5, 7, 1, nil}, "row": {1, 11, 1, nil}, "zeros": {1, 4, 0, nil},
			"moved": {5, 7, 1, naiveCyclic(0.1, 1, 7, 7, func(_, _ float64) float64 { return 1 }, 0.3, 0.97)},
		} {
			t.Run("isa="+k.ISA+"/"+name, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 4))
				n := shape.rows * shape.cols
				p, g, along := make([]float32, n), make([]float32, n), make([]float32, n)
				slots := [MaxSlots][]float32{make([]float32, n), make([]float32, n)}
				want, m, v, r := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
				for i := range p {
					p[i] = float32(shape.size * rng.NormFloat64())
					want[i] = float64(p[i])
				}
				stepper := Bind(LAMB(0.05, Betas(own, beta2), Epsilon(epsilon), Decay(decay)), k).(Normwise)
				moved := 0.0
				for step := 1; step <= steps; step++ {
					rate := 0.05 / float64(step)
					beta1 := own
					if shape.cycle != nil {
						stepper.(MomentumStepper).SetMomentum(schedule.Momentum(own, Progress{Step: step}))
						_, beta1 = shape.cycle(step - 1)
					}
					stepper.Begin(step, rate)
					length, other := 0.0, 0.0
					for i := range want {
						g[i] = float32(rng.NormFloat64())
						d := float64(g[i])
						m[i], v[i] = beta1*m[i]+(1-beta1)*d, beta2*v[i]+(1-beta2)*d*d
						r[i] = m[i]/(1-math.Pow(beta1, float64(step)))/(math.Sqrt(v[i]/(1-math.Pow(beta2, float64(step))))+epsilon) + decay*want[i]
						length, other = length+want[i]*want[i], other+r[i]*r[i]
					}
					ratio := 1.0
					if length > 0 && other > 0 {
						ratio = math.Sqrt(length / other)
					}
					for i := range want {
						want[i] -= rate * ratio * r[i]
						moved = max(moved, rate*ratio*math.Abs(r[i]))
					}
					stepper.Direction(along, p, g, slots)
					stepper.Follow(along, p, slots, k.SumSquares(p), k.SumSquares(along))
					copy(p, along)
				}
				for i, w := range want {
					// As for element-wise rules; norms are of all elements.
					if diff := math.Abs(float64(p[i]) - w); !(diff <= 0x1p-24*steps*(3*(1+math.Abs(w))+20*moved)) {
						t.Fatalf("parameter %d is %v after %d steps, want %v: off by %.3g", i, p[i], steps, w, diff)
					}
				}
			})
		}
	}
}
