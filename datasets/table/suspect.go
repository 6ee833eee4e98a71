package table

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// suspect looks for what is often wrong with tables.
func (r *inferring) suspect() {
	for i := range r.schema.Fields {
		f := &r.schema.Fields[i]
		if !f.Use || f.Refused != nil {
			continue
		}
		switch f.Kind {
		case Number:
			r.suspectSpike(i)
		case Date:
			f.addDoubt(r.schema, DoubtTime, "rows have a date: a random split tests on the past as well as on the future", "--past-future "+f.label()+", PastFutureColumn, tests on the future")
		}
		for j := range r.schema.Targets {
			r.suspectLeak(i, &r.schema.Targets[j])
		}
	}
	if twins := r.twins(); twins > 0 {
		r.schema.doubt(DoubtTwins, -1, fmt.Sprintf("rows that are identical with an earlier one in all that is used, the label too: %d", twins), "a split keeps them on one side; remove them if they are copies")
	}
}

// suspectLevels looks for levels that differ by case or by blanks alone.
func (r *inferring) suspectLevels(i int, l counted) {
	f := &r.schema.Fields[i]
	a, b, n := nearlyAlike(l.levels)
	if n > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("levels differ by case or blanks alone: %s and %s", quote(a), quote(b)), "write them alike if they are one")
	}
}

// suspectClasses looks for classes that are one, and for those that are hardly there.
func (r *inferring) suspectClasses(i int, l counted) {
	f := &r.schema.Fields[i]
	if a, b, n := nearlyAlike(l.levels); n > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("classes differ by case, blanks, or how numbers are written alone: %s and %s", quote(a), quote(b)), "write them alike if they are one")
	}
	var alone []string
	for j, n := range l.counts {
		if n == 1 {
			alone = append(alone, quote(l.levels[j]))
		}
	}
	if len(alone) > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("%s in one row alone: %s", plural(len(alone), "class"), shorten(strings.Join(alone, ", "), 200)), "a class that is tested on must be in other rows too")
	}
}

// nearlyAlike finds levels that are one but for case, blanks and how a number is written.
func nearlyAlike(levels []string) (a, b string, n int) {
	known := map[string]string{}
	for _, s := range slices.Sorted(slices.Values(levels)) {
		key := strings.ToLower(strings.Join(strings.Fields(s), " "))
		if v, _, ok := number([]byte(key), '.'); ok && math.Abs(v) < 1<<53 {
			key = fmt.Sprint(v)
		}
		before, have := known[key]
		if !have {
			known[key] = s
			continue
		}
		if n++; n == 1 {
			a, b = before, s
		}
	}
	return a, b, n
}

// placeholders are numbers that people write where there is none.
var placeholders = []float64{-1, -99, -999, -9999, -99999, 99, 999, 9999, 99999}

// suspectSpike looks for numbers that stand for missing cells: several of one value, beyond all others, and further
// from them than half of what their middle half spans, and than twice the widest gap in their middle nine tenths.
func (r *inferring) suspectSpike(i int) {
	f := &r.schema.Fields[i]
	values := f.sorted(r.t.columns[i], r.rows)
	for _, p := range append([]float64{0}, placeholders...) {
		from, found := slices.BinarySearch(values, p)
		if !found {
			continue
		}
		to := from
		for to < len(values) && values[to] == p {
			to++
		}
		others := slices.Concat(values[:from], values[to:])
		n, apart := len(others), math.Inf(1)
		if to-from < 2 || distinctOf(others) < 5 || from > 0 && to < len(values) {
			continue // among the others
		}
		if from > 0 {
			apart = p - values[from-1]
		} else {
			apart = values[to] - p
		}
		gap := 0.0
		for k := n/20 + 1; k < n-n/20; k++ {
			gap = max(gap, others[k]-others[k-1])
		}
		if apart > (others[3*n/4]-others[n/4])/2 && apart > 2*gap {
			f.addDoubt(r.schema, DoubtSpike, fmt.Sprintf("%v, in %s, is far from all others: it may stand for a missing cell", p, plural(to-from, "row")), fmt.Sprintf("--na %v, Na", p))
		}
	}
}

// suspectLeak looks for a feature from which alone the label follows.
func (r *inferring) suspectLeak(i int, target *Target) {
	const enough = 20 // rows: fewer say nothing
	f, label := &r.schema.Fields[i], &r.schema.Fields[target.Field]
	c, y := r.t.columns[i], r.t.columns[target.Field]
	var levels []string
	if f.Kind == Category || f.Kind == Code {
		l, _ := f.levelsOf(c, r.rows)
		levels = l.levels
		if len(levels)*5 > len(r.rows) {
			return // each level has hardly a row
		}
	}
	if target.Task == Classification {
		r.leakOfClass(f, f.reader(c, levels), label.reader(y, target.Classes), enough)
		return
	}
	r.leakOfNumber(f, f.reader(c, levels), label.reader(y, nil), enough)
}

type pair struct{ x, y float64 }

