package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Fit trains on data for a number of epochs, in mini-batches whose rows are
// gathered by index into memory that is used again. It looks at all data once
// before it starts: wrong shapes, values that are not finite and targets that
// do not fit the loss are errors. So is a batch whose samples all have a weight of 0. A
// schedule that is an optim.Adaptive observes the loss of each validation, or, without
// Validate, that of each epoch.
//
// Between batches Fit looks at ctx, and returns its error when it is done: a
// step is either taken as a whole or not at all, so the network is consistent
// and can be saved, used, or trained on. With any error comes the history so
// far. The weights are those of the last step, unless a callback such as EarlyStop goes
// back to others at the end.
//
// With WithAccumulation, batches left over at the end of an epoch make a step
// of their own. A second Fit goes on where the first has stopped: epochs count
// on, and each has the same order of samples as if there had been one call.
func (t *Trainer) Fit(ctx context.Context, data Data, opts ...FitOption) (h *History, err error) {
	defer recovered(&err)
	f := &fit{Trainer: t, ctx: ctx, data: data}
	h = &History{}
	if ctx == nil {
		return h, fault.Nil("fit", "context", "one such as context.Background()")
	}
	if err = data.check(t.net, t.loss.Loss); err != nil {
		return h, dataError("training data", err)
	}
	if f.config, err = newFitConfig(opts, data.X.Rows); err != nil {
		return h, err
	}
	if err := f.prepare(); err != nil {
		return h, err
	}
	if err := f.prepareCallbacks(h); err != nil {
		return h, err
	}
	cause := f.run.start()
	if cause == nil {
		cause = f.train()
	}
	if cause != nil {
		f.dropPending()
	}
	end := f.run.end(cause)
	if errors.Is(cause, ErrStop) {
		cause = nil
	}
	if end != nil {
		cause = errors.Join(cause, end)
	}
	return h, cause
}

// fit is a call of Fit under way.
type fit struct {
	*Trainer
	config    *fitConfig
	ctx       context.Context
	data      Data
	metrics   []metric.Metric // of validation
	evaluator evaluator       // likewise
	run       Run
	info      StepInfo // of the last step, as callbacks are told of it
	order     []int    // of the samples, in this epoch; nil without shuffling
	gather    gatherer // used if there is an order
}

// prepare looks at what is to be trained and judged by, and reserves what the largest batch
// needs.
func (f *fit) prepare() (err error) {
	last := f.data.X.Rows % f.config.batch
	if last == 0 || f.config.dropLast {
		last = f.config.batch
	}
	if err := f.net.checkBatches(f.config.batch, last); err != nil {
		return fmt.Errorf("nn: fit: %w", err)
	}
	if v := f.config.validation; v != nil {
		if err := v.check(f.net, f.loss.Loss); err != nil {
			return dataError("validation data", err)
		}
		metrics := f.config.metrics
		for i := range f.config.callbacks {
			metrics = append(metrics[:len(metrics):len(metrics)], f.config.callbacks[i].Metrics...)
		}
		if f.metrics, err = f.fitting("fit", metrics); err != nil {
			return err
		}
		if err := f.evaluator.try(f.Trainer, *v, f.metrics); err != nil {
			return dataError("validation data", err)
		}
	}
	if err := f.net.begin(); err != nil {
		return err
	}
	defer f.net.end()
	if err := f.net.reserve(f.config.batch); err != nil {
		return err
	}
	f.run.until = f.end()
	f.opt.until = f.run.until
	if err := f.opt.checkSchedule(); err != nil {
		return fmt.Errorf("nn: schedule: %w", err)
	}
	if !f.config.noShuffle {
		f.order = make([]int, f.data.X.Rows)
		f.gather.reserve(f.net.backend, f.data, f.config.batch)
	}
	return nil
}

// prepareCallbacks puts before the callbacks that were given those that every Fit has.
func (f *fit) prepareCallbacks(h *History) error {
	all := []Callback{record(h)}
	if o := f.opt.observer; o != nil {
		all = append(all, observe(o))
	}
	all = append(all, f.config.callbacks...)
	f.run = Run{
		Context: f.ctx, Trainer: f.Trainer, History: h,
		Data: f.data, Batch: f.config.batch, Epochs: f.config.epochs, Validation: f.config.validation, Metrics: f.metrics,
		until: f.run.until, callbacks: all,
	}
	return checkCallbacks(all)
}

// end is where training ends, if nothing ends it before.
func (f *fit) end() optim.Progress {
	batches := f.data.X.Rows / f.config.batch
	if !f.config.dropLast && f.data.X.Rows%f.config.batch != 0 {
		batches++
	}
	steps := (batches-1)/f.opt.accumulate + 1 // of an epoch
	p := optim.Progress{Steps: math.MaxInt, Epoch: f.epochs + 1, Epochs: math.MaxInt}
	if f.config.epochs <= math.MaxInt-f.epochs {
		p.Epochs = f.epochs + f.config.epochs
	}
	if f.config.epochs <= (math.MaxInt-f.opt.steps)/steps {
		p.Steps = f.opt.steps + f.config.epochs*steps
	}
	return p
}

