package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
)

// StopAt ends training at the first validation at which m, a metric or ValidationLoss, is
// value or better. It needs Validate, which then computes m too. An EarlyStop beside it goes
// back to the best weights by its own metric; by the same one, they are those here.
func StopAt(m metric.Metric, value float64) Callback {
	if m == nil {
		err := fault.Nil("stop at", "metric", "one such as metric.Accuracy() or ValidationLoss()")
		return Callback{Name: "stop_at", Start: func(*Run) error { return err }}
	}
	return Callback{
		Name:    "stop_at(" + m.String() + ")",
		Metrics: []metric.Metric{m},
		Start: func(*Run) error {
			if math.IsNaN(value) {
				return fault.Value("stop at", m.String(), value, "a number")
			}
			return nil
		},
		Validated: func(_ *Run, v *Validation) error {
			now, _ := v.Value(m.String())
			if now != value && !better(m.Higher(), now, value) {
				return nil
			}
			return fmt.Errorf("%s is %v: %w", m, now, ErrStop)
		},
	}
}
