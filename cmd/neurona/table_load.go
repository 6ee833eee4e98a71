package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// loadTable reads a table, divides its rows, finds out what its columns are and makes features of them.
// Nothing but the division is learnt from rows that are not trained on.
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
	tab := t.tab
	parts, decided, err := t.divide(tab)
	if err != nil {
		return blameTable(err)
	}
	schema, err := decided.infer(tab, parts.train)
	if err != nil {
		return blameTable(err)
	}
	if t.opts.missing == missingDrop {
		all := len(parts.train)
		if parts.train, err = schema.Complete(tab, parts.train); err != nil {
			return err
		}
		if len(parts.train) == 0 {
			return fmt.Errorf("%s: each of the %s to train on has a missing cell, and --missing drop leaves none (--missing impute; --drop, of the columns with gaps)", t.opts.name(), plural(all, "row"))
		}
		if n := all - len(parts.train); n > 0 {
			// What is left may have other levels, and fewer classes.
			if schema, err = decided.infer(tab, parts.train); err != nil {
				return blameTable(err)
			}
			t.table.notes = append(t.table.notes, fmt.Sprintf("rows to train on that have missing cells, and are dropped (--missing drop): %d of %d", n, all))
		}
	}
	t.task.Table, err = table.Fit(tab, parts.train, schema, table.ScaleBy(table.ScaleKind(t.opts.scale)), table.ScaleTargets(table.ScaleKind(t.opts.scaleTarget)),
		table.RareBelow(t.opts.rareBelow), table.MaxLevels(t.opts.maxLevels))
	if err != nil {
		return blameTable(err)
	}
	t.table.schema, t.table.files, t.table.rows, t.table.dialect = t.task.Table.Schema(), tab.Files(), tab.Rows(), tab.Dialect()
	t.table.doubts = onceAboutTime(slices.Concat(tab.Doubts(), schema.Doubts, parts.doubts, t.task.Table.Doubts()))
	if t.undivided() {
		// What these doubt is how a table with times is divided.
		t.table.doubts = slices.DeleteFunc(t.table.doubts, func(d table.Doubt) bool { return d.Kind == table.DoubtTime })
	}
	if err := t.settle(); err != nil {
		return err
	}
	if t.train, _, err = t.task.ofRows(tab, parts.train); err != nil {
		return err
	}
	weights, err := schema.Weights(tab, parts.train)
	if err != nil {
		return err
	}
	if t.train.Target.Weights = toFloat32(weights); weights != nil {
		t.table.notes = append(t.table.notes, "rows count by their weight where they are trained on; where they are judged by, they count alike")
	}
	var report *table.Report
	if parts.validation != nil {
		if t.validation, report, err = t.task.ofRows(tab, parts.validation); err != nil {
			return err
		}
		t.table.noteUnread("validate", report)
		t.noteForeign("validate", t.validation)
		if err := t.noteIncomplete("validate", tab, parts.validation); err != nil {
			return err
		}
	}
	if parts.test != nil {
		if t.test, report, err = t.task.ofRows(tab, parts.test); err != nil {
			return err
		}
		t.table.noteUnread("test", report)
		t.noteForeign("test", t.test)
		if err := t.noteIncomplete("test", tab, parts.test); err != nil {
			return err
		}
		t.unscaled = t.task.plane(t.test)
	}
	for _, part := range []struct {
		flag string
		rows *examples
	}{{"validation", t.validation}, {"test", t.test}} {
		if part.rows != nil && part.rows.X.Rows == 0 {
			return fmt.Errorf("%s: no row to judge by has a class that was trained on (--%s, another fraction, or 0 to do without; --task regression, if labels are quantities; --group and --past-future keep classes apart)", t.opts.name(), part.flag)
		}
	}
	return nil
}

// noteForeign notes rows to judge by whose class has never been trained on.
func (t *training) noteForeign(purpose string, e *examples) {
	for c, n := range e.foreign {
		if n > 0 {
			t.table.notes = append(t.table.notes, fmt.Sprintf("rows to %s with, of a class of %s that was never trained on, which count as wrong%s: %d of %d", purpose, t.task.heads[c].label, t.task.notJudged(), n, e.rows))
		}
	}
}

