package table

// shows tells whether cells of a column are numbers as they were learnt and nothing else, and whether there are some that are numbers
// with the other decimal point alone: 0,5 and 1.234,5 where points were learnt. 1.234 and 1,234 are neither.
func (f *Field) shows(c *Column) (learnt, other bool) {
	form := *f.Numbers
	form.grouped = true
	exchanged := form.exchanged()
	if !form.Percent && !c.own.hasNumbers() && c.numbers > 0 && c.anyPointed() {
		learnt, other = form.Decimal[0] == c.point, form.Decimal[0] != c.point
	}
	for _, s := range c.texts {
		if learnt && other {
			break
		}
		if f.isMissing(s) {
			continue
		}
		_, one := form.parseAny(s)
		_, two := exchanged.parseAny(s)
		learnt, other = learnt || one && !two, other || two && !one
	}
	return learnt, other
}

// shownPoints are what [Field.shows] says.
type shownPoints struct{ learnt, other bool }

// shows is [Field.shows] of a column, found once.
func (t *Table) shows(f *Field, c *Column) (learnt, other bool) {
	shown := t.finds.points.inAllRows(f, c, func() (p shownPoints) {
		p.learnt, p.other = f.shows(c)
		return p
	})
	return shown.learnt, shown.other
}

// pointing is what a table shows of its decimal point: by each column, as far as its cells do, and by those together that are used.
type pointing struct {
	table         *Table
	learnt, other bool // there are cells that fit the point alone that their column was learnt with; the other one alone
}

// pointing looks at columns of numbers. Columns that are not used have no say.
func (e *Encoder) pointing(t *Table, columns []*Column) pointing {
	p := pointing{table: t}
	for i, c := range columns {
		f := e.field(i)
		if c == nil || f.Kind != Number {
			continue
		}
		learnt, other := t.shows(f, c)
		p.learnt, p.other = p.learnt || learnt, p.other || other
	}
	return p
}

// readAs is a field as it is read in a table whose decimal point may be another than the learnt one, and the other way of reading that
// casts doubt on it, nil if none does. What a column's own cells show comes first, then what an option has said, then what other columns show;
// what nothing tells is read as it was learnt.
func (p *pointing) readAs(f *Field, c *Column) (*Field, *rival) {
	if f.Kind != Number || f.Numbers == nil || c.own.hasNumbers() {
		return f, nil
	}
	learnt, other := p.table.shows(f, c)
	form, exchanged := *f.Numbers, f.Numbers.exchanged()
	follow, doubt := false, false
	switch asLearnt := form.Decimal[0] == c.point; {
	case c.said && asLearnt:
		form.grouped = true
	case c.said:
		follow = other || !learnt
		doubt = !follow
	case learnt || other:
		follow = !learnt
		doubt = other
	default:
		follow = p.other && !p.learnt
		doubt = p.other
	}
	var r *rival
	if doubt {
		r = &rival{f.Numbers.String(), exchanged.String(), follow, true, []func(string) (float64, bool){exchanged.Parse}}
	}
	if follow {
		if doubt {
			r.parses[0] = form.parseAny
		}
		form = exchanged
	}
	as := *f
	as.Numbers = &form
	return &as, r
}

// undecided tells whether a cell that was not read is a number all the same, by a decimal point that somebody may give.
func (f *Field) undecided(s string) bool {
	form := *f.Numbers
	form.grouped = true
	if _, ok := form.parseAny(s); ok {
		return true
	}
	_, ok := form.exchanged().parseAny(s)
	return ok
}
