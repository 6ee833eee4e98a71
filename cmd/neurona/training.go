package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// training is one run of neurona train, from data to result.
type training struct {
	*app
	opts     *trainOptions
	out, err terminal

	save, plot destination

	task                    *model.Task
	train, validation, test *model.Examples // validation is nil without --validation, test with --test 0
	unscaled                *model.Examples // what was tested on, in the units of the data, if it lies in a plane that can be drawn
	tab                     *table.Table    // that is read, unless the data are built in
	table                   told            // what is to be said of a table
	loadTime                time.Duration

	backend blas.Backend
	net     *nn.Network
	trainer *nn.Trainer

	history     *nn.History
	epochs      []epoch
	trainTime   time.Duration   // without evaluation
	samples     int             // gone through in trainTime
	tested      model.Score     // on the test part, at the end, if there is one
	measured    []measuredEvent // there, by --metric
	outputs     tensor.Matrix   // for the test part
	watched     float64         // the accuracy that is to reach the target, last
	reached     bool            // the target accuracy
	atTarget    nn.Snapshot     // the weights there, kept because early stopping goes back to others
	interrupted bool
	future      *future // where there is one to be tested on
}

// epoch is what is known after an epoch.
type epoch struct {
	nn.EpochInfo
	test *nn.Metrics // nil unless the test part was evaluated
}

// load reads the data, divides them and decides what is to be learnt.
func (t *training) load() error {
	start := time.Now()
	load := t.loadTable
	if t.opts.isBuiltIn() {
		load = t.loadBuiltIn
	}
	if err := load(); err != nil {
		return err
	}
	t.loadTime = time.Since(start)
	return nil
}

// settle reports flags that do not suit what is to be learnt, once that is known.
func (t *training) settle() error {
	if err := t.opts.suit(t.task); err != nil {
		return err
	}
	if t.opts.target > 0 && t.task.Classes() == nil {
		return badFlag("target-accuracy", t.opts.target, "no target: "+t.opts.name()+" has numbers to predict, or several columns, not classes")
	}
	return nil
}

// build opens the backend and makes network and trainer.
func (t *training) build(changed func(flag string) bool) (err error) {
	inputs, outputs := t.train.X.Cols, t.task.Outputs()
	if err := checkSize(inputs, t.opts.hidden, outputs); err != nil {
		return err
	}
	if most := math.MaxInt / t.batches(); t.opts.epochs > most {
		return badFlag("epochs", t.opts.epochs, fmt.Sprintf("at most %d: batches are counted", most))
	}
	r := recipeFor(t.opts.name())
	r.numbers = slices.ContainsFunc(t.task.Targets(), func(target model.Target) bool { return target.Classes() == nil }) // which the flags alone do not tell
	if err := t.opts.resolveRate(r, changed); err != nil {
		return err
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
			if t.net != nil {
				t.net.Close()
			}
			t.backend.Close()
			err = blameUsage(err)
		}
	}()
	netOptions := []nn.Option{
		nn.Backend(t.backend), nn.Seed(t.opts.seed),
		nn.MaxBatch(min(t.opts.batch, t.train.X.Rows)), nn.Precision(precision),
	}
	init, err := t.opts.initialiser()
	if err != nil {
		return err
	}
	if init != nil {
		netOptions = append(netOptions, nn.Init(init))
	}
	if t.opts.strictPrecision {
		netOptions = append(netOptions, nn.StrictPrecision())
	}
	if t.net, err = nn.New(tensor.Shape{inputs}, layer.Stack(layers...), netOptions...); err != nil {
		if errors.As(err, new(*nn.PrecisionError)) {
			err = fmt.Errorf("--strict-precision: %w", err)
		}
		return err
	}
	options := []nn.OptimizerOption{nn.Schedule(schedule), nn.Accumulate(t.opts.accumulate)}
	if t.opts.clipNorm > 0 {
		options = append(options, nn.ClipNorm(t.opts.clipNorm))
	}
	if t.opts.clipValue > 0 {
		options = append(options, nn.ClipValue(t.opts.clipValue))
	}
	t.trainer, err = nn.NewTrainer(t.net, t.task.Loss(), rule, options...)
	if errors.Is(err, nn.ErrMomentum) {
		return flagError("schedule", err)
	}
	return err
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
	if t.leavesOut() {
		return t.train.X.Rows / t.opts.batch
	}
	return (t.train.X.Rows-1)/t.opts.batch + 1
}

// stepsPerEpoch is how many steps of the optimizer an epoch has.
func (t *training) stepsPerEpoch() int {
	return (t.batches()-1)/t.opts.accumulate + 1
}

// batching is how rows are divided into batches.
func (t *training) batching() []nn.FitOption {
	options := []nn.FitOption{nn.Batch(t.opts.batch)}
	if t.leavesOut() {
		options = append(options, nn.DropLast())
	}
	return options
}

// fit trains. With a target accuracy it stops where that is reached.
func (t *training) fit(ctx context.Context) error {
	progress := t.newProgress()
	options := append(t.batching(),
		nn.Epochs(t.opts.epochs),
		nn.Callback{Epoch: func(_ *nn.Run, info *nn.EpochInfo) error { return t.afterEpoch(*info, progress) }},
	)
	if t.validation != nil {
		options = append(options, nn.Validate(t.validation.Set))
	}
	if t.opts.earlyStop > 0 {
		options = append(options, nn.EarlyStop(nn.ValidationLoss(), t.opts.earlyStop))
	}
	if progress != nil {
		options = append(options, progress.callback())
	}
	var err error
	t.history, err = t.trainer.Fit(ctx, t.train.Set, options...)
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
	if info.Validation != nil {
		m := *info.Validation
		m.Accuracy = t.validation.Accuracy(&m)
		info.Validation = &m
	}
	e := epoch{EpochInfo: info}
	t.trainTime += info.TrainTime
	t.samples += info.Samples
	if t.opts.target > 0 {
		if err := t.watch(&e); err != nil {
			return err
		}
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

// watch looks whether the target accuracy is reached: of a table on the validation part, so that the
// test part stays one that nothing has been chosen by; of built-in data on the test part, which is no secret.
func (t *training) watch(e *epoch) error {
	if t.opts.isBuiltIn() {
		m, err := t.trainer.Evaluate(t.test.Set)
		if err != nil {
			return err
		}
		e.test = &m
		t.watched = m.Accuracy
	} else {
		t.watched = e.Validation.Accuracy
	}
	t.reached = t.watched >= t.opts.target
	return nil
}

// watchedPart is what watch looks at.
func (t *training) watchedPart() string {
	if t.opts.isBuiltIn() {
		return "test"
	}
	return "validation"
}

// judge evaluates the network as it is at the end, if there are rows to test with. Whether it says numbers at all is looked at
// in any case: the last step may have made weights that are finite and give outputs that are not, and no loss follows it.
func (t *training) judge() (err error) {
	if t.test == nil {
		return t.task.Finite(t.net, t.train.X)
	}
	if t.tested, t.outputs, err = t.task.Evaluate(t.trainer, t.test); err != nil {
		return err
	}
	t.measured, err = t.opts.measures.measure(t.task, t.outputs, t.test)
	return err
}

// samplesPerSecond is the speed of training alone.
func (t *training) samplesPerSecond() float64 {
	if s := t.trainTime.Seconds(); s > 0 {
		return float64(t.samples) / s
	}
	return 0
}
