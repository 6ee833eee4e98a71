package table

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// settle decides what the cells alone do not, and counts.
func (r *inferring) settle(i int) {
	f, a := &r.schema.Fields[i], r.asked[i]
	if forms := r.forms[i]; len(forms) > 1 {
		r.settleForm(i, forms)
	}
	switch {
	case f.Kind == Constant:
		f.MissingWords = nil
	case f.Kind == Number && f.Refused == nil:
		r.settleNumber(i)
	case f.Kind == Date && f.Refused == nil:
		r.settleDate(i)
	case f.Kind == Category:
		r.settleLevels(i)
	}
	f.Asked = f.Asked || a.kind != ""
	if a.kind != "" && f.Missing < len(r.rows) {
		f.Kind, f.Why = a.kind, "asked for"
	}
	if f.Refused != nil {
		f.Why = "not decided"
		if f.Examples == nil { // nothing has been counted
			l, missing := f.levelsOf(r.t.columns[i], r.rows)
			f.Missing, f.Distinct, f.Examples = missing, len(l.levels), slices.Clone(l.levels[:min(3, len(l.levels))])
		}
	}
}

// settleForm decides between two ways of reading numbers: by what an option says of the file, without a doubt; by the other columns, if all
// that leave no choice have one decimal point, with one. Otherwise the column is refused.
func (r *inferring) settleForm(i int, forms []NumberForm) {
	f, v := &r.schema.Fields[i], &r.views[i]
	cells := v.telling(r.rows)
	cells = append(cells, v.texts...)
	example, one, other := "", 0.0, 0.0
	for _, s := range cells {
		a, _ := forms[0].Parse(s)
		b, ok := forms[1].Parse(s)
		if ok && a != b {
			example, one, other = s, a, b
			break
		}
	}
	for j := range forms {
		if forms[j].Decimal == string(r.t.point) || v.c.own.hasNumbers() && forms[j].Decimal == "." {
			f.Numbers = &forms[j]
			return
		}
	}
	point, comma := r.votes["."], r.votes[","]
	for j := range forms {
		if forms[j].Decimal == "." && comma == 0 && point > 0 || forms[j].Decimal == "," && point == 0 && comma > 0 {
			f.Numbers = &forms[j]
			f.addDoubt(r.schema, DoubtDecimal, fmt.Sprintf("%s may be %v or %v; in other columns %s is the decimal point, so it was read as %s", quote(example), one, other, quote(forms[j].Decimal), forms[j]),
				asOneOf(f, "", "decimal_point", "decimal_comma"))
			return
		}
	}
	f.Refused = r.t.refuse(v.c, -1, fmt.Errorf("%w: %s may be %v or %v", ErrAmbiguous, quote(example), one, other), asOneOf(f, "", "decimal_point", "decimal_comma"))
}

