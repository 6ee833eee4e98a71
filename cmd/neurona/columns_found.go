package main

import (
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// newColumnsFile is a file of columns that says what they were taken for.
func newColumnsFile(tab *table.Table, s *table.Schema, m *meaning) *columnsFile {
	c := &columnsFile{Version: columnsVersion, Missing: m.na, Columns: []columnEntry{}}
	if c.Missing == nil && m.columns != nil {
		c.Missing = m.columns.Missing
	}
	columns := tab.Columns()
	for i := range s.Fields {
		c.Columns = append(c.Columns, newColumnEntry(columns[i], &s.Fields[i]))
	}
	for _, d := range s.Doubts {
		if f := &s.Fields[max(d.Column, 0)]; d.Kind == table.DoubtDecimal && f.Numbers != nil {
			c.Columns[d.Column].Decimal = f.Numbers.Decimal
		}
	}
	for i := range s.Targets {
		target := &s.Targets[i]
		c.Labels = append(c.Labels, labelSpelling(tab, s, target.Field))
		if i == 0 {
			c.Task = target.Task
		} else if c.Task != target.Task {
			c.Task = ""
		}
	}
	return c
}

// newColumnEntry is what a file says of a column: what people may want otherwise.
func newColumnEntry(c *table.Column, f *table.Field) columnEntry {
	use := f.Use || f.Role != table.Feature
	e := columnEntry{Name: f.Name, Kind: f.Kind, Use: &use, Role: f.Role, PastFuture: f.PastFuture, Why: f.Why, Missing: occurring(c, f.MissingWords)}
	if f.Of > 1 {
		e.Nth = f.Nth + 1
	}
	switch {
	case f.Refused != nil: // people have to decide
		e.Why = oneLine(describeError(f.Refused))
	case f.Kind == table.Number && f.Numbers != nil && f.Numbers.Decimal == ",":
		e.Decimal = ","
	case f.Kind == table.Date && f.Dates != nil:
		e.Dates = f.Dates.Order()
	case f.Kind == table.Category:
		e.Order = slices.Clone(f.Order)
	}
	return e
}

// labelSpelling names a column as people would.
func labelSpelling(tab *table.Table, s *table.Schema, place int) string {
	for _, name := range []string{s.Fields[place].Name, s.Fields[place].Label()} {
		if c, err := tab.Find(name); err == nil && c.Index() == place {
			return name
		}
	}
	return tab.Spell(tab.Columns()[place])
}
