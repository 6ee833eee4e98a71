package table

import (
	"slices"
	"strconv"
	"strings"
)

// Report counts what an encoder was not prepared for.
type Report struct {
	Rows    int
	Columns []ColumnReport // those with something to report, in the order of training
}

// Add adds what was found in more rows.
func (r *Report) Add(more *Report) {
	r.Rows += more.Rows
	for _, m := range more.Columns {
		i := slices.IndexFunc(r.Columns, func(c ColumnReport) bool { return c.Column == m.Column })
		if i < 0 {
			r.Columns = append(r.Columns, m)
			continue
		}
		c := &r.Columns[i]
		c.Gaps.merge(m.Gaps)
		c.Unseen.merge(m.Unseen)
		c.Unread.merge(m.Unread)
		c.Outside.merge(m.Outside)
		if c.Doubtful.merge(m.Doubtful); m.Doubtful.N > 0 {
			c.Learnt, c.Other, c.Followed = m.Learnt, m.Other, m.Followed
		}
		if c.Remedy == nil {
			c.Remedy = m.Remedy
		}
	}
}

// ColumnReport is what was found in one column.
type ColumnReport struct {
	Column  string
	Gaps    Cells // missing, where training had none
	Unseen  Cells // levels that training had not
	Unread  Cells // neither missing nor of the column's kind
	Outside Cells // numbers and dates outside of the range of training
	// Doubtful were read as training has learnt it, but are something else where they are written as other cells of the
	// column are, in whatever row of the table, that fit nothing else: 03/04/2024, where there is 04/25/2024. Where nothing in the column is
	// written as training has learnt it, numbers are read as the others are, that of other columns too, and are doubtful all the same.
	Doubtful      Cells
	Learnt, Other string // these ways of writing: "dmy" and "mdy", "1234.5" and "1.234,5"
	Followed      bool   // they were read as Other

	Remedy Remedy // what helps, if something does
}

// addDoubtful counts a cell, read as v, if a rival reads it in another way.
func (r *ColumnReport) addDoubtful(other *rival, c *Column, row int, v float64) {
	if !other.differs(c.Text(row), v) {
		return
	}
	r.Doubtful.add(c, row)
	r.Learnt, r.Other, r.Followed = other.learnt, other.other, other.followed
	if other.number {
		r.Remedy = by("Decimal", nil, "says what the decimal point is")
	}
}

// Cells are some of a column.
type Cells struct {
	N        int
	Examples []string // the first few that differ
}

func (c *Cells) add(column *Column, row int) {
	c.N++
	c.example(shorten(column.Text(row), 40))
}

func (c *Cells) example(text string) {
	const few = 3
	if len(c.Examples) < few && text != "" && !slices.Contains(c.Examples, text) {
		c.Examples = append(c.Examples, text)
	}
}

func (c *Cells) merge(more Cells) {
	c.N += more.N
	c.Examples = slices.Clone(c.Examples)
	for _, text := range more.Examples {
		c.example(text)
	}
}

// quoted are the examples, in brackets.
func (c Cells) quoted() string {
	var list []string
	for _, text := range c.Examples {
		list = append(list, strconv.Quote(text))
	}
	if list == nil {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

func (r *ColumnReport) clean() bool {
	return r.Gaps.N+r.Unseen.N+r.Unread.N+r.Outside.N+r.Doubtful.N == 0
}

// String says it in a line.
func (r *ColumnReport) String() string {
	var found []string
	doubtful := "doubtful, read as " + r.Learnt + " while others fit " + r.Other + " alone"
	if r.Followed {
		doubtful = "doubtful, read as " + r.Other + ", which others fit alone, while training has learnt " + r.Learnt
	}
	for _, c := range []struct {
		cells Cells
		what  string
	}{
		{r.Gaps, "missing where training had none"}, {r.Unseen, "never seen in training"},
		{r.Unread, "not of the column's kind, taken for missing"},
		{r.Doubtful, doubtful},
		{r.Outside, "outside of the range of training"},
	} {
		if c.cells.N > 0 {
			found = append(found, plural(c.cells.N, "cell")+" "+c.what+c.cells.quoted())
		}
	}
	return "column " + r.Column + ": " + strings.Join(found, "; ")
}
