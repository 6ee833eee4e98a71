package nn

import (
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
)

// FitOption changes one thing about a call of Fit. A Callback is one too.
type FitOption interface{ applyFit(*fitConfig) }

type fitOption func(*fitConfig)

func (o fitOption) applyFit(c *fitConfig) { o(c) }

type fitConfig struct {
	batch           int
	epochs          int
	start           bool // in the middle of an epoch
	startEpoch      int  // which, if so
	startRows       int64
	validates       bool
	validation      data.Source     // if so
	metrics         []metric.Metric // that it computes
	validatesWithin bool            // epochs
	validateEvery   int             // batches, if so
	callbacks       []Callback
	dropLast        bool
	noShuffle       bool
}

// Batch sets how many samples a batch has. The default is 32.
func Batch(samples int) FitOption { return fitOption(func(c *fitConfig) { c.batch = samples }) }

// Epochs sets how often all samples are gone through. The default is 10.
func Epochs(n int) FitOption { return fitOption(func(c *fitConfig) { c.epochs = n }) }

// DropLast leaves out the last batch of an epoch if it is short. Without it,
// a short batch is trained on like any other.
func DropLast() FitOption { return fitOption(func(c *fitConfig) { c.dropLast = true }) }

// NoShuffle takes the samples in the order they have. Without it each epoch
// of a data.Shuffler, such as a data.Set, has an order of its own, a function of the network's
// seed and the number of the epoch. Other sources bring their order with them.
func NoShuffle() FitOption { return fitOption(func(c *fitConfig) { c.noShuffle = true }) }

func newFitConfig(opts []FitOption, samples int64) (*fitConfig, error) {
	c := &fitConfig{batch: 32, epochs: 10}
	for i, o := range opts {
		if o == nil {
			return nil, fault.Option("fit", i)
		}
		o.applyFit(c)
	}
	if c.batch < 1 {
		return nil, fault.Value("fit", "batch", float64(c.batch), "at least 1 sample")
	}
	if c.epochs < 1 {
		return nil, fault.Value("fit", "number of epochs", float64(c.epochs), "at least 1")
	}
	known := samples != data.Unknown
	if c.dropLast && known && samples < int64(c.batch) {
		return nil, noWholeBatch(samples)
	}
	if c.start {
		if err := c.checkStart(samples); err != nil {
			return nil, err
		}
	}
	if c.validatesWithin && c.validateEvery < 1 {
		return nil, fault.Value("fit", "batches between validations", float64(c.validateEvery), "at least 1")
	}
	if c.validatesWithin && !c.validates {
		return nil, fault.Value("fit", "number of validation sets", 0, "one, by Validate, for ValidateEvery")
	}
	for i := range c.callbacks {
		if cb := &c.callbacks[i]; len(cb.Metrics) > 0 && !c.validates {
			return nil, fault.Value(cb.label(), "number of validation sets", 0, "one, by Validate")
		}
	}
	if known {
		c.batch = int(min(int64(c.batch), samples))
	}
	return c, nil
}

// noWholeBatch reports an epoch that DropLast leaves nothing of.
func noWholeBatch(samples int64) error {
	return fault.Value("fit", "number of samples", float64(samples), "a whole batch, since DropLast leaves out a short one")
}