// train does the epochs.
func (f *fit) train() (err error) {
	defer recovered(&err)
	for range f.config.epochs {
		if err := f.epoch(); err != nil {
			return err
		}
	}
	return nil
}

// epoch goes through all samples once, and tells the callbacks.
func (f *fit) epoch() error {
	e := EpochInfo{Epoch: f.epochs + 1}
	f.run.until.Epoch = e.Epoch
	f.shuffle(e.Epoch)
	start := time.Now()
	var paused time.Duration // for validation
	var mean average
	var right tally
	batch, samples := f.config.batch, f.data.X.Rows
	if f.config.dropLast {
		samples -= samples % batch
	}
	for lo := 0; lo < samples; lo += batch {
		if err := f.ctx.Err(); err != nil {
			return fmt.Errorf("nn: fit stopped in epoch %d after %d of its batches: %w", e.Epoch, e.Steps, err)
		}
		x, target, err := f.batch(lo, min(lo+batch, samples))
		if err != nil {
			return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
		}
		loss, weight, err := f.batchStep(x, target, &right)
		if err != nil {
			return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
		}
		e.Steps++
		e.Samples += x.Rows
		mean.add(loss, weight, x.Rows)
		f.info = StepInfo{Epoch: e.Epoch, Step: f.batches, Loss: loss, Rate: f.opt.rate, Samples: x.Rows}
		if err := tell(&f.run, "step", f.batches, &f.info, (*Callback).step); err != nil {
			return err
		}
		if f.config.validatesWithin && f.batches%f.config.validateEvery == 0 && lo+batch < samples {
			pause := time.Now()
			if err := f.validate(&e); err != nil {
				return err
			}
			paused += time.Since(pause)
		}
	}
	if err := f.opt.flush(f.run.until); err != nil {
		return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	f.epochs++
	e.TrainTime = time.Since(start) - paused
	e.Loss = mean.mean()
	e.Accuracy, e.LabelAccuracy = right.accuracies()
	e.Rate = f.opt.rate
	if s := e.TrainTime.Seconds(); s > 0 {
		e.SamplesPerSecond = float64(e.Samples) / s
	}
	stop := f.validate(&e)
	if stop != nil && !errors.Is(stop, ErrStop) {
		return stop
	}
	if err := tell(&f.run, "epoch", e.Epoch, &e, (*Callback).epoch); err != nil && (stop == nil || !errors.Is(err, ErrStop)) {
		return err
	}
	return stop
}

// shuffle draws the order of the samples in an epoch: always from the same
// start, so that it depends on nothing but the seed and the epoch's number.
func (f *fit) shuffle(epoch int) {
	for i := range f.order {
		f.order[i] = i
	}
	rng := random.New(f.net.seed, random.Shuffle+uint64(epoch))
	rng.Shuffle(len(f.order), func(i, j int) {
		f.order[i], f.order[j] = f.order[j], f.order[i]
	})
}

// dropPending forgets the passes of an accumulated step that an epoch has left
// unfinished, so that the next one does not begin with them.
func (f *fit) dropPending() {
	if f.net.begin() == nil {
		f.net.dropGradients()
		f.net.end()
	}
}

// batch returns samples lo to hi-1 of the epoch.
func (f *fit) batch(lo, hi int) (tensor.Matrix, data.Target, error) {
	if f.order == nil {
		return rowsOf(f.data.X, lo, hi), f.data.Target.Rows(lo, hi), nil
	}
	return f.gather.batch(f.data, f.order[lo:hi])
}

// batchStep trains on a batch and counts what was right before.
func (f *fit) batchStep(x tensor.Matrix, target data.Target, right *tally) (loss, weight float64, err error) {
	if err := f.net.begin(); err != nil {
		return 0, 0, err
	}
	defer f.net.ended(&err)
	f.opt.until = f.run.until
	loss, weight, y, err := f.step(&x, &target, true)
	if err != nil {
		return loss, weight, err
	}
	right.add(&f.loss, y, target)
	return loss, weight, nil
}

// validate evaluates the network, if it is to be, and tells the callbacks.
func (f *fit) validate(e *EpochInfo) error {
	if f.config.validation == nil {
		return nil
	}
	start := time.Now()
	m, err := f.evaluator.evaluate(f.Trainer, *f.config.validation, f.metrics)
	if err != nil {
		return dataError("validation", err)
	}
	v := Validation{Metrics: m, Epoch: e.Epoch, Step: f.batches, Time: time.Since(start)}
	e.Validation = &m
	e.EvalTime += v.Time
	return tell(&f.run, "validation at step", v.Step, &v, (*Callback).validated)
}
