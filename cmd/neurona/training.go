package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// training is one run of neurona train, from data to result.
type training struct {
	*app
	opts     *trainOptions
	out, err terminal

	save, plot destination

	task                    *task
	train, validation, test *datasets.Set // validation is nil without --validation
	unscaled                *datasets.Set // the test part as it was read
	loadTime                time.Duration

	backend blas.Backend
	net     *nn.Network
	trainer *nn.Trainer

	history     *nn.History
	epochs      []epoch
	trainTime   time.Duration // without evaluation
	samples     int           // gone through in trainTime
	tested      nn.Metrics    // on the test part, at the end
	reached     bool          // the target accuracy
	atTarget    nn.Snapshot   // the weights there, kept because early stopping goes back to others
	interrupted bool
}

// epoch is what is known after an epoch.
type epoch struct {
	nn.EpochInfo
	test *nn.Metrics // nil unless the test part was evaluated
}

// load reads the data, divides them and decides what is to be learnt.
func (t *training) load() error {
	start := time.Now()
	if err := t.read(); err != nil {
		return err
	}
	var err error
	if t.task, err = newTask(t.train, t.opts.loss); err != nil {
		return err
	}
	if t.opts.target > 0 && t.task.Classes == nil {
		return badFlag("target-accuracy", t.opts.target, "no target: "+t.train.Name+" has quantities to predict, not classes")
	}
	t.task.Data, t.task.Seed, t.task.Rows = t.opts.data, t.opts.seed, t.opts.rows
	if f := t.opts.validation; f > 0 {
		if t.train, t.validation, err = split(t.train, "validation", f, t.opts.seed); err != nil {
			return err
		}
	}
	if t.train.Features == 2 {
		t.unscaled = clone(t.test)
	}
	if err := t.scale(); err != nil {
		return err
	}
	t.loadTime = time.Since(start)
	return nil
}

// read reads the data into a training and a test part.
func (t *training) read() error {
	if t.opts.isBuiltIn() {
		var err error
		t.train, t.test, err = t.opts.openBuiltIn(t.opts.rows, t.opts.seed)
		return err
	}
	csv, err := t.opts.csvOptions()
	if err != nil {
		return err
	}
	csv.Regression = t.opts.wantsQuantity()
	all, err := t.readCSV(&t.opts.source, csv)
	if errors.Is(err, datasets.ErrLabel) {
		return fmt.Errorf("%w (--label names another column; --loss mse predicts a quantity)", err)
	}
	if err != nil {
		return err
	}
	if all.Rows < 2 {
		return fmt.Errorf("%s: 1 row, want at least 2: one to train on and one to test with", all.Name)
	}
	t.train, t.test, err = split(all, "test", t.opts.test, t.opts.seed)
	return err
}

// split divides set into a rest and the fraction that a flag asks for, both at
// least one row.
func split(set *datasets.Set, flag string, fraction float64, seed uint64) (rest, part *datasets.Set, err error) {
	if set.Rows < 2 {
		return nil, nil, badFlag(flag, fraction, "0: there is 1 row, and nothing to divide")
	}
	rows := min(max(math.Round(fraction*float64(set.Rows)), 1), float64(set.Rows-1))
	return set.Split(rows/float64(set.Rows), seed)
}

// clone returns a copy of a set that shares no examples with it.
func clone(set *datasets.Set) *datasets.Set {
	rows := make([]int, set.Rows)
	for i := range rows {
		rows[i] = i
	}
	return set.Subset(rows)
}

// scale fits scalers to the training part and applies them to all parts.
// Quantities to predict are scaled with the features: from initial weights, a
// price of 300,000 is out of reach.
func (t *training) scale() error {
	fit := datasets.FitStandardise
	if t.opts.scale == scaleMinMax {
		fit = datasets.FitMinMax
	}
	if t.opts.scale != scaleNone {
		s := fit(t.train)
		t.task.Scaler = &s
		if t.task.Classes == nil {
			s := fit(targetTable(t.train))
			t.task.Targets = &s
		}
	}
	for _, set := range []*datasets.Set{t.train, t.validation, t.test} {
		if set == nil {
			continue
		}
		if err := t.task.apply(set); err != nil {
			return err
		}
	}
	return nil
}