// sorted reads a column's numbers in ascending order.
func (f *Field) sorted(c *Column, rows []int) []float64 {
	read := f.reader(c, nil)
	values := make([]float64, 0, len(rows))
	for _, row := range rows {
		if v, state := read(row); state == present {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

func distinctOf(sorted []float64) int {
	n := 0
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			n++
		}
	}
	return n
}

func (r *inferring) settleNumber(i int) {
	f, v, c := &r.schema.Fields[i], &r.views[i], r.t.columns[i]
	values := f.sorted(c, r.rows)
	f.Missing = len(r.rows) - len(values)
	if len(values) == 0 { // numbers that stand for missing cells
		f.Kind, f.Why = Constant, "every cell is missing"
		return
	}
	f.Distinct = distinctOf(values)
	f.Low, f.High = values[0], values[len(values)-1]
	for _, x := range []float64{f.Low, values[len(values)/2], f.High} {
		if s := numberText(x); !slices.Contains(f.Examples, s) {
			f.Examples = append(f.Examples, s)
		}
	}
	if f.Refused == nil && math.IsInf(f.High-f.Low, 0) {
		f.Refused = r.t.refuse(c, -1, fmt.Errorf("numbers from %v to %v are further apart than float64 holds", f.Low, f.High), by("Drop", f.Label(), "to leave the column out"))
		return
	}
	digits, padded, lost := r.spelt(i)
	whole := digits && f.isWhole(v, values)
	ids := whole && f.nearlyNames(len(values), len(r.rows))
	f.Why = "every cell that is not missing is a number"
	if *f.Numbers != (NumberForm{Decimal: string(rune(c.point))}) {
		f.Why += ", written as " + f.Numbers.String()
	}
	switch {
	case r.asked[i].kind != "":
	case whole && lost:
		r.settleLevels(i)
		if f.Kind == Category {
			f.Kind, f.Why = Code, "whole numbers of more digits than float64 holds"
		}
		f.Numbers = nil
	case f.Distinct == 1 && f.Missing == 0:
		f.Kind, f.Why = Constant, "every cell is "+numberText(f.Low)
	case ids && f.Low >= 0 && f.Name == "" && i == 0 && r.t.dialect.Header:
		r.takeForID(f, len(values), "the first column, without a name, and whole numbers, all different: an index that a program has written")
	case ids && namesRows(f.Name):
		r.takeForID(f, len(values), "whole numbers, all different, and its name says that they are ids")
	case ids && f.fills(r.t.rows):
		r.takeForID(f, len(values), fmt.Sprintf("whole numbers, all different, from %s to %s, as if they counted the rows", numberText(f.Low), numberText(f.High)))
		if !r.countsRows(f, c) {
			f.addDoubt(r.schema, DoubtIdentifier, "its numbers seem to count the rows, though not one by one in their order: it is left out as an id", asOneOf(f, "if it is a quantity", "number"))
		}
	case whole && padded:
		r.settleLevels(i)
		if f.Kind == Category {
			f.Kind, f.Why = Code, "whole numbers with zeros in front"
		}
		f.Numbers = nil
	case whole && namesCodes(f.Name) && 2*f.Distinct <= len(values):
		r.settleLevels(i)
		f.Kind, f.Why, f.Numbers, f.Order = Code, "whole numbers that recur, and its name says that they are codes", nil, nil
	}
	if f.Kind == Number {
		r.suspectSpike(f, values)
		r.suspectDays(f, values)
		if few, rows := 20, float64(r.t.rows); ids && r.asked[i].kind == "" && len(values) >= few && f.Low >= 0 && f.Low <= 1+rows/10 && f.High <= 2*rows {
			f.addDoubt(r.schema, DoubtIdentifier, fmt.Sprintf("whole numbers, all different, from %s to %s: they are taken for quantities, and may count the rows of a larger table", numberText(f.Low), numberText(f.High)), by("Drop", f.Label(), "if they are ids"))
		}
	}
}

// isWhole tells whether all numbers are whole.
func (f *Field) isWhole(v *view, sorted []float64) bool {
	if v.numbers < len(sorted) || f.Numbers.Percent {
		return false
	}
	for _, x := range sorted {
		if x != math.Trunc(x) {
			return false
		}
	}
	return true
}

// spelt tells whether numbers are spelt with digits alone, whether some have zeros in front, and whether some
// have more digits than float64 holds.
func (r *inferring) spelt(i int) (digits, zeros, lost bool) {
	c := r.t.columns[i]
	if c.spellings == nil && c.spelling == plain || c.values == nil {
		return true, false, false
	}
	digits = true
	for _, row := range r.rows {
		v, ok := c.Float(row)
		if !ok {
			continue
		}
		switch s := c.spellingAt(row); {
		case s == plain:
		case s >= padded && s < power:
			zeros = true
		case s == odd && isCanonical(c.Text(row)):
			lost = lost || math.Abs(v) >= 1<<53
		default:
			digits = false
		}
	}
	return digits, zeros, lost
}

// farYear is from when on a year of two digits may rather be one of the last century.
const farYear = 2040

func (r *inferring) settleDate(i int) {
	f, c := &r.schema.Fields[i], r.t.columns[i]
	values := f.sorted(c, r.rows)
	f.Missing = len(r.rows) - len(values)
	f.Distinct = distinctOf(values)
	f.Low, f.High = values[0], values[len(values)-1]
	for _, x := range []float64{f.Low, values[len(values)/2], f.High} {
		if s := dateText(x, f.Dates.Layout); !slices.Contains(f.Examples, s) {
			f.Examples = append(f.Examples, s)
		}
	}
	f.Why = "every cell that is not missing is a date, written as " + f.Dates.String()
	if f.Dates.Layout == "" {
		f.Why = "every cell that is not missing is a time of day"
	}
	if strings.HasSuffix(f.Dates.Layout, "06") && !strings.HasSuffix(f.Dates.Layout, "2006") || strings.HasPrefix(f.Dates.Layout, "06") {
		if year := time.Unix(int64(f.High), 0).UTC().Year(); year >= farYear {
			f.addDoubt(r.schema, DoubtCentury, fmt.Sprintf("years of two digits are taken for 1969 to 2068, and so the latest is %d", year), inWords("write years with four digits"))
		}
	}
	if f.Distinct == 1 && f.Missing == 0 {
		f.Kind, f.Why = Constant, "every cell is "+f.Examples[0]
	}
}

// counted are the levels of a column in some rows, the most frequent first, and of those that are
// as frequent in ascending order.
type counted struct {
	levels []string
	counts []int
}

// levelsOf counts the cells that are not missing, as they were spelt.
func (f *Field) levelsOf(c *Column, rows []int) (l counted, missing int) {
	counts := map[string]int{}
	numbers := map[uint64]string{} // spelt the same way throughout
	for _, row := range rows {
		code, text := c.Code(row)
		var s string
		switch {
		case text && code == None:
			missing++
			continue
		case text:
			s = c.texts[code]
		case c.spellings == nil && c.spelling != odd:
			key := math.Float64bits(c.values[row])
			known := false
			if s, known = numbers[key]; !known {
				s = c.Text(row)
				numbers[key] = s
			}
		default:
			s = c.Text(row)
		}
		if f.isMissing(s) {
			missing++
			continue
		}
		counts[s]++
	}
	for s := range counts {
		l.levels = append(l.levels, s)
	}
	slices.SortFunc(l.levels, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for _, s := range l.levels {
		l.counts = append(l.counts, counts[s])
	}
	return l, missing
}

// nearlyNames tells whether numbers differ as ids do: all of them, or so nearly all of many that a few cells are rather mistakes. So a part of the
// rows says the same as another, whichever has these cells.
func (f *Field) nearlyNames(cells, rows int) bool {
	return f.Missing*10 <= rows && cells > 2 && (f.Distinct == cells || hardlyRecurs(f.Distinct, cells))
}

// takeForID takes numbers for ids, and doubts it if they are not all there and different.
func (r *inferring) takeForID(f *Field, cells int, why string) {
	f.Kind, f.Why = Identifier, why
	var but []string
	if n := cells - f.Distinct; n > 0 {
		but = append(but, plural(n, "cell")+" that had come before")
	}
	if f.Missing > 0 {
		but = append(but, plural(f.Missing, "cell")+" in which nothing is")
	}
	if but != nil {
		what := strings.Join(but, " and ")
		f.Why += ", but for " + what
		f.addDoubt(r.schema, DoubtIdentifier, "it is left out as an id, though there are "+what, asOneOf(f, "if it is a quantity", "number"))
	}
}

// fills tells whether whole numbers that are different go from 0 or 1 to about the number of the table's rows, as far as a part of
// the rows can tell: the least of all may be in the other one.
func (f *Field) fills(rows int) bool {
	first := 1.0
	if part := float64(f.Distinct) / float64(rows); part < 1 {
		const chance = 1e-6
		first += math.Ceil(math.Log(chance) / math.Log(1-part))
	}
	return f.Low >= 0 && f.Low <= first && f.High <= float64(rows)+float64(rows)/10+1
}

// countsRows tells whether numbers rise by one from row to row of the file, but for a few.
func (r *inferring) countsRows(f *Field, c *Column) bool {
	as := *f
	as.Kind = Number
	read, cells, steps := as.reader(c, nil), 0, 0
	before, last := math.NaN(), 0
	rows := slices.Sorted(slices.Values(r.rows))
	for _, row := range rows {
		v, state := read(row)
		if state != present {
			continue
		}
		cells++
		steps += flag(v-before == float64(row-last))
		before, last = v, row
	}
	return (cells-1-steps)*20 <= cells
}

// hardlyRecurs tells whether nearly each of the cells has a level of its own.
func hardlyRecurs(levels, cells int) bool { return cells >= 20 && 10*levels > 9*cells }

// settleLevels tells kinds of columns apart whose cells are levels.
func (r *inferring) settleLevels(i int) {
	f, c, a := &r.schema.Fields[i], r.t.columns[i], r.asked[i]
	was := f.Kind
	f.Kind = Category
	if was != Number {
		f.MissingWords = r.given[i].list
	}
	l, missing := f.levelsOf(c, r.rows)
	f.Missing, f.Distinct, f.Low, f.High = missing, len(l.levels), 0, 0
	f.Examples = slices.Clone(l.levels[:min(3, len(l.levels))])
	present := len(r.rows) - missing
	sentence := 0
	for j, s := range l.levels {
		sentence += l.counts[j] * len(strings.Fields(s))
	}
	switch pair, truths := findTruths(l.levels); {
	case a.kind == Boolean && !truths:
		f.Refused = r.t.refuse(c, -1, fmt.Errorf("%w: its cells are not %s", ErrUnlike, "true and false, yes and no, t and f, y and n, or on and off"), asOneOf(f, "", "category"))
	case a.order != nil:
		for _, s := range l.levels {
			if !slices.Contains(a.order, s) {
				f.Refused = r.t.refuse(c, -1, fmt.Errorf("%w: the order has no %s", ErrUnlike, quote(s)), by("As", nil, "with every level named"))
				break
			}
		}
		f.Order = a.order
	case truths && (a.kind == "" || a.kind == Boolean):
		f.Kind, f.Order = Boolean, []string{pair[0], pair[1]}
		f.Why = fmt.Sprintf("every cell is %s or %s", pair[0], pair[1])
	case len(l.levels) == 1 && missing == 0:
		f.Kind, f.Why = Constant, "every cell is "+quote(l.levels[0])
	case len(l.levels) == 0:
		f.Kind, f.Why = Constant, "every cell is missing"
	case sentence > wordsPerCell*present:
		f.Kind, f.Why = FreeText, "cells have over five words"
	case len(l.levels) == present && present > 2:
		f.Kind, f.Why = Identifier, "texts, all different"
		if was == Number {
			f.Why = "numbers that are no quantity, all different"
		}
	default:
		f.Why = plural(len(l.levels), "level")
		if present < len(r.rows) {
			f.Why += ", and missing cells"
		}
	}
	if was != Number && (f.Kind == Category || f.Kind == Identifier) && a.kind == "" {
		r.suspectForm(i, l)
	}
	if was == Number || f.Kind != Category {
		return
	}
	r.suspectLevels(i, l)
	if a.kind == "" {
		r.suspectTruths(f, l)
	}
	if a.kind == "" && hardlyRecurs(len(l.levels), present) {
		f.addDoubt(r.schema, DoubtIdentifier, fmt.Sprintf("%d levels in %d rows: hardly any recurs", len(l.levels), present), by("Drop", f.Label(), "if they are ids"))
	}
	if r.given[i].all {
		return
	}
	for j, s := range r.views[i].texts {
		trimmed := strings.TrimSpace(s)
		if (trimmed == "" || slices.Contains(missingWords, trimmed)) && !f.isMissing(s) {
			f.addDoubt(r.schema, DoubtWords, fmt.Sprintf("%s, in %s, was taken for a level, not for a missing cell", quote(s), plural(r.views[i].counts[j], "row")), by("Na", trimmed, "if it is missing"))
		}
	}
}
