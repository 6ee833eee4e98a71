package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
)

// infer finds out what the columns of a table are: as the flags say, where these say nothing as the file says, and beyond
// that by itself. What the file says of a column as it would have been taken anyway changes nothing of it, the reason
// included.
func (c *columnsFile) infer(tab *table.Table, rows []int, m *meaning) (*table.Schema, error) {
	entries, err := c.of(tab)
	if err != nil {
		return nil, err
	}
	roles, label, err := c.roles(tab, entries, m)
	if err != nil {
		return nil, err
	}
	flags, err := m.options()
	if err != nil {
		return nil, err
	}
	base, err := table.Infer(tab, rows, slices.Concat(roles, flags)...)
	refused := errors.As(err, new(*table.Error)) && !m.noLabel
	if refused {
		// The file may say what the label needs.
		base, err = c.withoutLabel(tab, rows, entries, m, label)
	}
	if err != nil {
		return nil, err
	}
	decisions := c.decisions(tab, base, entries, m)
	if decisions == nil && !refused {
		return base, nil
	}
	return table.Infer(tab, rows, slices.Concat(roles, decisions, flags)...)
}

// of returns the file's entry of each column of a table.
func (c *columnsFile) of(tab *table.Table) ([]*columnEntry, error) {
	columns := tab.Columns()
	entries := make([]*columnEntry, len(columns))
	count := map[string]int{}
	for _, column := range columns {
		count[column.Name]++
	}
	for i := range c.Columns {
		e := &c.Columns[i]
		n := count[e.Name]
		switch {
		case n == 0 && e.Name == "":
			return nil, c.wrongColumn(e, "all columns of %s have names", tab.Files()[0])
		case n == 0 && !tab.Dialect().Header:
			return nil, c.wrongColumn(e, "columns of %s have no names (--header yes, if the first line names them)", tab.Files()[0])
		case n > 1 && e.Nth == 0:
			return nil, c.wrongColumn(e, "%s has %d of that name, want nth", tab.Files()[0], n)
		case n > 0 && e.Nth > n:
			return nil, c.wrongColumn(e, "%s has %d of that name", tab.Files()[0], n)
		}
		column, err := tab.Column(e.Name, max(e.Nth, 1)-1)
		if err != nil {
			return nil, c.wrong("%v", err)
		}
		if entries[column.Index()] != nil {
			return nil, c.wrongColumn(e, "it is there twice")
		}
		entries[column.Index()] = e
	}
	for i, e := range entries {
		if e == nil {
			missing := columnEntry{Name: columns[i].Name}
			if count[missing.Name] > 1 {
				missing.Nth = columns[i].Nth + 1
			}
			return nil, c.wrongColumn(&missing, "%s has it, and it is not listed", tab.Files()[0])
		}
	}
	return entries, nil
}

// roles are the options for what columns are for, and for words that are missing in all of them. label is the place of
// the one to predict, -1 if nobody has said which.
func (c *columnsFile) roles(tab *table.Table, entries []*columnEntry, m *meaning) (list []table.InferOption, label int, err error) {
	label = -1
	if err := c.checkRoles(tab, entries, m); err != nil {
		return nil, -1, err
	}
	if m.na == nil && c.Missing != nil {
		list = append(list, table.Na(c.Missing...))
	}
	divided := m.group != "" || m.pastFuture != "" // by a flag
	for i, e := range entries {
		name := spelling(tab, i)
		switch {
		case e.Role == table.Label && m.label == "" && !m.noLabel:
			label = i
			list = append(list, table.Labels(name), table.AsTask(e.task()))
		case e.Role == table.Weight && m.weight == "":
			list = append(list, table.WeightColumn(name))
		case e.Role == table.Group && !divided:
			list = append(list, table.GroupColumn(name))
		case e.PastFuture && !divided:
			list = append(list, table.PastFutureColumn(name))
		}
	}
	if m.label != "" {
		if column, err := tab.Find(m.label); err == nil {
			label = column.Index()
		}
	}
	return list, label, nil
}

