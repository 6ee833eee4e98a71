package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/metric"
)

// KeepBest is EarlyStop without the end: training goes on for all epochs, and then the network
// goes back to the weights of the validation at which m, a metric or ValidationLoss, was best.
func KeepBest(m metric.Metric) Callback {
	return (&earlyStop{metric: m, patience: math.MaxInt}).callback("keep_best")
}
