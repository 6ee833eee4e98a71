package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// tableOf reads the table that a model is applied to, and says what may have been misread.
func (a *app) tableOf(m *model, s *source, in *reader) (*table.Table, error) {
	schema := m.task.encoder.Schema()
	var known []string
	for i := range schema.Fields {
		known = append(known, schema.Fields[i].Name)
	}
	if !schema.Named() {
		known = nil
	}
	tab, err := s.read(in, known)
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

// explainAbsent is an error of a table that the model is applied to. Where a column was not found because one side has no names, it
// adds what helps.
func (m *model) explainAbsent(err error, tab *table.Table) error {
	absent := (*table.Error)(nil)
	if !errors.Is(err, table.ErrAbsent) || !errors.As(err, &absent) {
		return err
	}
	header := tab.Dialect().Header
	if header == m.task.encoder.Schema().Named() {
		return err
	}
	mode := table.No
	if header {
		mode = table.Yes
	}
	explained := *absent
	explained.Remedy = append(slices.Clip(absent.Remedy), table.Cure{Option: "Header", Value: mode, When: "takes columns by place"})
	return &explained
}

// judgedBy are the rows of a table that have labels, for a model to be judged by.
func (a *app) judgedBy(m *model, opts *evalOptions) (*examples, error) {
	s, labels := &opts.source, opts.labels
	in, err := a.open(s)
	if err != nil {
		return nil, err
	}
	defer in.close()
	tab, err := a.tableOf(m, s, in)
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
				a.say("%s is judged by column %s", m.task.heads[i].label, labels[i])
			}
		}
	}
	all := make([]int, tab.Rows())
	for i := range all {
		all[i] = i
	}
	labelled, reports, err := m.task.answersOf(encoder, answered, all)
	if err != nil {
		return nil, m.explainAbsent(err, tab)
	}
	answers, known := m.task.known(labelled, all)
	u, err := m.unseenIn(answered, encoder, opts.labels, labelled, reports)
	if err != nil {
		return nil, err
	}
	if n := tab.Rows() - len(known) - len(u.rows); n > 0 {
		a.say("rows without a label, which are left out: %d of %d", n, tab.Rows())
	}
	if len(known) == 0 {
		return nil, u.nothingKnown(m, tab)
	}
	x, report, err := encoder.Encode(features, known)
	if err != nil {
		return nil, m.explainAbsent(err, tab)
	}
	more, reportOfMore, err := encoder.Encode(features, u.rows)
	if err != nil {
		return nil, err
	}
	report.Add(reportOfMore)
	for _, r := range reports {
		if r.Doubtful.Doubtful.N > 0 {
			report.Columns = append(report.Columns, r.Doubtful)
		}
	}
	u.say(a, m, tab, len(known)+len(u.rows))
	if a.unprepared(report) || len(u.rows) > 0 {
		if opts.strict {
			return nil, fmt.Errorf("--strict: %s: the model was not prepared for some cells", s.name())
		}
	}
	e := m.task.examples(dense(len(known), encoder.Width(), x), answers)
	e.rows, e.foreign, e.unseen = len(known)+len(u.rows), u.counts, dense(len(u.rows), encoder.Width(), more)
	return e, nil
}