// checkRoles reports what contradicts itself: in the file, or a flag and the file.
func (c *columnsFile) checkRoles(tab *table.Table, entries []*columnEntry, m *meaning) error {
	if c.Label != "" {
		column, err := tab.Find(c.Label)
		if err != nil {
			return c.wrong("label: %v", err)
		}
		if e := entries[column.Index()]; e.Role != table.Label {
			return c.wrongColumn(e, "its role is %s, and label says that it is to be predicted: change one of them", e.Role)
		}
	}
	for _, f := range []struct {
		flag, column string
		role         table.Role
	}{{"label", m.label, table.Label}, {"weight", m.weight, table.Weight}, {"group", m.group, table.Group}, {"past-future", m.pastFuture, table.Feature}} {
		if f.column == "" {
			continue
		}
		column, err := tab.Find(f.column)
		if err != nil {
			return flagError(f.flag, err)
		}
		if e := entries[column.Index()]; e.Role != table.Feature && e.Role != f.role {
			return badFlag(f.flag, f.column, fmt.Sprintf("another column than one whose role is %s in %s", e.Role, c.path))
		}
	}
	return nil
}

// withoutLabel finds out what the columns are where the label cannot be used as it is: it counts as one, and as nothing
// else.
func (c *columnsFile) withoutLabel(tab *table.Table, rows []int, entries []*columnEntry, m *meaning, label int) (*table.Schema, error) {
	m = m.withoutLabel()
	roles, _, err := c.roles(tab, entries, m)
	if err != nil {
		return nil, err
	}
	flags, err := m.options()
	if err != nil {
		return nil, err
	}
	base, err := table.Infer(tab, rows, slices.Concat(roles, flags)...)
	if err == nil && label >= 0 {
		f := &base.Fields[label]
		f.Role = table.Label
		if m.na == nil && c.Missing == nil {
			f.MissingWords = nil // the usual ones are none among labels
		}
	}
	return base, err
}

// decisions are the options for what the file says otherwise than was inferred. What a flag has said of a column stays.
func (c *columnsFile) decisions(tab *table.Table, base *table.Schema, entries []*columnEntry, m *meaning) (list []table.InferOption) {
	for i, e := range entries {
		f, name := &base.Fields[i], spelling(tab, i)
		if f.Asked {
			continue
		}
		differs := e.differs(f)
		words := e.Missing != nil && m.na == nil && (differs || !sameTexts(e.Missing, occurring(tab.Columns()[i], f.MissingWords)))
		if words {
			list = append(list, table.NaIn(name, e.Missing...))
		}
		// By other words, another kind would be found.
		if (differs || words) && (f.Role != table.Label || e.Decimal != "") {
			list = append(list, e.decision(name))
		}
		if !*e.Use && slices.Contains(usedKinds, e.Kind) {
			list = append(list, table.Drop(name))
		}
	}
	return list
}

// differs tells whether a column was taken for something else than the file says. The kind of a label follows from its task.
func (e *columnEntry) differs(f *table.Field) bool {
	switch {
	case e.Decimal != "" && (f.Refused != nil || f.Numbers == nil || f.Numbers.Decimal != e.Decimal):
		return true
	case f.Role == table.Label:
		return false
	case e.Dates != "" && (f.Refused != nil || f.Dates == nil || f.Dates.Order() != e.Dates):
		return true
	}
	return f.Kind != e.Kind || e.Kind == table.Category && !slices.Equal(f.Order, e.Order)
}

// decision is the option that makes a column what the file says.
func (e *columnEntry) decision(name string) table.InferOption {
	what := string(e.Kind)
	switch {
	case e.Order != nil:
		return table.Ordered(name, e.Order...)
	case e.Dates != "":
		what = e.Dates
	case e.Decimal != "":
		what = map[string]string{".": "decimal_point", ",": "decimal_comma"}[e.Decimal]
	}
	return table.As(name + "=" + what)
}

// occurring are those of the words that stand in a column.
func occurring(c *table.Column, words []string) (list []string) {
	if len(words) == 0 {
		return nil
	}
	texts := map[string]bool{}
	for _, s := range c.Texts() {
		texts[strings.TrimSpace(s)] = true
	}
	for _, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if texts[w] || err == nil && slices.Contains(c.Floats(), v) {
			list = append(list, w)
		}
	}
	return list
}

// sameTexts tells whether two lists have the same texts, in any order.
func sameTexts(a, b []string) bool {
	sorted := func(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
	return slices.Equal(sorted(a), sorted(b))
}
