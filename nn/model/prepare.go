package model

import (
	"errors"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/loss"
)

// Prepared is a table made ready to train on: its rows divided, and made into examples. Nothing but the division is learnt from rows that
// are not trained on.
type Prepared struct {
	Task                    *Task
	Train, Validation, Test *Examples // Validation and Test are nil if there are none

	All    *table.Schema // what the columns were taken for, looking at all rows: by that they were divided
	Doubts []table.Doubt // what may be wrong

	ValidationReport, TestReport *table.Report // what in these rows training has not prepared for
	ValidationGaps, TestGaps     int           // rows of these in which a cell is missing; with DropGaps alone

	Unlabelled int    // rows that are left out since they have no label
	Dropped    int    // rows to train on that DropGaps has left out
	Weighted   bool   // rows count by their weight where they are trained on
	Times      string // names the column along which rows are in order, or the first one of dates, unless rows were divided by one
	Undivided  bool   // all rows are trained on
}

// Prepare reads what is to be learnt out of a table. Without [Label] it finds the column to predict; which one, and what is learnt of
// it, it finds in all rows, and everything else in those that are trained on.
func Prepare(t *table.Table, opts ...Option) (*Prepared, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, noTable("prepare")
	}
	if o.name == nil {
		o.name = t.Files()
	}
	p := &preparing{options: o, table: t, Prepared: &Prepared{Task: o.task(), Undivided: o.test == 0 && o.validation == 0}}
	if err := p.divide(); err != nil {
		return nil, err
	}
	return p.Prepared, p.encode()
}

// preparing is a table on its way.
type preparing struct {
	*Prepared
	*options
	table                   *table.Table
	train, validation, test []int // rows
	labels                  []string
	tasks                   []table.Task
}

// inferred is what the columns are, by some rows.
func (p *preparing) inferred(rows []int) (*table.Schema, error) {
	if p.inferBy != nil {
		return p.inferBy(p.table, rows, p.labels, p.tasks)
	}
	options := slices.Clone(p.options.infer)
	labels := p.labels
	if labels == nil {
		labels = p.options.labels
	}
	if labels != nil {
		options = append(options, table.Labels(labels...))
	}
	if p.tasks == nil {
		if l, err := loss.Catalog().Parse(p.loss); err == nil {
			task := table.Classification
			if SaysNumber(l) {
				task = table.Regression
			}
			options = append([]table.InferOption{table.AsTask(task)}, options...) // what is said of it goes before
		}
	}
	for i, task := range p.tasks {
		options = append(options, table.AsTask(task, labels[i]))
	}
	return table.Infer(p.table, rows, options...)
}

// divide decides which rows are to train on, and what is to be predicted.
func (p *preparing) divide() error {
	tab := p.table
	all, err := p.inferred(nil)
	if err != nil {
		return err
	}
	if err := all.Err(); err != nil {
		return err
	}
	p.All = all
	columns := tab.Columns()
	for i := range all.Targets {
		target := &all.Targets[i]
		if len(target.Classes) == 1 {
			return oneClass(p.Task.data, target.Classes)
		}
		p.labels, p.tasks = append(p.labels, tab.Spell(columns[target.Field])), append(p.tasks, target.Task)
	}
	rows, missing, err := all.Labelled(tab, nil)
	if err != nil {
		return err
	}
	p.Unlabelled = missing
	if len(rows) > 1 && !slices.ContainsFunc(all.Fields, func(f table.Field) bool { return f.Use }) {
		// It says so, and why; a split would complain of what follows from it.
		if _, err := table.Fit(tab, rows, all); err != nil {
			return err
		}
	}
	cut := func(option string, rows []int, share float64) (*table.Partition, error) {
		parts, err := (*table.Partition)(nil), error(nil)
		if slices.ContainsFunc(all.Fields, func(f table.Field) bool { return f.PastFuture }) {
			parts, err = table.SplitTime(tab, rows, all, "", share)
		} else {
			parts, err = table.Split(tab, rows, all, share, p.seed)
		}
		if err != nil {
			return nil, &PartError{p.Task.data, option, share, err}
		}
		return parts, nil
	}
	inOrder, err := all.InTimeOrder(tab, nil)
	if err != nil {
		return err
	}
	p.train, p.Doubts = rows, inOrder
	if p.options.test > 0 {
		parts, err := cut("Test", rows, p.options.test)
		if err != nil {
			return err
		}
		p.train, p.test, p.Doubts = parts.Train, parts.Test, append(p.Doubts, parts.Doubts...)
		for _, d := range slices.Concat(inOrder, all.Doubts) {
			if d.Kind == table.DoubtTime && p.Times == "" {
				p.Times = tab.Spell(columns[d.Column])
			}
		}
	}
	if p.options.validation > 0 {
		parts, err := cut("Validation", p.train, p.options.validation)
		if err != nil {
			return err
		}
		p.train, p.validation = parts.Train, parts.Test
		p.Doubts = append(p.Doubts, slices.DeleteFunc(parts.Doubts, func(d table.Doubt) bool { // of the same column, said of all rows already
			return slices.ContainsFunc(p.Doubts, func(said table.Doubt) bool { return said.Kind == d.Kind && said.Column == d.Column && d.Column >= 0 })
		})...)
	}
	return nil
}

