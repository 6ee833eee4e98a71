package table

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// ErrSplit is what the error is about a table that cannot be split as asked.
var ErrSplit = errors.New("the rows cannot be split")

// Partition is a table's rows in two parts, each in ascending order.
type Partition struct {
	Train, Test []int
	Doubts      []Doubt
}

// rowsPerTwin is how many rows there are for each distinct one before they are no copies any more.
const rowsPerTwin = 4

// Split parts rows, nil for all, so that about a fraction of them is to test on. It follows from the seed.
//
// Rows that are identical, in what is to be predicted too, stay on one side, unless there are more than four of each on average: they are then no
// copies, but recur since columns have few values. So do the rows of a group, if the schema has a [GroupColumn]. Rows that
// have no group are dealt one by one, to either side, and a doubt counts them.
// The classes of the first target that has some are in both parts as in the whole, as nearly as that allows; a class is never in the test part
// alone. Infer the schema from all rows for this, and again from the training part, so that nothing of the test part is fitted to.
func Split(t *Table, rows []int, s *Schema, fraction float64, seed uint64) (*Partition, error) {
	rows, err := splittable(t, rows, fraction)
	if err != nil {
		return nil, err
	}
	strata, classes, err := s.strata(t, rows)
	if err != nil {
		return nil, err
	}
	p := &Partition{}
	groups, err := s.groups(t, rows, p)
	if err != nil {
		return nil, err
	}
	twins, err := s.twins(t, rows)
	if err != nil {
		return nil, err
	}
	d := &dealing{strata: strata, classes: len(classes) + 1, fraction: fraction, seed: seed}
	enough := (int(math.Round(fraction*float64(len(rows)))) + 1) / 2
	together, recur := units(len(rows), groups, twins), false
	if distinct := len(units(len(rows), nil, twins)); rowsPerTwin*distinct < len(rows) {
		together, recur = units(len(rows), groups, nil), true
	}
	test := d.deal(together)
	if !recur && len(test) < enough { // twins in most groups
		apart := units(len(rows), groups, nil)
		if more := d.deal(apart); len(more) > len(test) {
			together, test, recur = apart, more, true
		}
	}
	if recur && twins != nil {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, -1, "rows are identical with many others, and taken to recur: some of what is tested on has been learnt", inWords("test on a file of its own")})
	}
	if len(test) < enough {
		// Groups that are too large to keep classes as they are.
		test = d.fill(test, together)
	}
	if len(test) == 0 {
		return nil, fmt.Errorf("%w: %d rows that are alike, of one group, or alone in their class", ErrSplit, len(rows))
	}
	if most := 2 * int(math.Ceil(fraction*float64(len(rows)))); len(test) > most {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, -1, fmt.Sprintf("%d of %d rows are tested on, more than was asked for: each class is, if it has two rows, and groups stay whole", len(test), len(rows)), inWords("more rows of each class, or smaller groups")})
	}
	p.part(rows, test)
	p.doubtClasses(rows, strata, classes)
	return p, nil
}

// SplitTime parts rows, nil for all, so that about a fraction of them, those that are last by a column of dates or numbers, is to test on: "" is
// the [PastFutureColumn]. Rows that are as late as each other stay on one side. Rows without a time are not tested on.
func SplitTime(t *Table, rows []int, s *Schema, column string, fraction float64) (*Partition, error) {
	rows, err := splittable(t, rows, fraction)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.PastFuture })
	if column != "" {
		if i, err = s.find(column); err != nil {
			return nil, err
		}
	}
	if i < 0 {
		return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: no column of times is given", ErrSplit), Remedy: by("PastFutureColumn", nil, "")}
	}
	f := &s.Fields[i]
	if f.Refused != nil {
		return nil, f.Refused
	}
	if f.Kind != Date && f.Numbers == nil {
		return nil, fmt.Errorf("%w: column %s is no date or number, but: %s", ErrSplit, quote(f.Label()), f.Kind)
	}
	if slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Role == Group }) {
		return nil, fmt.Errorf("%w: by groups and by time at once", ErrSplit)
	}
	c, err := s.column(t, f)
	if err != nil {
		return nil, err
	}
	strata, classes, err := s.strata(t, rows)
	if err != nil {
		return nil, err
	}
	g := *f
	if g.Kind != Date {
		g.Kind = Number // an id that counts the rows, too
	}
	read := g.reader(c, nil)
	type timed struct {
		place int // in rows
		v     float64
	}
	var times []timed
	for j, row := range rows {
		if v, state := read(row); state == present {
			times = append(times, timed{j, v})
		}
	}
	slices.SortStableFunc(times, func(a, b timed) int { return cmp.Compare(a.v, b.v) })
	n := len(times)
	if n < 2 || times[0].v == times[n-1].v {
		return nil, fmt.Errorf("%w: column %s does not tell a past from a future", ErrSplit, quote(f.Label()))
	}
	// The cut is before a row that is later than the one before, the nearest to what was asked for.
	want := min(max(n-int(math.Round(fraction*float64(len(rows)))), 1), n-1)
	cut := 0
	for i := 1; i < n; i++ {
		if times[i].v > times[i-1].v && (cut == 0 || max(i-want, want-i) < max(cut-want, want-cut)) {
			cut = i
		}
	}
	p := &Partition{}
	if n < len(rows) {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, c.index, fmt.Sprintf("column %s: rows without a time, which stay in the training part: %d", f.Label(), len(rows)-n), inWords("leave them out if they are of the future")})
	}
	var test []int
	for _, t := range times[cut:] {
		test = append(test, t.place)
	}
	p.part(rows, test)
	p.doubtClasses(rows, strata, classes)
	return p, nil
}

