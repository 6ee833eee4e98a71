package table

import (
	"slices"
	"strings"
	"sync"
)

// rival is a way of writing that is not the one in which a column was learnt, or several, where cells of a table fit it and not
// that one. What reads one way or the other, such as 03/04/2024 beside 04/25/2024, may then have been read wrongly.
type rival struct {
	learnt, other string // in the words of As and of forms
	followed      bool   // cells are read as the other way has it
	number        bool
	parses        []func(s string) (float64, bool)
}

// findKey is a column, and how it was learnt.
type findKey struct {
	column  int
	dates   DateForm
	numbers NumberForm
	words   string
}

// finds are what has been found in all rows of a table's columns, each looked for once: rows are encoded block by block.
type finds struct {
	rivals found[*rival]
	points found[shownPoints]
}

// found is of one kind.
type found[T any] struct{ of sync.Map } // findKey to T

// inAllRows is what look finds in all rows of a column.
func (m *found[T]) inAllRows(f *Field, c *Column, look func() T) T {
	key := findKey{column: c.index, words: wordsKey(f)}
	if f.Dates != nil {
		key.dates = *f.Dates
	}
	if f.Numbers != nil {
		key.numbers = *f.Numbers
	}
	if v, ok := m.of.Load(key); ok {
		return v.(T)
	}
	v := look()
	m.of.Store(key, v)
	return v
}

// rivalDates is the rival of a column of dates, nil if there is none.
func (t *Table) rivalDates(f *Field, c *Column) *rival {
	if c.own.hasTimes() {
		return nil // they are written in no way
	}
	return t.finds.rivals.inAllRows(f, c, func() *rival { return f.rivalDates(c) })
}

// rivalDates looks for one in all rows of a column of dates, nil if there is none.
func (f *Field) rivalDates(c *Column) *rival {
	r := rival{learnt: f.Dates.Order()}
	var orders []string
	unread := f.unread(c, f.Dates.Parse)
	for _, other := range swapped(f.Dates.Layout) {
		form := DateForm{other.layout, f.Dates.Zone}
		if anyFits(unread, form.Parse) {
			orders, r.parses = append(orders, other.order), append(r.parses, form.Parse)
		}
	}
	r.other = strings.Join(orders, " or ")
	if r.parses == nil {
		return nil
	}
	return &r
}

// differs tells whether a cell that was read as v is something else for a rival.
func (r *rival) differs(s string, v float64) bool {
	return slices.ContainsFunc(r.parses, func(parse func(string) (float64, bool)) bool {
		w, ok := parse(s)
		return ok && w != v
	})
}

// unread are the texts of a column that are neither missing nor what was learnt.
func (f *Field) unread(c *Column, learnt func(string) (float64, bool)) (list []string) {
	for _, s := range c.texts {
		if _, ok := learnt(s); !ok && !f.isMissing(s) {
			list = append(list, s)
		}
	}
	return list
}

func anyFits(texts []string, parse func(string) (float64, bool)) bool {
	return slices.ContainsFunc(texts, func(s string) bool { _, ok := parse(s); return ok })
}

// swapped are the layouts that differ from one by the order of day, month and year alone.
func swapped(layout string) (list []dateLayout) {
	parts := func(s string) string { return strings.Join(slices.Sorted(slices.Values(strings.Split(s, ""))), "") }
	for _, l := range dateLayouts {
		if l.order != "" && l.layout != layout && parts(l.layout) == parts(layout) {
			list = append(list, l)
		}
	}
	return list
}
