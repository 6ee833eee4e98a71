package main

import (
	"encoding/json"
	"io"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
)

// startEvent says what is about to be trained.
type startEvent struct {
	Event          string   `json:"event"` // "start"
	Data           string   `json:"data"`
	TrainRows      int      `json:"train_rows"`
	ValidationRows int      `json:"validation_rows"`
	TestRows       int      `json:"test_rows"`
	Features       int      `json:"features"`
	Classes        []string `json:"classes"` // null: a quantity is predicted
	Hidden         []int    `json:"hidden"`
	Activation     string   `json:"activation"` // of the hidden layers
	Outputs        int      `json:"outputs"`
	Parameters     int      `json:"parameters"`
	Loss           string   `json:"loss"`
	Optimizer      string   `json:"optimizer"`
	LearningRate   number   `json:"learning_rate"`
	Schedule       string   `json:"schedule"`
	Batch          int      `json:"batch"`
	Epochs         int      `json:"epochs"` // at most
	Scale          string   `json:"scale"`
	LoadSeconds    number   `json:"load_seconds"`
	engineEvent
	Seed  uint64   `json:"seed"`
	Notes []string `json:"notes,omitempty"` // what standard error is told of

	// Those that are set.
	Norm        string `json:"norm,omitempty"`
	Residual    bool   `json:"residual,omitempty"`
	Dropout     number `json:"dropout,omitempty"`
	Init        string `json:"init,omitempty"`
	Momentum    number `json:"momentum,omitempty"`
	WeightDecay number `json:"weight_decay,omitempty"`
	EMA         number `json:"ema,omitempty"`
	ClipNorm    number `json:"clip_norm,omitempty"`
	ClipValue   number `json:"clip_value,omitempty"`
	Accumulate  int    `json:"accumulate,omitempty"` // more than 1
	Warmup      int    `json:"warmup,omitempty"`

	// Of tables: what was read, and how, as neurona inspect has it; what the columns were taken for.
	Files   []string      `json:"files,omitempty"`
	Rows    int           `json:"rows,omitempty"` // of the files, those that are left out too
	Dialect *dialectEvent `json:"dialect,omitempty"`
	Task    table.Task    `json:"task,omitempty"`
	Columns []columnEvent `json:"columns,omitempty"`
	Doubts  []doubtEvent  `json:"doubts,omitempty"`
}

// engineEvent says what computes; it is part of other events.
type engineEvent struct {
	Backend string `json:"backend"`
	Library string `json:"library"`
	ISA     string `json:"isa"`
	Workers int    `json:"workers"`

	Precision      blas.Precision `json:"precision"`               // of products, as they are done
	AskedPrecision blas.Precision `json:"asked_precision"`         // by --precision
	PrecisionWhy   string         `json:"precision_why,omitempty"` // the reason, if they differ
}

// epochEvent reports an epoch. Fields that were not computed are left out.
type epochEvent struct {
	Event              string  `json:"event"` // "epoch"
	Epoch              int     `json:"epoch"`
	Loss               number  `json:"loss"`     // of the batches as they came
	Accuracy           number  `json:"accuracy"` // null for a regression
	ValidationLoss     *number `json:"validation_loss,omitempty"`
	ValidationAccuracy *number `json:"validation_accuracy,omitempty"`
	TestLoss           *number `json:"test_loss,omitempty"`
	TestAccuracy       *number `json:"test_accuracy,omitempty"`
	LearningRate       number  `json:"learning_rate"`
	TrainSeconds       number  `json:"train_seconds"` // of this epoch, without evaluation
	SamplesPerSecond   number  `json:"samples_per_second"`
}

// resultEvent is the last event of a training.
type resultEvent struct {
	Event string `json:"event"` // "result"
	testEvent
	Epochs           int    `json:"epochs"`        // whole ones
	TrainSeconds     number `json:"train_seconds"` // training alone: no loading, no evaluation
	LoadSeconds      number `json:"load_seconds"`
	SamplesPerSecond number `json:"samples_per_second"` // of training alone
	engineEvent
	Seed          uint64  `json:"seed"`
	BestEpoch     int     `json:"best_epoch"`               // by validation loss, or training loss without validation
	StoppedEarly  bool    `json:"stopped_early"`            // by --early-stop
	TargetReached *bool   `json:"target_reached,omitempty"` // with --target-accuracy
	TargetOn      string  `json:"target_on,omitempty"`      // the rows that it was looked for on: "test", which it is then chosen by, or "validation"
	Interrupted   bool    `json:"interrupted"`
	Future        *future `json:"future,omitempty"` // of tables with times
	Saved         string  `json:"saved,omitempty"`
	Plotted       string  `json:"plotted,omitempty"`
}

