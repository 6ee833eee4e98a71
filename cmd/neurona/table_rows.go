package main

import (
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// ofRows are rows of a table, less those whose class has never been trained on.
func (t *task) ofRows(tab *table.Table, rows []int) (*examples, *table.Report, error) {
	all, reports, err := t.answersOf(t.encoder, tab, rows)
	if err != nil {
		return nil, nil, err
	}
	a, known := t.known(all, rows)
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

// answersOf are what the table says should come out for rows.
func (t *task) answersOf(e *table.Encoder, tab *table.Table, rows []int) (all answers, reports []*table.LabelReport, err error) {
	all = make(answers, len(t.heads))
	for c := range all {
		h := &t.heads[c]
		var report *table.LabelReport
		if h.classes != nil {
			all[c].labels, report, err = e.Classes(tab, rows, h.index)
		} else {
			all[c].values, report, err = e.Values(tab, rows, h.index)
		}
		if err != nil {
			return nil, nil, err
		}
		reports = append(reports, report)
	}
	return all, reports, nil
}

// known are those of the rows whose answers are ones that the task knows, in every column, and these answers.
func (t *task) known(all answers, rows []int) (a answers, known []int) {
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
	return a, known
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
