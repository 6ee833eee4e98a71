package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
)

// loadTable reads a table, divides its rows, finds out what its columns are and makes features of them.
// Nothing but the division is learnt from rows that are not trained on.
func (t *training) loadTable() error {
	tab, err := t.readTable(&t.opts.source, nil)
	if err != nil {
		return blameTable(err)
	}
	parts, label, err := t.divide(tab)
	if err != nil {
		return blameTable(err)
	}
	options, err := t.opts.meaning.options()
	if err != nil {
		return err
	}
	schema, err := table.Infer(tab, parts.train, append(options, label...)...)
	if err != nil {
		return blameTable(err)
	}
	if t.opts.missing == missingDrop {
		all := len(parts.train)
		if parts.train, err = schema.Complete(tab, parts.train); err != nil {
			return err
		}
		if n := all - len(parts.train); n > 0 {
			t.table.notes = append(t.table.notes, fmt.Sprintf("rows to train on that have missing cells, and are dropped (--missing drop): %d of %d", n, all))
		}
	}
	t.task.Table, err = table.Fit(tab, parts.train, schema, table.ScaleBy(table.ScaleKind(t.opts.scale)), table.ScaleTargets(table.ScaleKind(t.opts.scaleTarget)))
	if err != nil {
		return blameTable(err)
	}
	t.table.schema, t.table.dialect = schema, tab.Dialect()
	inOrder, err := schema.InTimeOrder(tab, nil)
	if err != nil {
		return err
	}
	t.table.doubts = slices.Concat(tab.Doubts(), schema.Doubts, inOrder, parts.doubts, t.task.Table.Doubts())
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
	t.train.Target.Weights = toFloat32(weights)
	var report *table.Report
	if parts.validation != nil {
		if t.validation, report, err = t.task.ofRows(tab, parts.validation); err != nil {
			return err
		}
		t.table.noteUnread("validate", report)
	}
	if t.test, report, err = t.task.ofRows(tab, parts.test); err != nil {
		return err
	}
	t.table.noteUnread("test", report)
	for _, part := range []*examples{t.validation, t.test} {
		if part != nil && part.X.Rows == 0 {
			return fmt.Errorf("%s: no row to judge by has a class that was trained on", t.opts.name())
		}
	}
	t.unscaled = t.task.plane(t.test)
	return nil
}

// rowsOf are the rows of a table by what they are for.
type rowsOf struct {
	train, validation, test []int // validation is nil without --validation
	doubts                  []table.Doubt
}

// divide decides which rows are to train on. The options fix the column to predict and what is learnt of it: these are
// found in all rows.
func (t *training) divide(tab *table.Table) (*rowsOf, []table.InferOption, error) {
	options, err := t.opts.meaning.options()
	if err != nil {
		return nil, nil, err
	}
	if l, quantity := t.opts.lossGiven(); t.opts.meaning.task == automatic && l {
		task := table.Classification
		if quantity {
			task = table.Regression
		}
		options = append(options, table.AsTask(task))
	}
	all, err := table.Infer(tab, nil, options...)
	if err != nil {
		return nil, nil, err
	}
	if err := all.Err(); err != nil {
		return nil, nil, err
	}
	target := all.Targets[0]
	if len(target.Classes) == 1 {
		return nil, nil, oneClass(t.opts.name(), target.Classes)
	}
	t.table.target = all.Fields[target.Field].Label() + ": " + target.String()
	if t.opts.label == "" {
		t.table.target = all.Fields[target.Field].Label() + ", since no --label says otherwise: " + target.String()
	}
	rows, missing, err := all.Labelled(tab, nil)
	if err != nil {
		return nil, nil, err
	}
	if missing > 0 {
		t.table.notes = append(t.table.notes, fmt.Sprintf("rows without a label, which are left out: %d of %d", missing, tab.Rows()))
	}
	cut := func(rows []int, fraction float64) (*table.Partition, error) {
		if t.opts.pastFuture != "" {
			return table.SplitTime(tab, rows, all, "", fraction)
		}
		return table.Split(tab, rows, all, fraction, t.opts.seed)
	}
	p, err := cut(rows, t.opts.test)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: --test %v: %w", t.opts.name(), t.opts.test, err)
	}
	parts := &rowsOf{train: p.Train, test: p.Test, doubts: p.Doubts}
	if f := t.opts.validation; f > 0 {
		if p, err = cut(parts.train, f); err != nil {
			return nil, nil, fmt.Errorf("%s: --validation %v: %w", t.opts.name(), f, err)
		}
		parts.train, parts.validation, parts.doubts = p.Train, p.Test, append(parts.doubts, p.Doubts...)
	}
	fixed := []table.InferOption{table.AsTask(target.Task)}
	if t.opts.label == "" {
		fixed = append(fixed, table.Labels(fmt.Sprintf("#%d", target.Field+1)))
	}
	return parts, fixed, nil
}

// ofRows are rows of a table, less those whose class has never been trained on.
func (t *task) ofRows(tab *table.Table, rows []int) (*examples, *table.Report, error) {
	a, known, _, err := t.answersOf(t.encoder, tab, rows)
	if err != nil {
		return nil, nil, err
	}
	x, report, err := t.encoder.Encode(tab, known)
	if err != nil {
		return nil, nil, err
	}
	e := t.examples(dense(len(known), t.encoder.Width(), x), a)
	e.foreign = len(rows) - len(known)
	return e, report, nil
}