// testEvent is what the test part gave. Without one, nothing of it is there.
type testEvent struct {
	TestAccuracy *number         `json:"test_accuracy,omitempty"` // null for a regression
	TestLoss     *number         `json:"test_loss,omitempty"`
	TestRMSE     *number         `json:"test_rmse,omitempty"`    // in the label's own unit; null for a classification
	TestR2       *number         `json:"test_r2,omitempty"`      // null for a classification
	TestMetrics  []measuredEvent `json:"test_metrics,omitempty"` // those of --metric
	Labels       []columnScore   `json:"labels,omitempty"`       // where several columns are predicted; those above are the first's
}

// writeJSON writes v as one line.
func writeJSON(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// engineOf describes the backend that a network works on, and how its products are done.
func engineOf(net *nn.Network) engineEvent {
	e := newEngineEvent(net.Backend(), net.AskedPrecision())
	e.Precision, e.PrecisionWhy = net.Precision()
	return e
}

// newEngineEvent describes a backend that is asked for a precision.
func newEngineEvent(b blas.Backend, asked blas.Precision) engineEvent {
	as, why := blas.Effective(b, asked)
	return engineEvent{
		Backend: b.Name(), Library: b.Library(), ISA: b.Kernels().ISA, Workers: b.Workers(),
		Precision: as, AskedPrecision: asked, PrecisionWhy: why,
	}
}

func (t *training) startEvent() startEvent {
	e := startEvent{
		Event: "start", Data: t.opts.name(),
		TrainRows: t.train.X.Rows, Features: t.train.X.Cols,
		Classes: t.task.Classes(), Hidden: append([]int{}, t.opts.hidden...), Activation: t.opts.activation,
		Outputs: t.net.Outputs(), Parameters: t.net.NumParameters(),
		Loss: t.task.Loss().String(), Optimizer: t.opts.optimizer, LearningRate: number(t.opts.rate),
		Schedule: t.opts.schedule, Batch: t.opts.batch, Epochs: t.opts.epochs, Scale: t.opts.scale,
		LoadSeconds: number(t.loadTime.Seconds()), engineEvent: engineOf(t.net), Seed: t.opts.seed,
		Files: t.table.files, Rows: t.table.rows, Task: t.table.task(), Columns: t.table.columns(), Notes: t.table.notes, Doubts: t.table.doubtEvents(),
	}
	o := t.opts
	e.Norm, e.Residual, e.Dropout, e.Init = o.norm, o.residual, number(o.dropout), o.init
	e.Momentum, e.WeightDecay, e.EMA = number(o.momentum), number(o.weightDecay), number(o.ema)
	e.ClipNorm, e.ClipValue, e.Warmup = number(o.clipNorm), number(o.clipValue), o.warmup
	if o.accumulate > 1 {
		e.Accumulate = o.accumulate
	}
	if t.validation != nil {
		e.ValidationRows = t.validation.Rows
	}
	if t.test != nil {
		e.TestRows = t.test.Rows
	}
	if t.table.schema != nil {
		dialect := newDialectEvent(&t.table.dialect)
		e.Dialect = &dialect
	}
	return e
}

func newEpochEvent(e *epoch) epochEvent {
	event := epochEvent{
		Event: "epoch", Epoch: e.Epoch,
		Loss: number(e.Loss), Accuracy: number(e.Accuracy), LearningRate: number(e.Rate),
		TrainSeconds: number(e.TrainTime.Seconds()), SamplesPerSecond: number(e.SamplesPerSecond),
	}
	event.ValidationLoss, event.ValidationAccuracy = measured(e.Validation)
	event.TestLoss, event.TestAccuracy = measured(e.test)
	return event
}

// measured returns the parts of m, or nils if nothing was measured.
func measured(m *nn.Metrics) (loss, accuracy *number) {
	if m == nil {
		return nil, nil
	}
	l, a := number(m.Loss), number(m.Accuracy)
	return &l, &a
}

func (t *training) resultEvent() resultEvent {
	e := resultEvent{
		Event:  "result",
		Epochs: len(t.epochs), TrainSeconds: number(t.trainTime.Seconds()),
		LoadSeconds: number(t.loadTime.Seconds()), SamplesPerSecond: number(t.samplesPerSecond()),
		engineEvent: engineOf(t.net), Seed: t.opts.seed,
		BestEpoch: t.history.BestEpoch, StoppedEarly: t.history.StoppedEarly,
		Interrupted: t.interrupted, Future: t.future, Saved: t.opts.save, Plotted: t.opts.plot,
	}
	if t.test != nil {
		columns, loss := columnScores(&t.tested), number(t.tested.Loss)
		first := &columns[0]
		e.testEvent = testEvent{&first.Accuracy, &loss, &first.RMSE, &first.R2, t.measured, several(columns)}
	}
	if t.opts.target > 0 {
		e.TargetReached, e.TargetOn = &t.reached, t.watchedPart()
	}
	return e
}
