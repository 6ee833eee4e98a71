package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
)

// unseen are rows of a table whose labels are all there, and at least one of which is a class that the model was never trained on.
type unseen struct {
	rows    []int
	counts  []int      // by head: how many have such a class there
	first   []int      // by head: the first of these
	classes [][]string // by head: in the order in which they come
}

// unseenIn finds such rows. all are the labels of all rows, as encoder has read them; labels name their columns, if these are called
// otherwise than in training.
func (m *model) unseenIn(tab *table.Table, encoder *table.Encoder, labels []string, all answers, reports []*table.LabelReport) (*unseen, error) {
	heads := m.task.heads
	u := &unseen{rows: []int{}, counts: make([]int, len(heads)), first: make([]int, len(heads)), classes: make([][]string, len(heads))}
	cells, fields, any := make([]*table.Column, len(heads)), make([]*table.Field, len(heads)), false
	for c, r := range reports {
		if r.Foreign == 0 {
			continue
		}
		if heads[c].classes == nil {
			file, line := tab.Place(r.Row)
			return nil, fmt.Errorf("%s:%d: the label %q is no number, which the model predicts", file, line, r.First[0])
		}
		any = true
		schema := encoder.Schema()
		fields[c] = &schema.Fields[schema.Targets[heads[c].index].Field]
		var err error
		if labels != nil && !m.called(labels) {
			cells[c], err = tab.Find(labels[c])
		} else {
			cells[c], err = tab.Column(fields[c].Name, fields[c].Nth)
		}
		if err != nil {
			return nil, err
		}
	}
	if !any {
		return u, nil
	}
	known := make([]map[string]bool, len(heads))
	for row := range tab.Rows() {
		var foreign []int // heads
		missing := false
		for c := range all {
			switch {
			case all[c].knows(row):
			case cells[c] == nil || isMissing(fields[c], cells[c], row):
				missing = true
			default:
				foreign = append(foreign, c)
			}
		}
		if missing || foreign == nil {
			continue
		}
		u.rows = append(u.rows, row)
		for _, c := range foreign {
			if u.counts[c]++; u.counts[c] == 1 {
				u.first[c], known[c] = row, map[string]bool{}
			}
			if class := cells[c].Text(row); !known[c][class] {
				known[c][class] = true
				u.classes[c] = append(u.classes[c], class)
			}
		}
	}
	return u, nil
}

// isMissing tells whether a label is missing, which is no class.
func isMissing(f *table.Field, c *table.Column, row int) bool {
	return c.Missing(row) || slices.Contains(f.MissingWords, strings.TrimSpace(c.Text(row)))
}

// shownClasses is how many classes are listed that the model does not know.
const shownClasses = 5

// say says how many rows are of which classes that the model does not know, of all that have labels.
func (u *unseen) say(a *app, m *model, tab *table.Table, of int) {
	for c, n := range u.counts {
		if n == 0 {
			continue
		}
		var list []string
		for _, class := range u.classes[c][:min(len(u.classes[c]), shownClasses)] {
			list = append(list, strconv.Quote(cut(class, cellWidth)))
		}
		text := strings.Join(list, ", ")
		if more := len(u.classes[c]) - shownClasses; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		file, line := tab.Place(u.first[c])
		a.say("label %s: rows of classes never seen in training, which count as wrong and have no loss%s: %d of %d (%s; the first is %s:%d)",
			m.task.heads[c].label, m.task.notJudged(), n, of, text, file, line)
	}
}

// notJudged says what becomes of rows of a class that is not known in one column where there are others.
func (t *task) notJudged() string {
	if len(t.heads) == 1 {
		return ""
	}
	return ", and are left out where the other labels are judged"
}

// nothingKnown is the error that no row can be judged by.
func (u *unseen) nothingKnown(m *model, tab *table.Table) error {
	for c, n := range u.counts {
		if n > 0 {
			const most = 50 // more names help nobody
			classes := m.task.heads[c].classes
			known := cuts(classes[:min(len(classes), most)], nameWidth)
			file, line := tab.Place(u.first[c])
			return fmt.Errorf("%s:%d: no row has a label that the model knows: %w", file, line,
				names.Unknown("class", cut(u.classes[c][0], nameWidth), known))
		}
	}
	return fmt.Errorf("%s: every label is missing", tab.Files()[0])
}
