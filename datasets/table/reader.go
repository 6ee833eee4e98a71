package table

import (
	"slices"
	"strings"
	"unicode"
)

// cellState is how a cell was read.
type cellState uint8

const (
	present cellState = iota
	gap               // missing
	foreign           // neither missing nor of the column's kind, or a level that is not known
	unclear           // a program's number or boolean that several levels are
)

// reader returns what reads the cells of a column as a field takes them: a number; seconds; the place of a level.
func (f *Field) reader(c *Column, list []string) func(row int) (float64, cellState) {
	var parse func(s string) (float64, bool)
	var index *levels     // of levels
	numbers := false      // of the file's are ours
	var missing []float64 // of these, what stands for missing cells
	switch f.Kind {
	case Number:
		form := NumberForm{Decimal: string(rune(c.point))}
		if f.Numbers != nil {
			form = *f.Numbers
		}
		parse = form.parseAny
		for _, w := range f.MissingWords {
			// Most are no numbers, which is seen faster than that they cannot be read: a million columns have as many readers.
			if !strings.ContainsFunc(w, unicode.IsNumber) {
				continue
			}
			if v, ok := parse(w); ok {
				missing = append(missing, v)
			}
		}
		numbers = form.readsNumbers(c)
	case Date:
		parse = f.Dates.Parse
	case Boolean:
		pair := [2]string(f.Order)
		parse = func(s string) (float64, bool) { return truth(s, pair) }
	default:
		index = newLevels(list, c.point, c.own.hasNumbers() || c.own.hasTruths())
		parse = index.text
	}
	read := func(s string) (float64, cellState) {
		if f.isMissing(s) {
			return 0, gap
		}
		if c.own.hasTruths() && (s == "true" || s == "false") {
			switch {
			case index != nil:
				return index.truth(s == "true")
			case f.Kind == Boolean:
				return float64(flag(s == "true")), present
			}
		}
		if v, ok := parse(s); ok {
			return v, present
		}
		return 0, foreign
	}
	type reading struct {
		v     float64
		state cellState
		done  bool
	}
	texts := make([]reading, len(c.texts)) // as far as they come
	var known map[string]reading           // of numbers that are levels
	return func(row int) (float64, cellState) {
		if f.Kind == Date {
			if t, ok := c.own.time(row); ok {
				if v, err := f.Dates.seconds(t); err == nil {
					return v, present
				}
				return 0, foreign
			}
		}
		if code, ok := c.Code(row); ok {
			if code == None {
				return 0, gap
			}
			r := &texts[code]
			if !r.done {
				r.v, r.state = read(c.texts[code])
				r.done = true
			}
			return r.v, r.state
		}
		if numbers {
			if v := c.values[row]; !slices.Contains(missing, v) {
				return v, present
			}
			return 0, gap
		}
		s := c.Text(row)
		r, ok := known[s]
		if !ok {
			if r.v, r.state = read(s); r.state == foreign && index != nil && c.own.hasNumbers() {
				r.v, r.state = index.number(c.values[row])
			}
			if known == nil {
				known = map[string]reading{}
			}
			if len(known) < 1<<16 {
				known[s] = r
			}
		}
		return r.v, r.state
	}
}
