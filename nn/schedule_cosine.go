package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
)

type cosine struct {
	steps int
	floor float64
}

// Cosine lets the rate fall along half a cosine, from the whole of it at step
// 1 to the fraction floor of it after the given number of steps, where it
// stays:
//
//	rate = base·(floor + (1-floor)·(1+cos(π·min(step-1, steps)/steps))/2)
//
// This is PyTorch's CosineAnnealingLR with T_max = steps and eta_min =
// floor·base, and SGDR without restarts (Loshchilov and Hutter, 2017). floor
// is from 0 to 1.
func Cosine(steps int, floor float64) Schedule { return cosine{steps, floor} }

func (cosine) Name() string { return "cosine" }

func (s cosine) Rate(base float64, step int) float64 {
	done := min(max(step-1, 0), s.steps)
	fall := (1 + math.Cos(math.Pi*float64(done)/float64(s.steps))) / 2
	return base * (s.floor + (1-s.floor)*fall)
}

func (s cosine) Validate() error {
	if !(s.floor >= 0 && s.floor <= 1) {
		return fault.Value("cosine schedule", "floor", s.floor, "a fraction from 0 to 1")
	}
	if s.steps < 1 {
		return fault.Value("cosine schedule", "steps", float64(s.steps), "at least 1")
	}
	return nil
}
