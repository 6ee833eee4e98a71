package table

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// suspectLeak looks for a feature, one of several that are used, from which alone the label follows: from its levels, or its
// values where these recur; from which interval a value is in, or, where the label is a number, along a line or by rank; or from
// whether it is missing. There must be so many rows that this is no chance.
func (r *inferring) suspectLeak(i int, target *Target, used int) {
	f, label := &r.schema.Fields[i], &r.schema.Fields[target.Field]
	c, y := r.t.columns[i], r.t.columns[target.Field]
	var levels []string
	if f.oneHot() {
		l, _ := f.levelsOf(c, r.rows)
		levels = l.levels
	} else if f.Order != nil {
		levels = f.Order
	}
	read, want := f.reader(c, levels), label.reader(y, target.Classes)
	gaps := func(row int) (float64, cellState) { // as a level of its own
		v, state := read(row)
		if state == gap {
			return math.Inf(-1), present
		}
		return v, state
	}
	missing := func(row int) (float64, cellState) {
		_, state := read(row)
		return float64(flag(state == gap)), present
	}
	follows, along := meanFollows, orderFollows
	if target.Task == Classification {
		follows = func(p []pair) bool { return classFollowsLevel(p, used) }
		along = func(p []pair) bool { return classFollowsInterval(p, used) }
	}
	what := "the label follows from it alone in the training rows"
	switch ordered := f.Kind == Number || f.Kind == Date; {
	case f.Distinct*5 <= len(r.rows) && r.tells(f, gaps, want, follows), // otherwise each level has hardly a row: 2 to 12 do the same to tables and cases
		ordered && r.tells(f, read, want, along):
	case f.Missing > 0 && r.tells(f, missing, want, follows):
		what = "the label follows from whether it is missing, in the training rows"
	default:
		return
	}
	f.addDoubt(r.schema, DoubtLeak, what, by("Drop", f.Label(), "if it is not known when answers are wanted"))
}

// tells tells whether a label follows from what is read of a field.
func (r *inferring) tells(f *Field, read, want func(int) (float64, cellState), follows func([]pair) bool) bool {
	// Of many rows few tell at once that there is no leak: Infer of 500,000 rows of four numbers takes 2.1 s, 2.4 s without.
	const few = 20_000
	every := uint64(1)
	if f.Distinct > few/20 {
		every += uint64(len(r.rows) / few)
	}
	for {
		pairs := r.pairs(read, want, every)
		// Fewer say nothing: at 15 the case of few rows is a leak. Nor does what is known of less than a third of the rows; of public tables
		// none changes between all rows and a tenth.
		const enough = 20
		if n := float64(len(pairs)) * float64(every); len(pairs) < enough || 3*n < float64(len(r.rows)) || !follows(pairs) {
			return false
		}
		if every == 1 {
			return true
		}
		every = 1
	}
}

// pair is a feature and the label of a row.
type pair struct{ x, y float64 }

// pairs are those of the rows in ascending order, or about one of every so many, chosen by what they are.
func (r *inferring) pairs(read, label func(int) (float64, cellState), every uint64) []pair {
	var pairs []pair
	for _, row := range r.rows {
		x, state := read(row)
		if h := math.Float64bits(x) * 0x9e3779b97f4a7c15; state != present || (h>>32)%every != 0 {
			continue
		}
		if y, state := label(row); state == present {
			pairs = append(pairs, pair{x, y})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return cmp.Compare(a.y, b.y)
	})
	return pairs
}

// surprising tells whether classes are in one of some orders that are told by the logarithm of how many there are, though there are far more
// orders: so many more that it would be no chance if columns were looked at.
func surprising(ways float64, pairs []pair, columns int) bool {
	counts := map[float64]int{}
	for _, p := range pairs {
		counts[p.y]++
	}
	all := logFactorial(len(pairs))
	for _, y := range slices.Sorted(maps.Keys(counts)) {
		all -= logFactorial(counts[y])
	}
	const chance = 1e-3 // of a table: at 1e-2 a rare class at an end of 40 rows is a leak
	return all-ways > math.Log(float64(columns)/chance)
}

func logFactorial(n int) float64 {
	l, _ := math.Lgamma(float64(n + 1))
	return l
}

// morePerMille tells whether so many of all are more than a thousandth, as many as may be mistakes in a table whose label is copied: not by int, which has 32 bits on some machines.
func morePerMille(some, all int) bool { return 1000*float64(some) > float64(all) }

