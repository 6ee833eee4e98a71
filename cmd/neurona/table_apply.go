package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// tableOf reads the table that a model is applied to, and says what may have been misread.
func (a *app) tableOf(m *openModel, s *source, in *reader) (*table.Table, error) {
	schema := m.Task().Encoder().Schema()
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
func (m *openModel) arrange(tab *table.Table, s *source, labels []string) (features, answered *table.Table, err error) {
	if features, err = tab.Without(labels...); err != nil {
		return nil, nil, flagError("label", err)
	}
	// Who says that there is a header, or none, knows what that means for names.
	schema := m.Task().Encoder().Schema()
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

// explainAbsent is an error of a table that the model is applied to. Where a column was not found because one side has no names, it
// adds what helps.
func (m *openModel) explainAbsent(err error, tab *table.Table) error {
	absent := (*table.Error)(nil)
	if !errors.Is(err, table.ErrAbsent) || !errors.As(err, &absent) {
		return err
	}
	header := tab.Dialect().Header
	if header == m.Task().Encoder().Schema().Named() {
		return err
	}
	mode := table.No
	if header {
		mode = table.Yes
	}
	explained := *absent
	explained.Remedy = append(explained.Remedy[:len(explained.Remedy):len(explained.Remedy)], table.Cure{Option: "Header", Value: mode, When: "takes columns by place"})
	return &explained
}

// judgedBy are the rows of a table that have labels, for a model to be judged by.
func (a *app) judgedBy(m *openModel, opts *evalOptions) (*model.Judged, error) {
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
	if labels == nil && m.Targets()[0].Name() == "" && m.Task().Encoder().Schema().Named() {
		return nil, &usageError{errors.New("--label is missing: the model does not know what the column of answers is called")}
	}
	features, answered, err := m.arrange(tab, s, labels)
	if err != nil {
		return nil, err
	}
	j, err := m.Task().Judge(features, answered, labels...)
	if err != nil {
		if errors.As(err, new(*table.OptionError)) {
			err = blameTable(err) // --label names other columns, or not as many
		}
		return nil, m.explainAbsent(err, tab)
	}
	if len(labels) > 1 && !m.Task().Called(labels) {
		for i := range labels {
			a.say("%s is judged by column %s", m.label(i), labels[i])
		}
	}
	if j.Unlabelled > 0 {
		a.say("rows without a label, which are left out: %d of %d", j.Unlabelled, tab.Rows())
	}
	a.sayUnseen(j.Unseen, m, tab, j.Rows)
	if a.unprepared(j.Report) || len(j.Unseen.Rows) > 0 {
		if opts.strict {
			return nil, fmt.Errorf("--strict: %s: the model was not prepared for some cells", s.name())
		}
	}
	return j, nil
}

// shownClasses is how many classes are listed that the model does not know.
const shownClasses = 5

// sayUnseen says how many rows are of which classes that the model does not know, of all that have labels.
func (a *app) sayUnseen(u *model.Unseen, m *openModel, tab *table.Table, of int) {
	for c, n := range u.Counts {
		if n == 0 {
			continue
		}
		var list []string
		for _, class := range u.Classes[c][:min(len(u.Classes[c]), shownClasses)] {
			list = append(list, strconv.Quote(cut(class, cellWidth)))
		}
		text := strings.Join(list, ", ")
		if more := len(u.Classes[c]) - shownClasses; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		file, line := tab.Place(u.First[c])
		a.say("label %s: rows of classes never seen in training, which count as wrong and have no loss%s: %d of %d (%s; the first is %s:%d)",
			m.label(c), notJudged(m.Task()), n, of, text, file, line)
	}
}

// notJudged says what becomes of rows of a class that is not known in one column where there are others.
func notJudged(t *model.Task) string {
	if len(t.Targets()) == 1 {
		return ""
	}
	return ", and are left out where the other labels are judged"
}
