package nn

import (
	"log/slog"
	"math"

	"github.com/neurona-ml/neurona/nn/fault"
)

// FitOption changes one thing about a call of Fit.
type FitOption func(*fitConfig)

type fitConfig struct {
	batch      int
	epochs     int
	validation *Data
	early      *earlyStop
	onStep     []func(StepInfo) error
	onEpoch    []func(EpochInfo) error
	dropLast   bool
	noShuffle  bool
	logger     *slog.Logger
	err        error // of an option that was given nil
}

// Batch sets how many samples a batch has. The default is 32.
func Batch(samples int) FitOption { return func(c *fitConfig) { c.batch = samples } }

// Epochs sets how often all samples are gone through. The default is 10.
func Epochs(n int) FitOption { return func(c *fitConfig) { c.epochs = n } }

// Validate evaluates the network on data after each epoch.
func Validate(data Data) FitOption { return func(c *fitConfig) { c.validation = &data } }

// EarlyStop ends training when the validation loss has not fallen by more than
// minDelta for patience epochs. It needs Validate.
//
// Whatever ends training, early or not, a context, a callback or an error, the
// network goes back to the weights of the epoch with the lowest validation loss,
// History.BestEpoch. If no epoch was whole, the weights are those of the last
// step. What an optimizer keeps stays as the last step has left it.
func EarlyStop(patience int, minDelta float64) FitOption {
	return func(c *fitConfig) { c.early = &earlyStop{patience: patience, minDelta: minDelta} }
}

// OnStep calls f after each batch. f may return ErrStop to end training
// without an error; any other error ends it with that error. Between batches f
// may use the network as it likes. A nil is an error.
func OnStep(f func(StepInfo) error) FitOption {
	return func(c *fitConfig) {
		if c.onStep = append(c.onStep, f); f == nil {
			c.err = fault.Nil("fit", "callback of OnStep", "a function, or no OnStep")
		}
	}
}

// OnEpoch calls f after each epoch, and its validation, under the rules of
// OnStep.
func OnEpoch(f func(EpochInfo) error) FitOption {
	return func(c *fitConfig) {
		if c.onEpoch = append(c.onEpoch, f); f == nil {
			c.err = fault.Nil("fit", "callback of OnEpoch", "a function, or no OnEpoch")
		}
	}
}

// DropLast leaves out the last batch of an epoch if it is short. Without it,
// a short batch is trained on like any other.
func DropLast() FitOption { return func(c *fitConfig) { c.dropLast = true } }

// NoShuffle takes the samples in the order they have. Without it each epoch
// has an order of its own, a function of the network's seed and the number of
// the epoch.
func NoShuffle() FitOption { return func(c *fitConfig) { c.noShuffle = true } }

// WithLogger logs a line for each epoch, at level Info: its number, loss,
// accuracy, learning rate and speed, and what validation has given. Where samples
// have several labels there is label_accuracy too: see Metrics. If the products are not
// done in the precision that was asked for, the first line says so, at level
// Warn, with the attributes asked, used and why. A nil logs nothing.
func WithLogger(l *slog.Logger) FitOption { return func(c *fitConfig) { c.logger = l } }

func newFitConfig(opts []FitOption, samples int) (*fitConfig, error) {
	c := &fitConfig{batch: 32, epochs: 10}
	if err := apply("fit", opts, c); err != nil {
		return nil, err
	}
	if c.err != nil {
		return nil, c.err
	}
	if c.batch < 1 {
		return nil, fault.Value("fit", "batch", float64(c.batch), "at least 1 sample")
	}
	if c.epochs < 1 {
		return nil, fault.Value("fit", "number of epochs", float64(c.epochs), "at least 1")
	}
	if c.dropLast && samples < c.batch {
		return nil, fault.Value("fit", "number of samples", float64(samples), "a whole batch, since DropLast leaves out a short one")
	}
	if c.early != nil {
		if c.early.patience < 1 {
			return nil, fault.Value("early stopping", "patience", float64(c.early.patience), "at least 1 epoch")
		}
		if !(c.early.minDelta >= 0 && c.early.minDelta <= math.MaxFloat64) {
			return nil, fault.Value("early stopping", "least improvement", c.early.minDelta, "a finite number, at least 0")
		}
		if c.validation == nil {
			return nil, fault.Value("early stopping", "number of validation sets", 0, "one, by Validate")
		}
	}
	c.batch = min(c.batch, samples)
	return c, nil
}
