package nn

import "github.com/neurona-ml/neurona/nn/fault"

type warmup struct {
	steps int
	then  Schedule
}

// Warmup lets the rate rise linearly to the whole of it over the given number
// of steps, and follows another schedule from there on:
//
//	rate = base·step/steps           for step ≤ steps
//	rate = then(base, step-steps)    for step > steps
//
// The first step already moves, at base/steps: the warm-up of Goyal et al.,
// "Accurate, large minibatch SGD" (2017). A nil schedule is an error of Validate.
func Warmup(steps int, then Schedule) Schedule { return warmup{steps, then} }

// Name is the name of the schedule that follows.
func (s warmup) Name() string {
	if s.then == nil {
		return "warm-up"
	}
	return s.then.Name()
}

func (s warmup) Rate(base float64, step int) float64 {
	if step <= s.steps {
		return base * float64(max(step, 1)) / float64(s.steps)
	}
	if s.then == nil {
		return base
	}
	return s.then.Rate(base, step-s.steps)
}

func (s warmup) Validate() error {
	if s.steps < 0 {
		return fault.Value("warm-up", "steps", float64(s.steps), "at least 0")
	}
	if s.then == nil {
		return fault.Nil("warm-up", "schedule to follow", "one such as Constant or Cosine")
	}
	return s.then.Validate()
}
