package nn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Fit trains on data for a number of epochs, in mini-batches whose rows are
// gathered by index into memory that is used again. It looks at all data once
// before it starts: wrong shapes, values that are not finite and targets that
// do not fit the loss are errors. So is a batch whose samples all have a weight of 0.
//
// Between batches Fit looks at ctx, and returns its error when it is done: a
// step is either taken as a whole or not at all, so the network is consistent
// and can be saved, used, or trained on. With any error comes the history so
// far, and with EarlyStop the weights of the best epoch, whatever has ended
// training; without, the weights are those of the last step. If the rule keeps averages (optim.EMA),
// they take the place of the weights after each epoch and at the end: see
// Optimizer.UseAverages.
//
// With WithAccumulation, batches left over at the end of an epoch make a step
// of their own. A second Fit goes on where the first has stopped: epochs count
// on, and each has the same order of samples as if there had been one call.
func (t *Trainer) Fit(ctx context.Context, data Data, opts ...FitOption) (h *History, err error) {
	defer recovered(&err)
	f := &fit{Trainer: t, ctx: ctx, data: data, history: &History{}}
	h = f.history
	if ctx == nil {
		return f.history, fault.Nil("fit", "context", "one such as context.Background()")
	}
	if err = data.check(t.net, t.loss.Loss); err != nil {
		return f.history, named("training data", err)
	}
	if f.config, err = newFitConfig(opts, data.X.Rows); err != nil {
		return f.history, err
	}
	if v := f.config.validation; v != nil {
		if err := v.check(t.net, t.loss.Loss); err != nil {
			return f.history, named("validation data", err)
		}
	}
	if err := f.prepare(); err != nil {
		return f.history, err
	}
	f.warn()
	err = f.run()
	if err != nil {
		f.dropPending()
		if e := f.opt.UseAverages(); e != nil { // as after an epoch
			err = errors.Join(err, e)
		}
	}
	if errors.Is(err, ErrStop) {
		f.history.StoppedEarly = true
		err = nil
	}
	if f.best != nil {
		if e := f.restoreBest(); e != nil {
			err = errors.Join(err, fmt.Errorf("nn: going back to the weights of epoch %d: %w", f.history.BestEpoch, e))
		}
	}
	return f.history, err
}

// fit is a call of Fit under way.
type fit struct {
	*Trainer
	config  *fitConfig
	ctx     context.Context
	data    Data
	history *History
	order   []int    // of the samples, in this epoch; nil without shuffling
	gather  gatherer // used if there is an order
	outputs Matrix   // of validation
	last    int      // the step with which it ends, for schedules
	best    snapshot // parameters after the best epoch, for early stopping
}

// prepare reserves what the largest batch needs.
func (f *fit) prepare() error {
	if err := f.net.begin(); err != nil {
		return err
	}
	defer f.net.end()
	if err := f.net.reserve(f.config.batch); err != nil {
		return err
	}
	f.last = f.lastStep()
	if !f.config.noShuffle {
		f.order = make([]int, f.data.X.Rows)
		f.gather.reserve(f.net.backend, f.data, f.config.batch)
	}
	return nil
}

// lastStep is the number of the optimizer's step with which training ends, if nothing ends it
// before.
func (f *fit) lastStep() int {
	batches := f.data.X.Rows / f.config.batch
	if !f.config.dropLast && f.data.X.Rows%f.config.batch != 0 {
		batches++
	}
	steps := (batches-1)/f.opt.accumulate + 1 // of an epoch
	if f.config.epochs > (math.MaxInt-f.opt.steps)/steps {
		return math.MaxInt
	}
	return f.opt.steps + f.config.epochs*steps
}

// run does the epochs. A callback that asks for the end is an error that wraps
// ErrStop.
func (f *fit) run() (err error) {
	defer recovered(&err)
	for range f.config.epochs {
		epoch, err := f.epoch()
		if err != nil {
			return err
		}
		if best := f.history.add(epoch); best && f.config.early != nil {
			f.best.save(f.net)
		}
		f.log(&epoch)
		for _, call := range f.config.onEpoch {
			if err := call(epoch); err != nil {
				return fmt.Errorf("nn: callback after epoch %d: %w", epoch.Epoch, err)
			}
		}
		if early := f.config.early; early != nil && early.done(epoch.MonitoredLoss()) {
			return ErrStop
		}
	}
	return nil
}