func splittable(t *Table, rows []int, fraction float64) ([]int, error) {
	if !(fraction > 0 && fraction < 1) {
		return nil, badOption("Split", fmt.Sprint(fraction), "a fraction above 0 and below 1")
	}
	rows, err := t.rowsOrAll(rows)
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%w: %s", ErrSplit, plural(len(rows), "row"))
	}
	return rows, nil
}

// strata are the classes of rows, and their names; without a classification all are of one.
func (s *Schema) strata(t *Table, rows []int) (strata []int, classes []string, err error) {
	strata = make([]int, len(rows))
	i := slices.IndexFunc(s.Targets, func(t Target) bool { return t.Task == Classification })
	if i < 0 {
		return strata, nil, nil
	}
	f := &s.Fields[s.Targets[i].Field]
	c, err := s.column(t, f)
	if err != nil {
		return nil, nil, err
	}
	classes = s.Targets[i].Classes
	read := f.reader(c, classes)
	for j, row := range rows {
		v, state := read(row)
		if strata[j] = int(v); state != present {
			strata[j] = len(classes)
		}
	}
	return strata, classes, nil
}

// groups are what rows belong to, nil if there are no groups, and "" for a row that has none, which the partition doubts.
func (s *Schema) groups(t *Table, rows []int, p *Partition) ([]string, error) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Role == Group })
	if i < 0 {
		return nil, nil
	}
	f := &s.Fields[i]
	c, err := s.column(t, f)
	if err != nil {
		return nil, err
	}
	groups, alone := make([]string, len(rows)), 0
	for j, row := range rows {
		group := c.Text(row)
		if f.isMissing(group) || strings.TrimSpace(group) == "" {
			alone++
			continue
		}
		groups[j] = group
	}
	if alone > 0 {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, c.index, fmt.Sprintf("column %s: rows without a group, each of which is dealt by itself: %d of %d", f.Label(), alone, len(rows)), inWords("leave them out, or give them groups, if they belong together")})
	}
	return groups, nil
}

// twins are the keys of rows by their features and labels.
func (s *Schema) twins(t *Table, rows []int) ([]rowKey, error) {
	var columns []*Column
	find := s.columns(t)
	for i := range s.Fields {
		f := &s.Fields[i]
		if !f.Use && f.Role != Label {
			continue
		}
		c, err := find(f)
		if err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	if len(columns) == 0 {
		return nil, nil
	}
	keys, cells := make([]rowKey, len(rows)), []byte(nil)
	for j, row := range rows {
		keys[j], cells = keyOf(columns, row, cells)
	}
	return keys, nil
}

// units are the places of rows that stay together, by their first row.
func units(n int, groups []string, twins []rowKey) [][]int {
	of := make([]int, n) // a row of the same unit, towards its first
	for i := range of {
		of[i] = i
	}
	root := func(i int) int {
		for of[i] != i {
			of[i] = of[of[i]]
			i = of[i]
		}
		return i
	}
	join := func(i, j int) {
		a, b := root(i), root(j)
		of[max(a, b)] = min(a, b)
	}
	byGroup, byKey := map[string]int{}, map[rowKey]int{}
	for i := range n {
		if groups != nil && groups[i] != "" {
			if first, ok := byGroup[groups[i]]; ok {
				join(i, first)
			} else {
				byGroup[groups[i]] = i
			}
		}
		if twins != nil {
			if first, ok := byKey[twins[i]]; ok {
				join(i, first)
			} else {
				byKey[twins[i]] = i
			}
		}
	}
	var all [][]int
	place := map[int]int{}
	for i := range n {
		r := root(i)
		at, ok := place[r]
		if !ok {
			at = len(all)
			place[r] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], i)
	}
	return all
}

