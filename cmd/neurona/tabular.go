package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
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
	t.table.schema, t.table.dialect = t.task.Table.Schema(), tab.Dialect()
	t.table.doubts = slices.Concat(tab.Doubts(), schema.Doubts, parts.doubts, t.task.Table.Doubts())
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
	train, validation, test []int // validation is nil without --validation
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
	cut := func(rows []int, fraction float64) (*table.Partition, error) {
		if slices.ContainsFunc(all.Fields, func(f table.Field) bool { return f.PastFuture }) {
			return table.SplitTime(tab, rows, all, "", fraction)
		}
		return table.Split(tab, rows, all, fraction, t.opts.seed)
	}
	p, err := cut(rows, t.opts.test)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: --test %v: %w", t.opts.name(), t.opts.test, err)
	}
	inOrder, err := all.InTimeOrder(tab, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range slices.Concat(inOrder, all.Doubts) {
		if d.Kind == table.DoubtTime && t.table.times == "" {
			t.table.times = spelling(tab, columns[d.Column])
		}
	}
	parts := &rowsOf{train: p.Train, test: p.Test, doubts: slices.Concat(inOrder, p.Doubts)}
	if f := t.opts.validation; f > 0 {
		if p, err = cut(parts.train, f); err != nil {
			return nil, nil, fmt.Errorf("%s: --validation %v: %w", t.opts.name(), f, err)
		}
		parts.train, parts.validation, parts.doubts = p.Train, p.Test, append(parts.doubts, p.Doubts...)
	}
	return parts, &decided, nil
}

// ofRows are rows of a table, less those whose class has never been trained on.
func (t *task) ofRows(tab *table.Table, rows []int) (*examples, *table.Report, error) {
	a, known, reports, err := t.answersOf(t.encoder, tab, rows)
	if err != nil {
		return nil, nil, err
	}
	x, report, err := t.encoder.Encode(tab, known)
	if err != nil {
		return nil, nil, err
	}
	e := t.examples(dense(len(known), t.encoder.Width(), x), a)
	e.rows = len(rows)
	for c, r := range reports {
		e.foreign[c] = r.Foreign
	}
	return e, report, nil
}

// answersOf are what the table says should come out for rows, and those of the rows for which it says something that
// the task knows, of every column.
func (t *task) answersOf(e *table.Encoder, tab *table.Table, rows []int) (a answers, known []int, reports []*table.LabelReport, err error) {
	all := make(answers, len(t.heads))
	for c := range all {
		h := &t.heads[c]
		var report *table.LabelReport
		if h.classes != nil {
			all[c].labels, report, err = e.Classes(tab, rows, h.index)
		} else {
			all[c].values, report, err = e.Values(tab, rows, h.index)
		}
		if err != nil {
			return nil, nil, nil, err
		}
		reports = append(reports, report)
	}
	a, known = make(answers, len(all)), []int{} // nil would be all rows
	for i, row := range rows {
		if slices.ContainsFunc(all, func(c column) bool { return !c.knows(i) }) {
			continue
		}
		known = append(known, row)
		for c := range all {
			if all[c].labels != nil {
				a[c].labels = append(a[c].labels, all[c].labels[i])
			} else {
				a[c].values = append(a[c].values, all[c].values[i])
			}
		}
	}
	return a, known, reports, nil
}

// knows tells whether a row has an answer that the task knows.
func (c *column) knows(row int) bool {
	if c.labels != nil {
		return c.labels[row] >= 0
	}
	return c.values[row] == c.values[row]
}

// plane is examples in the units of the data, if they are two numbers that can be drawn; nil if not.
func (t *task) plane(e *examples) *examples {
	if e.X.Cols != 2 {
		return nil
	}
	p := &examples{answers: e.answers}
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

// arrange finds the features in a table, and what the answers are to be looked for in. labels name columns of answers that
// are called otherwise than in training.
func (m *model) arrange(tab *table.Table, s *source, labels []string) (features, answered *table.Table, err error) {
	if features, err = tab.Without(labels...); err != nil {
		return nil, nil, flagError("label", err)
	}
	// Who says that there is a header, or none, knows what that means for names.
	schema := m.task.encoder.Schema()
	if s.header == "no" && schema.Named() || s.header == "yes" && !schema.Named() {
		if features, err = schema.ByPlace(features); err != nil {
			return nil, nil, err
		}
	}
	if labels == nil {
		return features, features, nil
	}
	return features, tab, nil
}

// called tells whether labels are what the model's own are called, in any order: they are then found by name.
func (m *model) called(labels []string) bool {
	own := make([]string, len(m.task.heads))
	for i := range own {
		own[i] = m.task.heads[i].label
	}
	return slices.Equal(slices.Sorted(slices.Values(own)), slices.Sorted(slices.Values(labels)))
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

// judgedBy are the rows of a table whose answers are known, for a model to be judged by. labels name the columns of
// answers, if they are others than in training.
func (a *app) judgedBy(m *model, s *source, labels []string) (*examples, error) {
	tab, err := a.tableOf(m, s)
	if err != nil {
		return nil, err
	}
	encoder := m.task.encoder
	if labels == nil && m.task.heads[0].name == "" && encoder.Schema().Named() {
		return nil, &usageError{errors.New("--label is missing: the model does not know what the column of answers is called")}
	}
	features, answered, err := m.arrange(tab, s, labels)
	if err != nil {
		return nil, err
	}
	if labels != nil && !m.called(labels) {
		if encoder, err = encoder.LabelsIn(labels...); err != nil {
			return nil, blameTable(err)
		}
		if len(labels) > 1 {
			for i := range labels {
				fmt.Fprintf(a.stderr, "neurona: %s is judged by column %s\n", m.task.heads[i].label, labels[i])
			}
		}
	}
	all := make([]int, tab.Rows())
	for i := range all {
		all[i] = i
	}
	answers, known, reports, err := m.task.answersOf(encoder, answered, all)
	if err != nil {
		return nil, m.explainAbsent(err, tab)
	}
	for c, r := range reports {
		if r.Foreign == 0 {
			continue
		}
		file, line := tab.Place(r.Row)
		if classes := m.task.heads[c].classes; classes != nil {
			return nil, fmt.Errorf("%s:%d: %w, which the model tells apart", file, line, names.Unknown("class", r.First[0], classes))
		}
		return nil, fmt.Errorf("%s:%d: the label %q is no number, which the model predicts", file, line, r.First[0])
	}
	if n := tab.Rows() - len(known); n > 0 {
		fmt.Fprintf(a.stderr, "neurona: rows without a label, which are left out: %d of %d\n", n, tab.Rows())
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
