package table

import (
	"math"
	"slices"
)

// byTime tells whether the rows are to be split by time, and not at random.
func (s *Schema) byTime() bool {
	return slices.ContainsFunc(s.Fields, func(f Field) bool { return f.PastFuture })
}

// timeWords are in names of columns that say when something was. Most people call durations by the plural.
var timeWords = []string{"date", "datetime", "day", "epoch", "hour", "minute", "month", "period", "quarter", "season", "second", "t", "time", "timestamp", "ts", "unix", "week", "when", "year", "yr"}

// namesTimes tells whether a column's name says that it has times: started_at, too.
func namesTimes(name string) bool {
	words := nameWords(name)
	n := len(words)
	return n > 1 && words[n-1] == "at" || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(timeWords, w) })
}

// sinceEpoch tells whether numbers are as large as seconds, or thousandths, millionths and billionths of them, since 1970 that are in 2000 to 2050.
func (f *Field) sinceEpoch() bool {
	for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
		if f.Low >= 946_684_800*unit && f.High < 2_524_608_000*unit {
			return true
		}
	}
	return false
}

// years tells whether numbers may be years.
func (f *Field) years() bool { return f.Low >= 1800 && f.High <= 2100 && f.Low < f.High }

// tellsDates tells whether rows have a date each: a date, or a number that is one by its name and its range. A year alone is one
// if the column is called nothing but year: houses have years in which they were built.
func (f *Field) tellsDates() bool {
	switch {
	case f.Kind == Date:
		return f.Dates.Layout != ""
	case f.Kind != Number || f.Low == f.High:
		return false
	}
	words := nameWords(f.Name)
	alone := len(words) == 1 && slices.Contains([]string{"year", "yr", "season", "period"}, words[0])
	return alone && f.years() || namesTimes(f.Name) && f.sinceEpoch()
}

// InTimeOrder looks for columns along which the rows, nil for all, are in order as they stand in the file: dates,
// numbers that are times by their name or their range, and numbers that nearly all differ. Neighbours are alike in such a table, and a
// random split tests on what lies between rows that were learnt. Other numbers that recur are no times: tables are often sorted
// by what they have few values of. There is nothing to doubt with a [PastFutureColumn].
func (s *Schema) InTimeOrder(t *Table, rows []int) ([]Doubt, error) {
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	if s.byTime() {
		return nil, nil
	}
	var doubts []Doubt
	find := s.columns(t)
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Role != Feature || f.Refused != nil || f.Kind != Number && f.Kind != Date || len(rows) < 10 {
			continue
		}
		c, err := find(f)
		if err != nil {
			return nil, err
		}
		read := f.reader(c, nil)
		up, down, whole, before, cells, again := true, true, true, math.NaN(), 0, 0
		for _, row := range rows {
			v, state := read(row)
			if state != present {
				continue
			}
			if up, down = up && !(v < before), down && !(v > before); !up && !down {
				break
			}
			cells++
			again += flag(v == before)
			whole = whole && v == math.Trunc(v)
			before = v
		}
		times := f.Kind == Date || namesTimes(f.Name) || f.years() && whole || f.sinceEpoch()
		if up != down && 2*cells > len(rows) && (times || 10*again <= cells) {
			doubts = append(doubts, Doubt{DoubtTime, c.index, "column " + f.Label() + ": the rows are in its order: a random split tests between rows that were learnt", by("PastFutureColumn", f.Label(), "")})
		}
	}
	return doubts, nil
}

// LastAboutTimes leaves out all but the last doubt of those about one column's times: that rows are in its order says more than that they have
// dates.
func LastAboutTimes(doubts []Doubt) []Doubt {
	var kept []Doubt
	for i, d := range doubts {
		if d.Kind != DoubtTime || !slices.ContainsFunc(doubts[i+1:], func(o Doubt) bool { return o.Kind == d.Kind && o.Column == d.Column }) {
			kept = append(kept, d)
		}
	}
	return kept
}