// answersOf are what the table says should come out for rows, and those of the rows for which it says something that
// the task knows.
func (t *task) answersOf(e *table.Encoder, tab *table.Table, rows []int) (a answers, known []int, report *table.LabelReport, err error) {
	known = []int{} // not nil, which are all
	if t.Classes == nil {
		values, report, err := e.Values(tab, rows, 0)
		if err != nil {
			return a, nil, nil, err
		}
		for i, v := range values {
			if v == v {
				a.values, known = append(a.values, v), append(known, rows[i])
			}
		}
		return a, known, report, nil
	}
	labels, report, err := e.Classes(tab, rows, 0)
	if err != nil {
		return a, nil, nil, err
	}
	for i, class := range labels {
		if class >= 0 {
			a.labels, known = append(a.labels, class), append(known, rows[i])
		}
	}
	return a, known, report, nil
}

// plane is examples in the units of the data, if they are two numbers that can be drawn; nil if not.
func (t *task) plane(e *examples) *examples {
	if e.X.Cols != 2 {
		return nil
	}
	p := &examples{labels: e.labels}
	p.X = dense(e.X.Rows, 2, slices.Clone(e.X.Data))
	for c := range 2 {
		s, ok := t.encoder.Scaler(c)
		if !ok || !s.Invertible() {
			return nil
		}
		for i := c; i < len(p.X.Data); i += 2 {
			p.X.Data[i] = float32(s.Invert(float64(p.X.Data[i])))
		}
	}
	return p
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

// tableOf reads the table that a model is applied to, and says what may have been misread.
func (a *app) tableOf(m *model, s *source) (*table.Table, error) {
	schema := m.task.encoder.Schema()
	var known []string
	for i := range schema.Fields {
		known = append(known, schema.Fields[i].Name)
	}
	if !schema.Named() {
		known = nil
	}
	tab, err := a.readTable(s, known)
	if err != nil {
		return nil, blameTable(err)
	}
	a.warn(&told{doubts: tab.Doubts()})
	return tab, nil
}

// arrange finds the features in a table, and what the answers are to be looked for in. label names a column of answers that
// is called otherwise than in training, or nothing.
func (m *model) arrange(tab *table.Table, s *source, label string) (features, answered *table.Table, err error) {
	features = tab
	if label != "" {
		if features, err = tab.Without(label); err != nil {
			return nil, nil, flagError("label", err)
		}
	}
	// Who says that there is a header, or none, knows what that means for names.
	schema := m.task.encoder.Schema()
	if s.header == "no" && schema.Named() || s.header == "yes" && !schema.Named() {
		if features, err = schema.ByPlace(features); err != nil {
			return nil, nil, err
		}
	}
	if label == "" {
		return features, features, nil
	}
	return features, tab, nil
}

// explainAbsent adds what helps where a column was not found because one side has no names.
func (m *model) explainAbsent(err error, tab *table.Table) error {
	header, named := tab.Dialect().Header, m.task.encoder.Schema().Named()
	if errors.Is(err, table.ErrAbsent) && header != named {
		why := "--header no takes columns by place"
		if header {
			why = "--header yes takes columns by place"
		}
		return fmt.Errorf("%w: %s", err, why)
	}
	return err
}

// judgedBy are the rows of a table whose answers are known, for a model to be judged by. label names the column of
// answers, if it is another than in training.
func (a *app) judgedBy(m *model, s *source, label string) (*examples, error) {
	tab, err := a.tableOf(m, s)
	if err != nil {
		return nil, err
	}
	encoder := m.task.encoder
	schema := encoder.Schema()
	if own := schema.Fields[schema.Targets[0].Field]; label == "" && own.Name == "" && schema.Named() {
		return nil, &usageError{errors.New("--label is missing: the model does not know what the column of answers is called")}
	}
	features, answered, err := m.arrange(tab, s, label)
	if err != nil {
		return nil, err
	}
	if label != "" {
		if encoder, err = encoder.LabelsIn(label); err != nil {
			return nil, err
		}
	}
	all := make([]int, tab.Rows())
	for i := range all {
		all[i] = i
	}
	answers, known, labels, err := m.task.answersOf(encoder, answered, all)
	if err != nil {
		return nil, m.explainAbsent(err, tab)
	}
	if labels.Foreign > 0 {
		file, line := tab.Place(labels.Row)
		first := labels.First[0]
		if m.task.Classes == nil {
			return nil, fmt.Errorf("%s:%d: the label %q is no number, which the model predicts", file, line, first)
		}
		return nil, fmt.Errorf("%s:%d: %w, which the model tells apart", file, line, names.Unknown("class", first, m.task.Classes))
	}
	if labels.Missing > 0 {
		fmt.Fprintf(a.stderr, "neurona: rows without a label, which are left out: %d of %d\n", labels.Missing, tab.Rows())
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("%s: every label is missing", tab.Files()[0])
	}
	x, report, err := encoder.Encode(features, known)
	if err != nil {
		return nil, m.explainAbsent(err, tab)
	}
	a.unprepared(report)
	return m.task.examples(dense(len(known), encoder.Width(), x), answers), nil
}
