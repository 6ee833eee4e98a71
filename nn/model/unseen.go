package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Unseen are rows of a table whose labels are all there, and at least one of which is a class that the model was never trained on.
type Unseen struct {
	Rows    []int
	Counts  []int      // of each target: how many have such a class there
	First   []int      // of each target: the first of these
	Classes [][]string // of each target: in the order in which they come

	X tensor.Matrix // features of the rows, where it matters what is said of them
}

// unseenIn finds such rows. all are the labels of all rows, as encoder has read them; labels name their columns, if these are called
// otherwise than in training.
func (t *Task) unseenIn(tab *table.Table, encoder *table.Encoder, labels []string, all []Truth, reports []*table.LabelReport) (*Unseen, error) {
	n := len(t.targets)
	u := &Unseen{Rows: []int{}, Counts: make([]int, n), First: make([]int, n), Classes: make([][]string, n)}
	cells, fields, any := make([]*table.Column, n), make([]*table.Field, n), false
	for c, r := range reports {
		if r.Foreign == 0 {
			continue
		}
		if t.targets[c].classes == nil {
			file, line := tab.Place(r.Row)
			return nil, fmt.Errorf("%s:%d: the label %q is no number, which the model predicts", file, line, r.First[0])
		}
		any = true
		schema := encoder.Schema()
		fields[c] = &schema.Fields[schema.Targets[t.targets[c].index].Field]
		var err error
		if labels != nil {
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
	known := make([]map[string]bool, n)
	for row := range tab.Rows() {
		var foreign []int // targets
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
		u.Rows = append(u.Rows, row)
		for _, c := range foreign {
			if u.Counts[c]++; u.Counts[c] == 1 {
				u.First[c], known[c] = row, map[string]bool{}
			}
			if class := cells[c].Text(row); !known[c][class] {
				known[c][class] = true
				u.Classes[c] = append(u.Classes[c], class)
			}
		}
	}
	return u, nil
}

// isMissing tells whether a label is missing, which is no class.
func isMissing(f *table.Field, c *table.Column, row int) bool {
	return c.Missing(row) || slices.Contains(f.MissingWords, strings.TrimSpace(c.Text(row)))
}

// nothingKnown is the error that no row can be judged by.
func (u *Unseen) nothingKnown(t *Task, tab *table.Table) error {
	for c, n := range u.Counts {
		if n > 0 {
			const most = 50 // more names help nobody
			classes := t.targets[c].classes
			var known []string
			for _, class := range classes[:min(len(classes), most)] {
				known = append(known, cut(class))
			}
			file, line := tab.Place(u.First[c])
			return fmt.Errorf("%s:%d: no row has a label that the model knows: %w", file, line,
				names.Unknown("class", cut(u.Classes[c][0]), known))
		}
	}
	return fmt.Errorf("%s: every label is missing", tab.Files()[0])
}