// noteIncomplete notes rows to judge by that have missing cells where such rows are not trained on: they are judged by all the same,
// as others of their kind will be answered.
func (t *training) noteIncomplete(purpose string, tab *table.Table, rows []int) error {
	if t.opts.missing != missingDrop {
		return nil
	}
	complete, err := t.table.schema.Complete(tab, rows)
	if n := len(rows) - len(complete); err == nil && n > 0 {
		t.table.notes = append(t.table.notes, fmt.Sprintf("rows to %s that have missing cells, which are imputed (--missing drop is of rows to train on): %d of %d", purpose, n, len(rows)))
	}
	return err
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

// rowsOf are the rows of a table by what they are for.
type rowsOf struct {
	train, validation, test []int // validation is nil without --validation, test with --test 0
	doubts                  []table.Doubt
}

// divide decides which rows are to train on. The meaning that it returns fixes the column to predict and what is learnt
// of it: these are found in all rows.
func (t *training) divide(tab *table.Table) (*rowsOf, *meaning, error) {
	decided := t.opts.meaning
	if l, quantity := t.opts.lossGiven(); decided.task == automatic && l {
		decided.task = string(table.Classification)
		if quantity {
			decided.task = string(table.Regression)
		}
	}
	all, err := decided.infer(tab, nil)
	if err != nil {
		return nil, nil, err
	}
	if err := all.Err(); err != nil {
		return nil, nil, err
	}
	named, columns := decided.namesLabel(), tab.Columns()
	decided.labels, decided.tasks = nil, nil
	for i := range all.Targets {
		target := &all.Targets[i]
		if len(target.Classes) == 1 {
			return nil, nil, oneClass(t.opts.name(), target.Classes)
		}
		t.table.targets = append(t.table.targets, describeTarget(all, target, named))
		decided.labels, decided.tasks = append(decided.labels, spelling(tab, columns[target.Field])), append(decided.tasks, target.Task)
	}
	rows, missing, err := all.Labelled(tab, nil)
	if err != nil {
		return nil, nil, err
	}
	if missing > 0 {
		t.table.notes = append(t.table.notes, fmt.Sprintf("rows without a label, which are left out: %d of %d", missing, tab.Rows()))
	}
	if len(rows) > 1 && !slices.ContainsFunc(all.Fields, func(f table.Field) bool { return f.Use }) {
		// It says so, and why; a split would complain of what follows from it.
		if _, err := table.Fit(tab, rows, all); err != nil {
			return nil, nil, err
		}
	}
	cut := func(rows []int, fraction float64) (*table.Partition, error) {
		if slices.ContainsFunc(all.Fields, func(f table.Field) bool { return f.PastFuture }) {
			return table.SplitTime(tab, rows, all, "", fraction)
		}
		return table.Split(tab, rows, all, fraction, t.opts.seed)
	}
	inOrder, err := all.InTimeOrder(tab, nil)
	if err != nil {
		return nil, nil, err
	}
	parts := &rowsOf{train: rows, doubts: inOrder}
	if f := t.opts.test; f > 0 {
		p, err := cut(rows, f)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: --test %v: %w", t.opts.name(), f, err)
		}
		parts.train, parts.test, parts.doubts = p.Train, p.Test, append(parts.doubts, p.Doubts...)
		for _, d := range slices.Concat(inOrder, all.Doubts) {
			if d.Kind == table.DoubtTime && t.table.times == "" {
				t.table.times = spelling(tab, columns[d.Column])
			}
		}
	}
	if f := t.opts.validation; f > 0 {
		p, err := cut(parts.train, f)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: --validation %v: %w", t.opts.name(), f, err)
		}
		parts.train, parts.validation = p.Train, p.Test
		parts.doubts = append(parts.doubts, slices.DeleteFunc(p.Doubts, func(d table.Doubt) bool { // of the same column, said of all rows already
			return slices.ContainsFunc(parts.doubts, func(said table.Doubt) bool { return said.Kind == d.Kind && said.Column == d.Column && d.Column >= 0 })
		})...)
	}
	t.noteDivision(all)
	return parts, &decided, nil
}

// noteDivision notes that a column divides no rows.
func (t *training) noteDivision(all *table.Schema) {
	for i := range all.Fields {
		if f := &all.Fields[i]; t.undivided() && (f.PastFuture || f.Role == table.Group) {
			t.table.notes = append(t.table.notes, fmt.Sprintf("rows are not divided by column %s: --test is 0, and there is no --validation", f.Label()))
		}
	}
}

// undivided tells whether all rows are trained on.
func (t *training) undivided() bool { return t.opts.test == 0 && t.opts.validation == 0 }