// epoch goes through all samples once.
func (f *fit) epoch() (EpochInfo, error) {
	e := EpochInfo{Epoch: f.epochs + 1}
	f.shuffle(e.Epoch)
	start := time.Now()
	var mean average
	var right tally
	batch, samples := f.config.batch, f.data.X.Rows
	if f.config.dropLast {
		samples -= samples % batch
	}
	for lo := 0; lo < samples; lo += batch {
		if err := f.ctx.Err(); err != nil {
			return e, fmt.Errorf("nn: fit stopped in epoch %d after %d of its batches: %w", e.Epoch, e.Steps, err)
		}
		x, target, err := f.batch(lo, min(lo+batch, samples))
		if err != nil {
			return e, fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
		}
		loss, weight, err := f.batchStep(x, target, &right)
		if err != nil {
			return e, fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
		}
		e.Steps++
		e.Samples += x.Rows
		mean.add(loss, weight, x.Rows)
		f.history.Steps++
		info := StepInfo{Epoch: e.Epoch, Step: f.batches, Loss: loss, Rate: f.opt.rate, Samples: x.Rows}
		for _, call := range f.config.onStep {
			if err := call(info); err != nil {
				return e, fmt.Errorf("nn: callback after step %d: %w", info.Step, err)
			}
		}
	}
	if err := f.opt.flush(f.last); err != nil {
		return e, fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	f.epochs++
	e.TrainTime = time.Since(start)
	e.Loss = mean.mean()
	e.Accuracy, e.LabelAccuracy = right.accuracies()
	e.Rate = f.opt.rate
	if s := e.TrainTime.Seconds(); s > 0 {
		e.SamplesPerSecond = float64(e.Samples) / s
	}
	if err := f.opt.UseAverages(); err != nil {
		return e, fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	return e, f.validate(&e)
}

// shuffle draws the order of the samples in an epoch: always from the same
// start, so that it depends on nothing but the seed and the epoch's number.
func (f *fit) shuffle(epoch int) {
	for i := range f.order {
		f.order[i] = i
	}
	rng := newRand(f.net.seed, streamShuffle+uint64(epoch))
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
func (f *fit) batch(lo, hi int) (Matrix, data.Target, error) {
	if f.order == nil {
		return rowsOf(f.data.X, lo, hi), f.data.Target.Rows(lo, hi), nil
	}
	return f.gather.batch(f.data, f.order[lo:hi])
}

// batchStep trains on a batch and counts what was right before.
func (f *fit) batchStep(x Matrix, target data.Target, right *tally) (loss, weight float64, err error) {
	if err := f.net.begin(); err != nil {
		return 0, 0, err
	}
	defer f.net.ended(&err)
	f.opt.until = f.last
	loss, weight, y, err := f.step(&x, &target, true)
	if err != nil {
		return loss, weight, err
	}
	right.add(&f.loss, y, target)
	return loss, weight, nil
}

// validate evaluates the network after an epoch.
func (f *fit) validate(e *EpochInfo) error {
	if f.config.validation == nil {
		return nil
	}
	start := time.Now()
	m, err := f.evaluate(*f.config.validation, &f.outputs)
	if err != nil {
		return named("validation", err)
	}
	e.Validation = &m
	e.EvalTime = time.Since(start)
	return nil
}

// restoreBest goes back to the weights after the best epoch.
func (f *fit) restoreBest() error {
	if err := f.net.begin(); err != nil {
		return err
	}
	defer f.net.end()
	f.best.restore(f.net)
	return nil
}

// warn logs that products are not done in the precision asked for, if so.
func (f *fit) warn() {
	if f.config.logger == nil || f.net.precision == f.net.asked {
		return
	}
	f.config.logger.LogAttrs(f.ctx, slog.LevelWarn, "precision is not as asked",
		slog.String("asked", string(f.net.asked)),
		slog.String("used", string(f.net.precision)),
		slog.String("why", f.net.why))
}

func (f *fit) log(e *EpochInfo) {
	if f.config.logger == nil {
		return
	}
	attrs := []slog.Attr{
		slog.Int("epoch", e.Epoch),
		slog.Float64("loss", e.Loss),
		slog.Float64("accuracy", e.Accuracy),
		slog.Float64("rate", e.Rate),
		slog.Float64("samples_per_second", e.SamplesPerSecond),
	}
	if v := e.Validation; v != nil {
		attrs = append(attrs, slog.Float64("validation_loss", v.Loss), slog.Float64("validation_accuracy", v.Accuracy))
	}
	if f.loss.multilabel != nil && e.LabelAccuracy == e.LabelAccuracy {
		attrs = append(attrs, slog.Float64("label_accuracy", e.LabelAccuracy))
		if v := e.Validation; v != nil {
			attrs = append(attrs, slog.Float64("validation_label_accuracy", v.LabelAccuracy))
		}
	}
	f.config.logger.LogAttrs(f.ctx, slog.LevelInfo, "epoch", attrs...)
}
