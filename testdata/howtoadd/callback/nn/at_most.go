package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/fault"
)

// AtMost ends training after so many steps, at least 1.
func AtMost(steps int) Callback {
	var first int
	return Callback{
		Name: "at_most",
		Start: func(r *Run) error {
			if steps < 1 {
				return fault.Value("at most", "steps", float64(steps), "at least 1")
			}
			first = r.Progress().Step
			return nil
		},
		Step: func(r *Run, _ *StepInfo) error {
			if r.Progress().Step-first < steps {
				return nil
			}
			return fmt.Errorf("%d steps were asked for: %w", steps, ErrStop)
		},
	}
}