func (r *inferring) pairs(read, label func(int) (float64, cellState)) []pair {
	var pairs []pair
	for _, row := range r.rows {
		x, state := read(row)
		y, labelled := label(row)
		if state == present && labelled == present {
			pairs = append(pairs, pair{x, y})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	return pairs
}

// leakOfClass: the classes lie in runs along the values. Their number is that of classes, or little more, if
// every level has one class, or every class an interval.
func (r *inferring) leakOfClass(f *Field, read, label func(int) (float64, cellState), enough int) {
	pairs := r.pairs(read, label)
	if len(pairs) < enough || len(pairs)*2 < len(r.rows) {
		return
	}
	if f.Kind == Number || f.Kind == Date {
		classes, runs := map[float64]bool{}, 0
		for i, p := range pairs {
			classes[p.y] = true
			if i == 0 || p.y != pairs[i-1].y {
				runs++
			}
		}
		if len(classes) > 1 && runs == len(classes) {
			f.addDoubt(r.schema, DoubtLeak, "its value alone gives every label in the training rows", "--drop, Drop, if it is not known when answers are wanted")
		}
		return
	}
	majority, right := map[float64]int{}, 0
	for from := 0; from < len(pairs); {
		counts, best, to := map[float64]int{}, 0, from
		for ; to < len(pairs) && pairs[to].x == pairs[from].x; to++ {
			counts[pairs[to].y]++
			best = max(best, counts[pairs[to].y])
		}
		right += best
		from = to
	}
	most := 0
	for _, p := range pairs {
		majority[p.y]++
		most = max(most, majority[p.y])
	}
	if len(majority) > 1 && right == len(pairs) && most < right {
		f.addDoubt(r.schema, DoubtLeak, "its level alone gives every label in the training rows", "--drop, Drop, if it is not known when answers are wanted")
	}
}

// leakOfNumber: the label is a linear function of a number, or the mean of its level, but for a thousandth of its variance.
func (r *inferring) leakOfNumber(f *Field, read, label func(int) (float64, cellState), enough int) {
	pairs := r.pairs(read, label)
	if len(pairs) < enough || len(pairs)*2 < len(r.rows) {
		return
	}
	var mx, my, n float64
	for _, p := range pairs {
		n++
		mx += (p.x - mx) / n
		my += (p.y - my) / n
	}
	var xx, xy, yy, within float64
	for from := 0; from < len(pairs); {
		to, mean, k := from, 0.0, 0.0
		for ; to < len(pairs) && pairs[to].x == pairs[from].x; to++ {
			k++
			mean += (pairs[to].y - mean) / k
		}
		for ; from < to; from++ {
			p := pairs[from]
			dx, dy, d := p.x-mx, p.y-my, p.y-mean
			xx, xy, yy, within = xx+dx*dx, xy+dx*dy, yy+dy*dy, within+d*d
		}
	}
	explained := 1 - within/yy
	if f.Kind == Number || f.Kind == Date {
		explained = xy * xy / (xx * yy)
	}
	if explained > 0.999 && !math.IsInf(explained, 0) {
		f.addDoubt(r.schema, DoubtLeak, "the label follows from it alone", "--drop, Drop, if it is not known when answers are wanted")
	}
}

// twins counts the rows that are identical with an earlier one in every column that is used, and in the labels.
func (r *inferring) twins() int {
	var columns []*Column
	for i := range r.schema.Fields {
		if f := &r.schema.Fields[i]; f.Use || f.Role == Label {
			columns = append(columns, r.t.columns[i])
		}
	}
	if len(columns) == 0 {
		return 0
	}
	n, seen, cells := 0, map[rowKey]bool{}, []byte(nil)
	for _, row := range r.rows {
		var key rowKey
		key, cells = keyOf(columns, row, cells)
		if seen[key] {
			n++
		}
		seen[key] = true
	}
	return n
}

// rowKey stands for the texts of a row's cells.
type rowKey [16]byte

// keyOf returns the key of a row, and room for the next.
func keyOf(columns []*Column, row int, room []byte) (rowKey, []byte) {
	room = room[:0]
	for _, c := range columns {
		at := len(room)
		room = c.AppendText(append(room, 0, 0, 0, 0), row)
		binary.LittleEndian.PutUint32(room[at:], uint32(len(room)-at))
	}
	sum := sha256.Sum256(room)
	return rowKey(sum[:16]), room
}

// InTimeOrder looks for columns along which the rows, nil for all, are in order as they stand in the file: dates, and
// numbers that are all different. Neighbours are alike in such a table, and a random split tests on what lies between
// rows that were learnt.
func (s *Schema) InTimeOrder(t *Table, rows []int) ([]Doubt, error) {
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	var doubts []Doubt
	for i := range s.Fields {
		f := &s.Fields[i]
		number := f.Kind == Number && f.Distinct == len(rows)
		if f.Role != Feature || f.Refused != nil || !number && f.Kind != Date || len(rows) < 10 {
			continue
		}
		c, err := s.column(t, f)
		if err != nil {
			return nil, err
		}
		read := f.reader(c, nil)
		up, down, before := true, true, math.NaN()
		for _, row := range rows {
			v, state := read(row)
			if state != present {
				continue
			}
			up, down = up && !(v < before), down && !(v > before)
			before = v
		}
		if up != down {
			doubts = append(doubts, Doubt{DoubtTime, c.index, "column " + f.label() + ": the rows are in its order: a random split tests between rows that were learnt", "--past-future " + f.label() + ", PastFutureColumn"})
		}
	}
	return doubts, nil
}
