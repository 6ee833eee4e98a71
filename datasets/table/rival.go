package table

import (
	"math"
	"slices"
	"strings"
)

// rival is a way of writing that is not the one in which a column was learnt, or several, where cells of a table fit it and not
// that one. What reads one way or the other, such as 03/04/2024 beside 04/25/2024, may then have been read wrongly.
type rival struct {
	learnt, other string // in the words of As and of forms
	parses        []func(s string) (float64, bool)
}

// rivalKey is a column, and how it was learnt.
type rivalKey struct {
	column  int
	dates   DateForm
	numbers NumberForm
	words   string
}

// rival is what rival finds of a field, once: rows are encoded block by block.
func (t *Table) rival(f *Field, c *Column) *rival {
	key := rivalKey{column: c.index, words: wordsKey(f)}
	switch {
	case f.Kind == Date:
		key.dates = *f.Dates
	case f.Kind == Number && f.Numbers != nil:
		key.numbers = *f.Numbers
	default:
		return nil
	}
	if found, ok := t.rivals.Load(key); ok {
		return found.(*rival)
	}
	r := f.rival(c)
	t.rivals.Store(key, r)
	return r
}

// rival looks for one in all rows of a column, nil if there is none.
func (f *Field) rival(c *Column) *rival {
	var r rival
	switch {
	case f.Kind == Date:
		r.learnt = f.Dates.Order()
		var orders []string
		unread := f.unread(c, f.Dates.Parse)
		for _, other := range swapped(f.Dates.Layout) {
			form := DateForm{other.layout, f.Dates.Zone}
			if anyFits(unread, form.Parse) {
				orders, r.parses = append(orders, other.order), append(r.parses, form.Parse)
			}
		}
		r.other = strings.Join(orders, " or ")
	case f.Kind == Number && f.Numbers != nil:
		form := *f.Numbers
		form.Decimal, form.Thousands = map[string]string{".": ",", ",": "."}[form.Decimal], form.Decimal
		if f.Numbers.contradicted(c) || anyFits(f.unread(c, f.Numbers.parseAny), form.Parse) {
			r = rival{f.Numbers.String(), form.String(), []func(string) (float64, bool){form.Parse}}
		}
	}
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

// contradicted tells whether the reader has found numbers in a column whose decimal point is not the form's, nor what separates its
// thousands.
func (f *NumberForm) contradicted(c *Column) bool {
	if f.Decimal[0] == c.point || f.readsNumbers(c) {
		return false
	}
	for row, v := range c.values {
		if v-v != 0 || v == math.Trunc(v) {
			continue
		}
		thousands := f.Thousands == string(rune(c.point)) && c.spellingAt(row) == plain+3 && math.Abs(v) >= 1 && math.Abs(v) < 1000
		if !thousands {
			return true
		}
	}
	return false
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
