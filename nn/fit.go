package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
)

// Fit trains on a source for a number of epochs, in mini-batches: on samples in memory, a
// data.Set, or on what any other data.Source streams, with data.Prefetch or without.
//
// Wrong shapes, values that are not finite, targets that do not fit the loss and batches whose
// samples all have a weight of 0 are errors. Fit looks at samples in memory once before it starts; of other
// sources it looks at Info then, and at each batch when it comes: errors have its epoch, and
// count rows in the epoch. An epoch without samples is an error. A schedule that is an
// optim.Adaptive observes the loss of each validation, or, without Validate, that of each epoch.
//
// Between batches Fit looks at ctx, and returns its error when it is done: a
// step is either taken as a whole or not at all, so the network is consistent
// and can be saved, used, or trained on. It waits for a source whose Next is under way: one
// that may take long has to look at ctx itself. Streams are closed, whatever ends
// Fit. With any error comes the history so far. The weights are those of the last step,
// unless a callback such as EarlyStop goes back to others at the end. If the rule keeps
// averages (optim.EMA), they take the place of the weights before each validation and at the
// end: see Optimizer.UseAverages.
//
// With Accumulate, batches left over at the end of an epoch make a step
// of their own. A second Fit goes on where the first has stopped: epochs count
// on, and each has the same order of samples as if there had been one call. An epoch that
// was cut short starts anew, unless StartAt says where.
func (t *Trainer) Fit(ctx context.Context, source data.Source, opts ...FitOption) (h *History, err error) {
	defer recovered(&err)
	f := &fit{Trainer: t, ctx: ctx, source: source}
	h = &History{}
	if ctx == nil {
		return h, fault.Nil("fit", "context", "one such as context.Background()")
	}
	if t != nil {
		if !t.inFit.CompareAndSwap(false, true) {
			return h, fmt.Errorf("nn: fit within a callback of fit, or on two goroutines: %w", ErrBusy)
		}
		defer t.inFit.Store(false)
	}
	if err = t.checkSource(source); err != nil {
		return h, dataError("training data", err)
	}
	if f.config, err = newFitConfig(opts, source.Info().Rows); err != nil {
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
	var averages error
	if cause != nil {
		f.dropPending()
		averages = f.opt.UseAverages() // as after an epoch
	}
	end := f.run.end(cause)
	if errors.Is(cause, ErrStop) {
		cause = nil
	}
	if averages != nil || end != nil {
		cause = errors.Join(cause, averages, end)
	}
	return h, cause
}

// fit is a call of Fit under way.
type fit struct {
	*Trainer
	config    *fitConfig
	ctx       context.Context
	source    data.Source
	feed      feed
	metrics   []metric.Metric // of validation
	evaluator *evaluator      // likewise; nil without
	run       Run
	info      StepInfo // of the last step, as callbacks are told of it
}

// checkBatches reports batches that a stage cannot train on, as far as the number of rows is
// known: others are errors when they come.
func (f *fit) checkBatches() error {
	batch := int64(f.config.batch)
	_, skipped := f.start()
	for _, behind := range []int64{skipped, 0} {
		last := batch
		if rows := f.source.Info().Rows - behind; rows > 0 && rows%batch != 0 && !f.config.dropLast {
			last = rows % batch
		}
		if err := f.net.checkBatches(f.config.batch, int(last)); err != nil {
			return err
		}
	}
	return nil
}

// prepare looks at what is to be trained and judged by, and reserves what the largest batch
// needs.
func (f *fit) prepare() (err error) {
	if err := f.checkBatches(); err != nil {
		return fmt.Errorf("nn: fit: %w", err)
	}
	if f.config.validates {
		if err := f.prepareValidation(); err != nil {
			return err
		}
	}
	f.feed = newFeed(f.Trainer, f.source, f.config.batch)
	if shuffler, ok := f.source.(data.Shuffler); ok && !f.config.noShuffle {
		if f.feed.source, err = shuffler.Shuffled(f.net.seed, f.net.backend.Run); err != nil {
			return dataError("training data", err)
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
	f.opt.at = f.run.until
	if err := f.opt.checkSchedule(); err != nil {
		if f.run.until.Steps == 0 {
			return fmt.Errorf("nn: schedule, where the source does not know how many rows it has: %w", err)
		}
		return fmt.Errorf("nn: schedule: %w", err)
	}
	return nil
}

// prepareValidation looks at what is validated on and computed then.
func (f *fit) prepareValidation() (err error) {
	source := f.config.validation
	if err := f.checkSource(source); err != nil {
		return dataError("validation data", err)
	}
	metrics := f.config.metrics
	for i := range f.config.callbacks {
		metrics = append(metrics[:len(metrics):len(metrics)], f.config.callbacks[i].Metrics...)
	}
	if f.metrics, err = f.fitting("fit", metrics); err != nil {
		return err
	}
	f.evaluator = newEvaluator(f.Trainer, source, f.metrics)
	return dataError("validation data", f.evaluator.try())
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
		Data: f.source, Batch: f.config.batch, Epochs: f.config.epochs, Validation: f.config.validation, Metrics: f.metrics,
		until: f.run.until, callbacks: all,
	}
	return checkCallbacks(all)
}

// start is where training starts: an epoch, and rows of it that are skipped.
func (f *fit) start() (epoch int, rows int64) {
	if f.config.start {
		return f.config.startEpoch, f.config.startRows
	}
	return f.epochs + 1, 0
}

// end is where training ends, if nothing ends it before.
func (f *fit) end() optim.Progress {
	epoch, _ := f.start()
	p := optim.Progress{Steps: f.lastStep(), Epoch: epoch, Epochs: math.MaxInt}
	if f.config.epochs <= math.MaxInt-(epoch-1) {
		p.Epochs = epoch - 1 + f.config.epochs
	}
	return p
}

// lastStep is the step with which training ends, 0 if that depends on how many rows come.
func (f *fit) lastStep() int {
	rows := f.feed.info.Rows
	if rows == data.Unknown {
		return 0
	}
	_, skipped := f.start()
	most := int64(math.MaxInt)
	each, first := f.stepsIn(rows), f.stepsIn(rows-skipped)
	if left := most - int64(f.opt.steps) - first; left < 0 || int64(f.config.epochs-1) > left/each {
		return math.MaxInt
	}
	return f.opt.steps + int(first) + (f.config.epochs-1)*int(each)
}

// stepsIn is how many steps so many rows of an epoch make.
func (f *fit) stepsIn(rows int64) int64 {
	batch, accumulate := int64(f.config.batch), int64(f.opt.accumulate)
	batches := rows / batch
	if !f.config.dropLast && rows%batch != 0 {
		batches++
	}
	if batches%accumulate != 0 {
		return batches/accumulate + 1
	}
	return batches / accumulate
}

// train does the epochs.
func (f *fit) train() (err error) {
	defer recovered(&err)
	epoch, skip := f.start()
	f.epochs = epoch - 1
	for range f.config.epochs {
		f.rows = skip
		if err := f.epoch(skip); err != nil {
			return err
		}
		skip = 0
	}
	return nil
}

// epoch goes through all samples once, but for those that are skipped, and tells the callbacks.
func (f *fit) epoch(skip int64) error {
	e := epoch{EpochInfo: EpochInfo{Epoch: f.epochs + 1}, start: time.Now()}
	f.run.until.Epoch = e.Epoch
	var own error // rather than the source's
	err := f.feed.each(e.Epoch, skip, func() error { own = f.batch(&e); return own })
	if err == nil && e.Steps == 0 && skip == 0 {
		err = noWholeBatch(f.feed.read)
	}
	if err != nil && (own == nil || !errors.Is(err, own)) {
		return fmt.Errorf("nn: epoch %d: training data: %w", e.Epoch, err)
	}
	if err != nil {
		return err
	}
	if err := f.opt.flush(f.run.until); err != nil {
		return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	f.epochs, f.rows = f.epochs+1, 0
	e.end(f.opt.rate)
	if err := f.opt.UseAverages(); err != nil {
		return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	stop := f.validate(&e)
	if stop != nil && !errors.Is(stop, ErrStop) {
		return stop
	}
	if err := tell(&f.run, "epoch", e.Epoch, &e.EpochInfo, (*Callback).epoch); err != nil && (stop == nil || !errors.Is(err, ErrStop)) {
		return err
	}
	return stop
}

// batch trains on the present batch, unless it is left out, and tells the callbacks. First comes
// the validation that is due since the batch before: that of the last one is the epoch's.
func (f *fit) batch(e *epoch) error {
	b := &f.feed
	if f.config.dropLast && b.short() {
		return nil
	}
	if e.due && !f.opt.unfinished() {
		e.due = false
		pause := time.Now()
		if err := f.validate(e); err != nil {
			return err
		}
		e.paused += time.Since(pause)
	}
	if err := f.ctx.Err(); err != nil {
		return fmt.Errorf("nn: fit stopped in epoch %d after %d of its batches: %w", e.Epoch, e.Steps, err)
	}
	loss, weight, err := f.batchStep(&b.batch, &e.right)
	if err != nil {
		return fmt.Errorf("nn: epoch %d: %w", e.Epoch, err)
	}
	e.Steps++
	e.Samples += b.rows
	e.mean.add(loss, weight, b.rows)
	f.info = StepInfo{Epoch: e.Epoch, Step: f.batches, Loss: loss, Rate: f.opt.rate, Samples: b.rows}
	e.due = e.due || f.config.validatesWithin && f.batches%f.config.validateEvery == 0
	return tell(&f.run, "step", f.batches, &f.info, (*Callback).step)
}

// dropPending forgets the passes of an accumulated step that an epoch has left
// unfinished, so that the next one does not begin with them.
func (f *fit) dropPending() {
	if f.net.begin() == nil {
		f.net.dropGradients()
		f.net.end()
	}
}

// batchStep trains on a batch and counts what was right before.
func (f *fit) batchStep(b *data.Batch, right *tally) (loss, weight float64, err error) {
	if err := f.net.begin(); err != nil {
		return 0, 0, err
	}
	defer f.net.ended(&err)
	f.opt.at = f.run.until
	loss, weight, y, err := f.step(&b.X, &b.Target, true)
	if err != nil {
		return loss, weight, err
	}
	if !f.opt.unfinished() {
		f.rows = f.feed.read
	}
	right.add(&f.loss, y, b.Target)
	return loss, weight, nil
}

// validate evaluates the network, if it is to be, and tells the callbacks.
func (f *fit) validate(e *epoch) error {
	if f.evaluator == nil {
		return nil
	}
	start := time.Now()
	if err := f.opt.UseAverages(); err != nil {
		return fmt.Errorf("nn: validation: %w", err)
	}
	m, err := f.evaluator.evaluate()
	if err != nil {
		return dataError("validation", err)
	}
	v := Validation{Metrics: m, Epoch: e.Epoch, Step: f.batches, Time: time.Since(start)}
	e.Validation = &m
	e.EvalTime += v.Time
	return tell(&f.run, "validation at step", v.Step, &v, (*Callback).validated)
}

// epoch is one under way.
type epoch struct {
	EpochInfo
	start  time.Time
	paused time.Duration // for validation
	mean   average
	right  tally
	due    bool // a validation; one that comes amid an accumulated step waits for its end
}

// end computes what callbacks are told of it.
func (e *epoch) end(rate float64) {
	e.TrainTime = time.Since(e.start) - e.paused
	e.Loss = e.mean.mean()
	e.Accuracy, e.LabelAccuracy = e.right.accuracies()
	e.Rate = rate
	if s := e.TrainTime.Seconds(); s > 0 {
		e.SamplesPerSecond = float64(e.Samples) / s
	}
}