// misfits counts the rows whose class is not the one that most rows of the same x have, the distinct x, and the classes.
func misfits(pairs []pair) (wrong, xs, classes int) {
	seen := map[float64]bool{}
	for from := 0; from < len(pairs); {
		to, most, run := from, 0, 0
		for ; to < len(pairs) && pairs[to].x == pairs[from].x; to++ {
			if to > from && pairs[to].y == pairs[to-1].y {
				run++
			} else {
				run = 1
			}
			most = max(most, run)
			seen[pairs[to].y] = true
		}
		wrong += to - from - most
		xs++
		from = to
	}
	return wrong, xs, len(seen)
}

// classFollowsInterval: each class is an interval of the values, or one within another, but for a thousandth of the rows in which two have
// the same value.
func classFollowsInterval(pairs []pair, columns int) bool {
	wrong, _, classes := misfits(pairs)
	runs := 1
	for i, p := range pairs[1:] {
		runs += flag(p.y != pairs[i].y)
	}
	if classes < 2 || morePerMille(wrong, len(pairs)) || runs > 2*classes-1 {
		return false
	}
	ways := logFactorial(classes)
	if runs > classes {
		n := len(pairs)
		ways = math.Log(float64(classes)) + float64(runs-1)*math.Log(float64(classes-1)) + logFactorial(n-1) - logFactorial(runs-1) - logFactorial(n-runs)
	}
	return surprising(ways, pairs, columns)
}

// classFollowsLevel: each level has one class, but for a thousandth of the rows.
func classFollowsLevel(pairs []pair, columns int) bool {
	wrong, levels, classes := misfits(pairs)
	if classes < 2 || morePerMille(wrong, len(pairs)) {
		return false
	}
	ways := float64(levels)*math.Log(float64(classes)) + float64(wrong)*math.Log(float64(len(pairs))*float64(classes))
	return surprising(ways, pairs, columns)
}

// orderFollows: the label is a linear function of a number, or one that only rises or only falls, but for a thousandth of the variance
// of its values or ranks.
func orderFollows(pairs []pair) bool {
	if lineFollows(pairs) {
		return true
	}
	ranked := slices.Clone(pairs)
	rank(ranked, func(p *pair) *float64 { return &p.x })
	slices.SortFunc(ranked, func(a, b pair) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	rank(ranked, func(p *pair) *float64 { return &p.y })
	return lineFollows(ranked) && surprising(math.Ln2, ranked, 1)
}

// rank puts ranks in place of what is in ascending order: the mean one of those that are equal.
func rank(pairs []pair, of func(*pair) *float64) {
	for from := 0; from < len(pairs); {
		to, v := from, *of(&pairs[from])
		for to < len(pairs) && *of(&pairs[to]) == v {
			to++
		}
		for i := range pairs[from:to] {
			*of(&pairs[from+i]) = float64(from+to-1) / 2
		}
		from = to
	}
}

// lineFollows: the label is a linear function of a number, but for a thousandth of its variance.
func lineFollows(pairs []pair) bool {
	mx, my := means(pairs)
	var xx, xy, yy float64
	for _, p := range pairs {
		dx, dy := p.x-mx, p.y-my
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	explained := xy / xx * xy / yy
	// At 0.98 a price with noise is a leak, at 0.99 none.
	return explained > 0.999 && explained < 1.001
}

// meanFollows: the label is the mean of its level, but for a thousandth of its variance, where levels have several rows: so have most.
func meanFollows(pairs []pair) bool {
	var several []pair
	for from := 0; from < len(pairs); {
		to := from
		for to < len(pairs) && pairs[to].x == pairs[from].x {
			to++
		}
		if to-from > 1 {
			several = append(several, pairs[from:to]...)
		}
		from = to
	}
	if 2*len(several) < len(pairs) {
		return false
	}
	_, my := means(several)
	var within, yy float64
	for from := 0; from < len(several); {
		to := from
		for to < len(several) && several[to].x == several[from].x {
			to++
		}
		_, mean := means(several[from:to])
		for _, p := range several[from:to] {
			within += (p.y - mean) * (p.y - mean)
			yy += (p.y - my) * (p.y - my)
		}
		from = to
	}
	return yy > 0 && within < yy/1000
}

func means(pairs []pair) (x, y float64) {
	for i, p := range pairs {
		n := float64(i + 1)
		x += (p.x - x) / n
		y += (p.y - y) / n
	}
	return x, y
}
