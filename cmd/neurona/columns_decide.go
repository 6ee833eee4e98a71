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
	given, err := c.given(tab, entries, m)
	if err != nil {
		return nil, err
	}
	base, err := table.Infer(tab, rows, given.options(nil)...)
	refused := errors.As(err, new(*table.Error)) && !m.noLabel
	if refused {
		// The file may say what the label needs.
		base, err = c.withoutLabel(tab, rows, entries, m, given.labels)
	}
	if err != nil {
		return nil, err
	}
	decisions := c.decisions(tab, base, entries, m)
	if decisions == nil && !refused {
		return base, nil
	}
	return table.Infer(tab, rows, given.options(decisions)...)
}

// given is what the file says of roles and the flags of everything, and the places of the labels.
type given struct {
	roles, flags []table.InferOption
	labels       []int
}

func (c *columnsFile) given(tab *table.Table, entries []*columnEntry, m *meaning) (g given, err error) {
	if g.roles, g.labels, err = c.roles(tab, entries, m); err != nil {
		return g, err
	}
	g.flags, err = m.options()
	return g, err
}

// options are all, with decisions about kinds and use, which flags go before.
func (g *given) options(decisions []table.InferOption) []table.InferOption {
	return slices.Concat(g.roles, decisions, g.flags)
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

// roles are the options for what columns are for, and for words that are missing in all of them. labels are the places of
// those to predict, none if nobody has said which.
func (c *columnsFile) roles(tab *table.Table, entries []*columnEntry, m *meaning) (list []table.InferOption, labels []int, err error) {
	listed, err := c.checkRoles(tab, entries, m)
	if err != nil {
		return nil, nil, err
	}
	columns := tab.Columns()
	for _, i := range listed {
		if m.labels == nil && !m.noLabel {
			labels = append(labels, i)
			list = append(list, table.Labels(tab.Spell(columns[i])), table.AsTask(entries[i].task(), tab.Spell(columns[i])))
		}
	}
	if m.na == nil && c.Missing != nil {
		list = append(list, table.Na(c.Missing...))
	}
	divided := m.group != "" || m.pastFuture != "" // by a flag
	for i, e := range entries {
		name := func() string { return tab.Spell(columns[i]) }
		switch {
		case e.Role == table.Weight && m.weight == "":
			list = append(list, table.WeightColumn(name()))
		case e.Role == table.Group && !divided:
			list = append(list, table.GroupColumn(name()))
		case e.PastFuture && !divided:
			list = append(list, table.PastFutureColumn(name()))
		}
	}
	for _, label := range m.labels {
		if column, err := tab.Find(label); err == nil {
			labels = append(labels, column.Index())
		}
	}
	return list, labels, nil
}

// checkRoles reports what contradicts itself: in the file, or a flag and the file. It returns the places of the file's labels.
func (c *columnsFile) checkRoles(tab *table.Table, entries []*columnEntry, m *meaning) (labels []int, err error) {
	for _, label := range c.Labels {
		column, err := tab.Find(label)
		if err != nil {
			return nil, c.wrong("labels: %v", err)
		}
		if e := entries[column.Index()]; e.Role != table.Label {
			return nil, c.wrongColumn(e, "its role is %s, and labels says that it is to be predicted: change one of them", e.Role)
		}
		if slices.Contains(labels, column.Index()) {
			return nil, c.wrongColumn(entries[column.Index()], "labels has it twice")
		}
		labels = append(labels, column.Index())
	}
	for i, e := range entries {
		if e.Role != table.Label || slices.Contains(labels, i) {
			continue
		}
		if c.Labels != nil {
			return nil, c.wrongColumn(e, "its role is label, and labels does not list it: change one of them")
		}
		labels = append(labels, i)
	}
	for _, f := range []struct {
		flag    string
		columns []string
		role    table.Role
	}{{"label", m.labels, table.Label}, {"weight", listOf(m.weight), table.Weight}, {"group", listOf(m.group), table.Group}, {"past-future", listOf(m.pastFuture), table.Feature}} {
		for _, name := range f.columns {
			column, err := tab.Find(name)
			if err != nil {
				return nil, flagError(f.flag, err)
			}
			if e := entries[column.Index()]; e.Role != table.Feature && e.Role != f.role {
				return nil, badFlag(f.flag, name, fmt.Sprintf("another column than one whose role is %s in %s", e.Role, c.path))
			}
		}
	}
	return labels, nil
}

// listOf is a list of what is given, if it is.
func listOf(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// withoutLabel finds out what the columns are where the label cannot be used as it is: it counts as one, and as nothing
// else.
func (c *columnsFile) withoutLabel(tab *table.Table, rows []int, entries []*columnEntry, m *meaning, labels []int) (*table.Schema, error) {
	m = m.withoutLabel()
	given, err := c.given(tab, entries, m)
	if err != nil {
		return nil, err
	}
	base, err := table.Infer(tab, rows, given.options(nil)...)
	if err != nil {
		return nil, err
	}
	for _, label := range labels {
		f := &base.Fields[label]
		f.Role = table.Label
		if m.na == nil && c.Missing == nil {
			f.MissingWords = nil // the usual ones are none among labels
		}
	}
	return base, nil
}

// decisions are the options for what the file says otherwise than was inferred. What a flag has said of a column stays.
func (c *columnsFile) decisions(tab *table.Table, base *table.Schema, entries []*columnEntry, m *meaning) (list []table.InferOption) {
	columns := tab.Columns()
	for i, e := range entries {
		f, name := &base.Fields[i], tab.Spell(columns[i])
		if f.Asked {
			continue
		}
		differs := e.differs(f)
		words := e.Missing != nil && m.na == nil && (differs || !sameTexts(e.Missing, occurring(columns[i], f.MissingWords)))
		if words {
			list = append(list, table.NaIn(name, e.Missing...))
		}
		// By other words, another kind would be found.
		if (differs || words) && (f.Role != table.Label || e.Decimal != "") {
			list = append(list, e.decision(name))
		}
		if !*e.Use && e.Kind.Used() {
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