// build opens the backend and makes network and trainer.
func (t *training) build(changed func(flag string) bool) (err error) {
	outputs := t.task.outputs(t.train)
	if err := checkSize(t.train.Features, t.opts.hidden, outputs); err != nil {
		return err
	}
	if most := math.MaxInt / t.batches(); t.opts.epochs > most {
		return badFlag("epochs", t.opts.epochs, fmt.Sprintf("at most %d: batches are counted", most))
	}
	layers, err := t.opts.layers(outputs)
	if err != nil {
		return err
	}
	rule, err := t.opts.rule(changed)
	if err != nil {
		return blameUsage(err)
	}
	schedule, err := t.opts.scheduleOver(t.opts.epochs * t.stepsPerEpoch())
	if err != nil {
		return blameUsage(err)
	}
	precision, err := t.opts.parsePrecision()
	if err != nil {
		return err
	}
	if t.backend, err = t.opts.engine.open(); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			t.backend.Close()
			err = blameUsage(err)
		}
	}()
	netOptions := []nn.Option{
		nn.Backend(t.backend), nn.Seed(t.opts.seed),
		nn.MaxBatch(min(t.opts.batch, t.train.Rows)), nn.Precision(precision),
	}
	if t.opts.strictPrecision {
		netOptions = append(netOptions, nn.StrictPrecision())
	}
	if t.net, err = nn.New(tensor.Shape{t.train.Features}, layer.Stack(layers...), netOptions...); err != nil {
		if errors.As(err, new(*nn.PrecisionError)) {
			err = fmt.Errorf("--strict-precision: %w", err)
		}
		return err
	}
	options := []nn.OptimizerOption{nn.Schedule(schedule), nn.Accumulate(t.opts.accumulate)}
	if t.opts.clipNorm > 0 {
		options = append(options, nn.ClipNorm(t.opts.clipNorm))
	}
	t.trainer, err = nn.NewTrainer(t.net, t.task.loss, rule, options...)
	return err
}

// layers are those of the network that the flags ask for.
func (o *trainOptions) layers(outputs int) ([]layer.Layer, error) {
	var layers []layer.Layer
	for _, width := range o.hidden {
		act, err := activation.Catalog().Parse(o.activation)
		if err != nil {
			return nil, flagError("activation", err)
		}
		layers = append(layers, layer.Dense(width), act)
		if o.dropout > 0 {
			layers = append(layers, layer.Dropout(o.dropout))
		}
	}
	return append(layers, layer.Dense(outputs)), nil
}

// maxParameters keeps a slip in --hidden from asking for more memory than
// machines have: with gradients and Adam's state it is 32 GiB.
const maxParameters = 1 << 31

// checkSize reports a network with more than maxParameters parameters.
func checkSize(inputs int, hidden []int, outputs int) error {
	total, in := 0.0, float64(inputs)
	for _, out := range append(hidden[:len(hidden):len(hidden)], outputs) {
		total += (in + 1) * float64(out)
		in = float64(out)
	}
	if total > maxParameters {
		return badFlag("hidden", hidden, fmt.Sprintf("fewer neurons: they make %s parameters, more than %s", count(total), count(maxParameters)))
	}
	return nil
}

// batches is how many batches an epoch has.
func (t *training) batches() int {
	return (t.train.Rows-1)/t.opts.batch + 1
}

// stepsPerEpoch is how many steps of the optimizer an epoch has.
func (t *training) stepsPerEpoch() int {
	return (t.batches()-1)/t.opts.accumulate + 1
}

// fit trains. With a target accuracy it stops where that is reached.
func (t *training) fit(ctx context.Context) error {
	progress := t.newProgress()
	options := []nn.FitOption{
		nn.Batch(t.opts.batch),
		nn.Epochs(t.opts.epochs),
		nn.Callback{Epoch: func(_ *nn.Run, info *nn.EpochInfo) error { return t.afterEpoch(*info, progress) }},
	}
	if t.validation != nil {
		options = append(options, nn.Validate(t.task.examples(t.validation)))
	}
	if t.opts.earlyStop > 0 {
		options = append(options, nn.EarlyStop(nn.ValidationLoss(), t.opts.earlyStop))
	}
	if progress != nil {
		options = append(options, progress.callback())
	}
	var err error
	t.history, err = t.trainer.Fit(ctx, t.task.examples(t.train), options...)
	if !errors.Is(err, errReached) {
		return err
	}
	if t.opts.earlyStop == 0 {
		return nil
	}
	return t.atTarget.Restore(t.net)
}

// errReached ends Fit at the target accuracy. It is not nn.ErrStop, since that is
// told as an early stop.
var errReached = errors.New("target accuracy reached")

// afterEpoch records and reports an epoch, and ends training at the target.
func (t *training) afterEpoch(info nn.EpochInfo, progress *progress) error {
	e := epoch{EpochInfo: info}
	t.trainTime += info.TrainTime
	t.samples += info.Samples
	if t.opts.target > 0 {
		m, err := t.trainer.Evaluate(t.task.examples(t.test))
		if err != nil {
			return err
		}
		e.test = &m
		t.reached = m.Accuracy >= t.opts.target
	}
	t.epochs = append(t.epochs, e)
	if progress != nil {
		progress.epoch(&e)
	}
	if err := t.reportEpoch(&e); err != nil {
		return err
	}
	if !t.reached {
		return nil
	}
	if t.opts.earlyStop > 0 {
		if err := t.atTarget.Take(t.net); err != nil {
			return err
		}
	}
	return errReached
}

// judge evaluates the network as it is at the end.
func (t *training) judge() error {
	var err error
	t.tested, err = t.trainer.Evaluate(t.task.examples(t.test))
	return err
}

// samplesPerSecond is the speed of training alone.
func (t *training) samplesPerSecond() float64 {
	if s := t.trainTime.Seconds(); s > 0 {
		return float64(t.samples) / s
	}
	return 0
}
