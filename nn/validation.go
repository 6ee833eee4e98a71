package nn

import (
	"errors"
	"math"
	"time"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Validation is an evaluation during Fit, on the data of Validate.
type Validation struct {
	Metrics
	Epoch int           // the epoch under way, or the one that has just ended
	Step  int           // batches so far, as StepInfo counts them
	Time  time.Duration // that it took
}

// Validate evaluates the network on a source, such as a data.Set, after each epoch: the loss, and
// metrics, in their order. What cannot be computed for the loss that is trained for, the outputs
// there are and the targets is an error before the first epoch, as far as they are known
// then: of samples in memory all, of others those of a first batch. See Evaluate.
func Validate(source data.Source, metrics ...metric.Metric) FitOption {
	return fitOption(func(c *fitConfig) { c.validates, c.validation, c.metrics = true, source, metrics })
}

// ValidateEvery has a validation after every so many batches too, counted over the trainer's
// life as StepInfo does. The one at the end of an epoch stands for that of its last batch.
// Patience of EarlyStop and of an optim.Plateau counts validations. It needs Validate.
func ValidateEvery(batches int) FitOption {
	return fitOption(func(c *fitConfig) { c.validateEvery, c.validatesWithin = batches, true })
}

// ValidationLoss is the loss that is trained for, as EarlyStop, StopAt and Metrics of a
// Callback take it. Fit computes it at every validation. Of itself it has no values, as it
// does not know the loss.
func ValidationLoss() metric.Metric { return validationLoss{} }

type validationLoss struct{}

func (validationLoss) String() string             { return lossName }
func (validationLoss) Higher() bool               { return false }
func (validationLoss) Check(loss.Link, int) error { return nil }
func (validationLoss) Start() metric.State        { return noState{} }

// lossName is under which name Metrics has the loss.
const lossName = "loss"

var errNoLoss = errors.New("nn: ValidationLoss is computed by trainers alone")

type noState struct{}

func (noState) Add(_, _ tensor.Matrix, _ data.Target) error { return errNoLoss }
func (noState) Merge(metric.State) error                    { return errNoLoss }
func (noState) Value() float64                              { return math.NaN() }
