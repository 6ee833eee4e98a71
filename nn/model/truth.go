package model

import (
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// truthOf is what the table says should come out for rows.
func (t *Task) truthOf(e *table.Encoder, tab *table.Table, rows []int) (all []Truth, reports []*table.LabelReport, err error) {
	all = make([]Truth, len(t.targets))
	for c := range all {
		target := &t.targets[c]
		var report *table.LabelReport
		if target.classes != nil {
			all[c].Classes, report, err = e.Classes(tab, rows, target.index)
		} else {
			all[c].Values, report, err = e.Values(tab, rows, target.index)
		}
		if err != nil {
			return nil, nil, err
		}
		reports = append(reports, report)
	}
	return all, reports, nil
}

// known are those of the rows whose answers are ones that the task knows, of every target, and these answers.
func (t *Task) known(all []Truth, rows []int) (truth []Truth, known []int) {
	truth, known = make([]Truth, len(all)), []int{} // nil would be all rows
	for i, row := range rows {
		if slices.ContainsFunc(all, func(c Truth) bool { return !c.knows(i) }) {
			continue
		}
		known = append(known, row)
		for c := range all {
			if all[c].Classes != nil {
				truth[c].Classes = append(truth[c].Classes, all[c].Classes[i])
			} else {
				truth[c].Values = append(truth[c].Values, all[c].Values[i])
			}
		}
	}
	return truth, known
}
