package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Schedule scales the learning rate as training goes on.
type Schedule interface {
	// Name is the schedule's name in files and flags.
	Name() string
	// Rate is the learning rate of step number step, counted from 1, for a
	// rule whose own rate is base.
	Rate(base float64, step int) float64
	// Validate reports impossible hyper-parameters.
	Validate() error
}

// ParseSchedule returns the schedule called name, "constant" or "cosine", for
// a training of steps steps whose first warmup ones are a linear warm-up. An
// unknown name is an error that suggests the nearest known one; a warm-up that
// is negative or, for "cosine", leaves no step is a *HyperparameterError.
func ParseSchedule(name string, steps, warmup int) (Schedule, error) {
	var s Schedule
	switch name {
	case "constant":
		s = Constant()
	case "cosine":
		if warmup > 0 && warmup >= steps {
			return nil, fault.Value("cosine schedule", "warm-up", float64(warmup), fmt.Sprintf("fewer steps than the %d of the training", steps))
		}
		s = Cosine(steps-warmup, 0)
	default:
		return nil, names.Unknown("schedule", name, []string{"constant", "cosine"})
	}
	if warmup != 0 {
		s = Warmup(warmup, s)
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return s, nil
}
