package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// loadTable reads a table, divides its rows, finds out what its columns are and makes features of them.
func (t *training) loadTable() error {
	if err := t.opts.meaning.open(); err != nil {
		return err
	}
	if t.tab == nil {
		var err error
		if t.tab, err = t.readTable(&t.opts.source, nil); err != nil {
			return blameTable(err)
		}
	}
	p, err := model.Prepare(t.tab, t.modelOptions()...)
	if err != nil {
		return blameTable(err)
	}
	t.task, t.train, t.validation, t.test = p.Task, p.Train, p.Validation, p.Test
	t.table.schema, t.table.files, t.table.rows, t.table.dialect = p.Task.Encoder().Schema(), t.tab.Files(), t.tab.Rows(), t.tab.Dialect()
	t.table.doubts, t.table.times = p.Doubts, p.Times
	for i := range p.All.Targets {
		t.table.targets = append(t.table.targets, describeTarget(p.All, &p.All.Targets[i], t.opts.meaning.namesLabel()))
	}
	t.notePrepared(p)
	if err := t.settle(); err != nil {
		return err
	}
	if t.test != nil {
		t.unscaled = inPlane(t.task, t.test)
	}
	return nil
}

// modelOptions are those of package model that the flags ask for.
func (t *training) modelOptions() []model.Option {
	o := t.opts
	how := []model.Option{
		model.InferBy(o.meaning.inferFixed(o)), model.Test(o.test), model.Validation(o.validation), model.Seed(o.seed), model.Asked(o.rows),
		model.Encode(table.ScaleBy(table.ScaleKind(o.scale)), table.ScaleTargets(table.ScaleKind(o.scaleTarget)), table.RareBelow(o.rareBelow), table.MaxLevels(o.maxLevels)),
		model.LabelSmoothing(o.smoothing), model.Name(o.data...), model.Command(o.command),
	}
	if o.loss != automatic {
		how = append(how, model.Loss(o.loss))
	}
	if o.missing == missingDrop {
		how = append(how, model.DropGaps())
	}
	return how
}

// inferFixed finds out what columns are, where labels have been found already too.
func (m meaning) inferFixed(o *trainOptions) model.Inferring {
	if given, number := o.lossGiven(); m.task == automatic && given {
		m.task = string(table.Classification)
		if number {
			m.task = string(table.Regression)
		}
	}
	return func(tab *table.Table, rows []int, labels []string, tasks []table.Task) (*table.Schema, error) {
		decided := m
		if labels != nil {
			decided.labels, decided.tasks = labels, tasks
		}
		return decided.infer(tab, rows)
	}
}

// notePrepared notes what became of the rows.
func (t *training) notePrepared(p *model.Prepared) {
	note := func(format string, args ...any) { t.table.notes = append(t.table.notes, fmt.Sprintf(format, args...)) }
	if p.Unlabelled > 0 {
		note("rows without a label, which are left out: %d of %d", p.Unlabelled, t.tab.Rows())
	}
	for i := range p.All.Fields {
		if f := &p.All.Fields[i]; p.Undivided && (f.PastFuture || f.Role == table.Group) {
			note("rows are not divided by column %s: --test is 0, and there is no --validation", f.Label())
		}
	}
	if p.Dropped > 0 {
		note("rows to train on that have missing cells, and are dropped (--missing drop): %d of %d", p.Dropped, p.Dropped+p.Train.Rows)
	}
	if p.Weighted {
		note("rows count by their weight where they are trained on; where they are judged by, they count alike")
	}
	for _, part := range []struct {
		purpose string
		rows    *model.Examples
		report  *table.Report
		gaps    int
	}{{"validate", p.Validation, p.ValidationReport, p.ValidationGaps}, {"test", p.Test, p.TestReport, p.TestGaps}} {
		if part.rows == nil {
			continue
		}
		t.table.noteUnread(part.purpose, part.report)
		for c, n := range part.rows.Foreign {
			if n > 0 {
				note("rows to %s with, of a class of %s that was never trained on, which count as wrong%s: %d of %d", part.purpose, t.task.Targets()[c].Label(), notJudged(t.task), n, part.rows.Rows)
			}
		}
		if part.gaps > 0 {
			// They are judged by all the same, as others of their kind will be answered.
			note("rows to %s that have missing cells, which are imputed (--missing drop is of rows to train on): %d of %d", part.purpose, part.gaps, part.rows.Rows)
		}
	}
}

// inPlane is examples in the units of the data, if they are two numbers that can be drawn; nil if not.
func inPlane(task *model.Task, e *model.Examples) *model.Examples {
	if e.X.Cols != 2 {
		return nil
	}
	p := &model.Examples{Truth: e.Truth}
	p.X = tensor.Matrix{Rows: e.X.Rows, Cols: 2, Stride: 2, Data: slices.Clone(e.X.Data)}
	for c := range 2 {
		s, ok := task.Encoder().Scaler(c)
		if !ok || !s.Invertible() {
			return nil
		}
		for i := c; i < len(p.X.Data); i += 2 {
			p.X.Data[i] = float32(s.Invert(float64(p.X.Data[i])))
		}
	}
	return p
}

// partError is the error that rows cannot be divided, in flags.
func partError(err error) error {
	e := (*model.PartError)(nil)
	if !errors.As(err, &e) {
		return err
	}
	flag := map[string]string{"Test": "test", "Validation": "validation"}[e.Option]
	return fmt.Errorf("%s: --%s %v: %w", e.Data, flag, e.Share, e.Err)
}

// largeHeap is from when on memory is given back before a network takes its own.
const largeHeap = 1 << 30

// letGo gives back what reading a large table has taken: a million columns are a gigabyte.
func (t *training) letGo() {
	if !t.hasFuture() {
		t.tab = nil
	}
	var m runtime.MemStats
	if runtime.ReadMemStats(&m); m.HeapSys > largeHeap {
		debug.FreeOSMemory()
	}
}