// encode fits an encoder to the rows to train on, and makes examples of all.
func (p *preparing) encode() error {
	tab := p.table
	schema, err := p.inferred(p.train)
	if err != nil {
		return err
	}
	if p.dropGaps {
		if schema, err = p.complete(schema); err != nil {
			return err
		}
	}
	if p.Task.encoder, err = table.Fit(tab, p.train, schema, p.options.encode...); err != nil {
		return err
	}
	p.Doubts = table.LastAboutTimes(slices.Concat(tab.Doubts(), schema.Doubts, p.Doubts, p.Task.encoder.Doubts()))
	if p.Undivided {
		// What these doubt is how a table with times is divided.
		p.Doubts = slices.DeleteFunc(p.Doubts, func(d table.Doubt) bool { return d.Kind == table.DoubtTime })
	}
	if err := p.Task.learn(p.options); err != nil {
		return err
	}
	if p.Train, _, err = p.Task.rows(tab, p.train); err != nil {
		return err
	}
	weights, err := schema.Weights(tab, p.train)
	if err != nil {
		return err
	}
	p.Train.Target.Weights, p.Weighted = toFloat32(weights), weights != nil
	p.Task.provenance.Rows = p.Train.X.Rows
	for _, part := range []struct {
		option   string
		rows     []int
		examples **Examples
		report   **table.Report
		gaps     *int
	}{{"Validation", p.validation, &p.Validation, &p.ValidationReport, &p.ValidationGaps}, {"Test", p.test, &p.Test, &p.TestReport, &p.TestGaps}} {
		if part.rows == nil {
			continue
		}
		if *part.examples, *part.report, err = p.Task.rows(tab, part.rows); err != nil {
			return err
		}
		if (*part.examples).X.Rows == 0 {
			return &table.Error{File: p.Task.data, Err: errors.New("no row to judge by has a class that was trained on"), Remedy: table.Remedy{
				{Option: "model." + part.option, When: "another fraction, or 0 to do without"},
				{Option: "AsTask", Value: table.Regression, When: "if labels are quantities"},
				{Option: "GroupColumn", When: "which keeps classes apart, as times do"},
			}}
		}
		if p.dropGaps {
			complete, err := schema.Complete(tab, part.rows)
			if err != nil {
				return err
			}
			*part.gaps = len(part.rows) - len(complete)
		}
	}
	p.Task.provenance.Hash = tab.Hash()
	return nil
}

// complete leaves out rows to train on in which a cell is missing. What is left may have other levels, and fewer classes.
func (p *preparing) complete(schema *table.Schema) (*table.Schema, error) {
	all := len(p.train)
	var err error
	if p.train, err = schema.Complete(p.table, p.train); err != nil {
		return nil, err
	}
	if len(p.train) == 0 {
		return nil, &table.Error{File: p.Task.data, Err: fmt.Errorf("each of the %s to train on has a missing cell, and none is left without these", plural(all, "row")),
			Remedy: table.Remedy{{Option: "model.DropGaps"}, {Option: "Drop", When: "of the columns with gaps"}}}
	}
	if p.Dropped = all - len(p.train); p.Dropped == 0 {
		return schema, nil
	}
	return p.inferred(p.train)
}

func toFloat32(values []float64) []float32 {
	if values == nil {
		return nil
	}
	list := make([]float32, len(values))
	for i, v := range values {
		list[i] = float32(v)
	}
	return list
}