// dealing deals units to the test part.
type dealing struct {
	strata   []int
	classes  int
	fraction float64
	seed     uint64
}

const streamSplit = 0x7461626c65 // "table": apart from other uses of a seed

// deal returns the places of the rows to test on: of each class, the rarest first, units in random order as long as they fit.
func (d *dealing) deal(units [][]int) []int {
	rows, want, have := make([]int, d.classes), make([]int, d.classes), make([]int, d.classes)
	for _, class := range d.strata {
		rows[class]++
	}
	var order []int
	for class, n := range rows {
		want[class] = min(max(int(math.Round(d.fraction*float64(n))), 1), n-1)
		order = append(order, class)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[a], rows[b]) })
	units = slices.Clone(units)
	random := rand.New(rand.NewPCG(d.seed, streamSplit))
	random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	having := make([][]int, d.classes) // units of each class
	for i, unit := range units {
		for _, place := range unit {
			class := d.strata[place]
			if n := len(having[class]); n == 0 || having[class][n-1] != i {
				having[class] = append(having[class], i)
			}
		}
	}
	var test []int
	taken := make([]bool, len(units))
	for _, class := range order {
		for _, i := range having[class] {
			if taken[i] {
				continue
			}
			fits := true
			for _, place := range units[i] {
				have[d.strata[place]]++
				fits = fits && have[d.strata[place]] <= want[d.strata[place]]
			}
			if taken[i] = fits; fits {
				test = append(test, units[i]...)
				continue
			}
			for _, place := range units[i] {
				have[d.strata[place]]--
			}
		}
	}
	return test
}

// fill adds the smallest units that are left, where groups are too large to keep classes as they are: as long as that
// brings the part nearer to what was asked for, and something is left to train on.
func (d *dealing) fill(test []int, units [][]int) []int {
	taken := map[int]bool{}
	for _, place := range test {
		taken[place] = true
	}
	units = slices.Clone(units)
	random := rand.New(rand.NewPCG(d.seed, streamSplit+1))
	random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	slices.SortStableFunc(units, func(a, b []int) int { return cmp.Compare(len(a), len(b)) })
	want := d.fraction * float64(len(d.strata))
	for _, unit := range units {
		now, then := float64(len(test)), float64(len(test)+len(unit))
		nearer := now == 0 || math.Abs(then-want) < math.Abs(now-want)
		if !taken[unit[0]] && nearer && len(test)+len(unit) < len(d.strata) {
			test = append(test, unit...)
		}
	}
	return test
}

// part fills both parts from places in rows that are to test on.
func (p *Partition) part(rows, test []int) {
	tested := make([]bool, len(rows))
	for _, place := range test {
		tested[place] = true
	}
	for place, row := range rows {
		if tested[place] {
			p.Test = append(p.Test, row)
		} else {
			p.Train = append(p.Train, row)
		}
	}
	slices.Sort(p.Train)
	slices.Sort(p.Test)
}

// doubtClasses says which classes one of the parts has not.
func (p *Partition) doubtClasses(rows, strata []int, classes []string) {
	tested := map[int]bool{}
	for _, row := range p.Test {
		tested[row] = true
	}
	train, test := make([]int, len(classes)+1), make([]int, len(classes)+1)
	for place, class := range strata {
		if tested[rows[place]] {
			test[class]++
		} else {
			train[class]++
		}
	}
	var never, untested []string
	for class, name := range classes {
		switch {
		case train[class] == 0 && test[class] > 0:
			never = append(never, quote(name))
		case test[class] == 0 && train[class] > 0:
			untested = append(untested, quote(name))
		}
	}
	if len(never) > 0 {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, -1, "classes that are tested on, and never trained on: " + shorten(strings.Join(never, ", "), 300), inWords("more rows of these, or another split")})
	}
	if len(untested) > 0 {
		p.Doubts = append(p.Doubts, Doubt{DoubtSplit, -1, "classes that are never tested on: " + shorten(strings.Join(untested, ", "), 300), inWords("more rows of these")})
	}
}
