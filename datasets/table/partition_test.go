package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// splitting makes a table of n rows for splits, with a few classes, groups of four and rows that have twins.
func splitting(t *testing.T, n int) *Table {
	t.Helper()
	var rows []string
	for i := range n {
		class := []string{"a", "a", "a", "a", "b", "b", "c"}[i*i/3%7]
		rows = append(rows, fmt.Sprintf("%d,%d,g%d,2024-%02d-%02d,%s", i/3*7919%n, i/3%5, i%(n/4+1), 1+i/3%12, 1+i/40%28, class))
	}
	return read(t, lines("x,z,group,when,label", rows...))
}

// checkParts checks that two parts are all rows, each once.
func checkParts(t *testing.T, p *Partition, rows []int) {
	t.Helper()
	all := slices.Concat(p.Train, p.Test)
	slices.Sort(all)
	want := slices.Clone(rows)
	slices.Sort(want)
	if !slices.Equal(all, want) || len(p.Train) == 0 || len(p.Test) == 0 || !slices.IsSorted(p.Train) || !slices.IsSorted(p.Test) {
		t.Fatalf("%d and %d rows, want %d together", len(p.Train), len(p.Test), len(rows))
	}
}

// sides are the cells of a column that stand on both sides of a split.
func sides(t *testing.T, table *Table, p *Partition, columns ...string) (both []string) {
	t.Helper()
	key := func(row int) (key string) {
		for _, name := range columns {
			c, err := table.Column(name, 0)
			if err != nil {
				t.Fatal(err)
			}
			key += c.Text(row) + "|"
		}
		return key
	}
	train := map[string]bool{}
	for _, row := range p.Train {
		train[key(row)] = true
	}
	for _, row := range p.Test {
		if train[key(row)] {
			both = append(both, key(row))
		}
	}
	return both
}

// TestSplit: the fraction, the classes, the seed, twins on one side.
func TestSplit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{211, 500} {
		table := splitting(t, n)
		s := infer(t, table, Drop("group", "when"))
		rows, _ := table.rowsOrAll(nil)
		first, err := Split(table, nil, s, 0.2, 1)
		if err != nil {
			t.Fatal(err)
		}
		checkParts(t, first, rows)
		if len(first.Doubts) > 0 {
			t.Errorf("got %v", first.Doubts)
		}
		if both := sides(t, table, first, "x", "z", "label"); len(both) > 0 {
			t.Errorf("%d rows: %v on both sides", n, both)
		}
		// Units are of three rows, and each class may miss one.
		label, _ := table.Column("label", 0)
		for _, class := range []string{"a", "b", "c"} {
			all, test := 0, 0
			for row := range n {
				all += flag(label.Text(row) == class)
				test += flag(label.Text(row) == class && slices.Contains(first.Test, row))
			}
			if got := float64(test) - 0.2*float64(all); !(got <= 0.5 && got >= -6) || test == 0 {
				t.Errorf("%d rows: %d of the %d of class %s are to test on", n, test, all, class)
			}
		}
		again, err := Split(table, nil, s, 0.2, 1)
		if err != nil || !slices.Equal(again.Test, first.Test) {
			t.Error("one seed has two splits")
		}
		if other, err := Split(table, nil, s, 0.2, 2); err != nil || slices.Equal(other.Test, first.Test) {
			t.Error("two seeds have one split")
		}
		half, err := Split(table, first.Train, s, 0.25, 1)
		if err != nil {
			t.Fatal(err)
		}
		checkParts(t, half, first.Train)
	}
}

// TestSplitGroups: no group on both sides, twins neither.
func TestSplitGroups(t *testing.T) {
	t.Parallel()
	table := splitting(t, 400)
	s := infer(t, table, GroupColumn("group"), Drop("z", "when"))
	rows, _ := table.rowsOrAll(nil)
	for seed := range uint64(5) {
		p, err := Split(table, nil, s, 0.3, seed)
		if err != nil {
			t.Fatal(err)
		}
		checkParts(t, p, rows)
		if both := sides(t, table, p, "group"); len(p.Doubts) != 1 || len(both) > 0 || len(p.Test) < 100 || len(p.Test) > 130 {
			t.Errorf("%d rows, %v on both sides", len(p.Test), both)
		}
	}
	s = infer(t, table, GroupColumn("group"), Only("z"), As("z=identifier"), Labels("label"))
	if p, err := Split(table, nil, s, 0.3, 1); err != nil || len(p.Doubts) != 1 || !strings.Contains(p.Doubts[0].What, "taken to recur") || len(sides(t, table, p, "group")) > 0 {
		t.Errorf("got %v, %v", p, err)
	}
	// Groups larger than what is asked for, and classes that lie in one group.
	table = read(t, lines("x,g,label", slices.Concat(repeat(8, "1,p,a", "2,p,b"), repeat(9, "3,q,a"), repeat(8, "4,r,b"))...))
	p, err := Split(table, nil, infer(t, table, GroupColumn("g")), 0.2, 1)
	if err != nil || len(p.Test) == 0 || len(sides(t, table, p, "g")) > 0 {
		t.Errorf("got %+v, %v", p, err)
	}
	table = read(t, lines("x,g,label", repeat(5, "1,p,a", "2,p,b")...))
	if _, err := Split(table, nil, infer(t, table, GroupColumn("g"), As("g=category")), 0.2, 1); !errors.Is(err, ErrSplit) {
		t.Errorf("got %v", err)
	}
}

// TestSplitWithoutGroup: rows that have no group belong with no other, also where a word says that there is none; they are counted.
func TestSplitWithoutGroup(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 120 {
		rows = append(rows, fmt.Sprintf("%d.5,%s,%s", i, []string{"", fmt.Sprint("g", i/6), "-", " "}[[]int{0, 1, 1, 2, 1, 3}[i%6]], []string{"a", "b"}[i%2]))
	}
	table := read(t, lines("x,g,label", rows...))
	for _, c := range []struct {
		options []InferOption
		alone   int
	}{{nil, 40}, {[]InferOption{Na("-")}, 60}, {[]InferOption{NaIn("g", "-")}, 60}} {
		s := infer(t, table, append(c.options, GroupColumn("g"))...)
		p, err := Split(table, nil, s, 0.25, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("column g: rows without a group, each of which is dealt by itself: %d of 120", c.alone)
		if len(p.Doubts) != 1 || p.Doubts[0].What != want || p.Doubts[0].Kind != DoubtSplit || p.Doubts[0].Column != 1 {
			t.Errorf("doubts are %v, want %q", p.Doubts, want)
		}
		both := sides(t, table, p, "g")
		if grouped := slices.ContainsFunc(both, func(s string) bool { return strings.HasPrefix(s, "g") }); grouped || !slices.Contains(both, "|") || slices.Contains(both, "-|") != (c.alone == 60) {
			t.Errorf("on both sides are %q", both)
		}
	}
	ids := read(t, lines("x,g,label", repeat(8, "1.5,7,a", "2.5,NA,b", "3.5,8,a", "4.5,9,b")...))
	p, err := Split(ids, nil, infer(t, ids, GroupColumn("g")), 0.25, 1)
	if err != nil || len(p.Doubts) == 0 || !strings.Contains(p.Doubts[0].What, "8 of 32") {
		t.Errorf("among groups that are numbers: got %+v, %v", p, err)
	}
}

// TestSplitRare: a class is in the test part only if it is in the training part.
func TestSplitRare(t *testing.T) {
	t.Parallel()
	table := openCase(t, "rare1.csv")
	s := infer(t, table, Labels("c"))
	for seed := range uint64(50) {
		p, err := Split(table, nil, s, 0.2, seed)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Test) != 8 || slices.Contains(p.Test, 40) || len(p.Doubts) != 1 || !strings.Contains(p.Doubts[0].What, `never tested on: "rare"`) {
			t.Fatalf("seed %d: test %v, doubts %v", seed, p.Test, p.Doubts)
		}
	}
	table = openCase(t, "imbalanced.csv")
	s = infer(t, table)
	p, err := Split(table, nil, s, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := table.Column("c", 0)
	frauds := 0
	for _, row := range p.Test {
		frauds += flag(c.Text(row) == "fraud")
	}
	if frauds != 2 || len(p.Test) != 200 || len(sides(t, table, p, "x")) > 0 {
		t.Errorf("%d of %d are frauds; %v on both sides", frauds, len(p.Test), sides(t, table, p, "x"))
	}
	// Few distinct rows cannot be kept apart, which is said.
	table = read(t, lines("p,q,label", repeat(50, "0,0,a", "0,1,b", "1,0,b", "1,1,a")...))
	p, err = Split(table, nil, infer(t, table), 0.2, 1)
	if err != nil || len(p.Test) != 40 || len(p.Doubts) != 1 || p.Doubts[0].Kind != DoubtSplit {
		t.Errorf("got %+v, %v", p, err)
	}
}

// TestSplitOfFewRowsAClass: more is tested on than was asked for, and doubted.
func TestSplitOfFewRowsAClass(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 200 {
		rows = append(rows, fmt.Sprintf("%d.5,c%d", i, i/2))
	}
	table := read(t, lines("x,label", rows...))
	p, err := Split(table, nil, infer(t, table), 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Test) != 100 || len(p.Doubts) != 1 || !strings.HasPrefix(p.Doubts[0].What, "100 of 200 rows are tested on, more than was asked for") {
		t.Errorf("%d rows to test on, %v", len(p.Test), p.Doubts)
	}
}

// TestSplitTime: what is tested on is later than all that is learnt.
func TestSplitTime(t *testing.T) {
	t.Parallel()
	table := splitting(t, 300)
	s := infer(t, table, PastFutureColumn("when"))
	rows, _ := table.rowsOrAll(nil)
	p, err := SplitTime(table, nil, s, "", 0.2)
	if err != nil {
		t.Fatal(err)
	}
	checkParts(t, p, rows)
	when, _ := table.Column("when", 0)
	last, first := "", "9"
	for _, row := range p.Train {
		last = max(last, when.Text(row))
	}
	for _, row := range p.Test {
		first = min(first, when.Text(row))
	}
	if last >= first || len(p.Test) < 50 || len(p.Test) > 70 {
		t.Errorf("%d rows; learnt to %s, tested from %s", len(p.Test), last, first)
	}
	if q, err := SplitTime(table, nil, s, "x", 0.2); err != nil || len(sides(t, table, q, "x")) > 0 {
		t.Errorf("got %v", err)
	}
	table = read(t, lines("x,label", "1,a", "1,b", "2,a", "2,b", ",a"))
	p, err = SplitTime(table, nil, infer(t, table), "x", 0.2)
	if err != nil || !slices.Equal(p.Test, []int{2, 3}) || len(p.Doubts) != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
	table = read(t, lines("x,label", "1,a", "2,a", "3,a", "4,a", "5,b"))
	if p, err = SplitTime(table, nil, infer(t, table), "x", 0.2); err != nil || len(p.Doubts) != 2 || !strings.Contains(p.Doubts[0].What, `never trained on: "b"`) {
		t.Errorf("got %+v, %v", p, err)
	}
	table = splitting(t, 50)
	for _, c := range []struct {
		options []InferOption
		column  string
	}{{nil, ""}, {nil, "label"}, {[]InferOption{GroupColumn("group")}, "when"}, {nil, "nothing"}} {
		if _, err := SplitTime(table, nil, infer(t, table, c.options...), c.column, 0.2); err == nil {
			t.Errorf("%q is a column of times", c.column)
		}
	}
	flat := read(t, lines("x,z,label", "1,2.5,a", "1,3.5,b", "1,4.5,a"))
	if _, err := SplitTime(flat, nil, infer(t, flat), "x", 0.2); !errors.Is(err, ErrSplit) {
		t.Errorf("got %v", err)
	}
	for _, fraction := range []float64{0, 1, -1, 2} {
		if _, err := Split(table, nil, infer(t, table), fraction, 1); err == nil {
			t.Errorf("a fraction of %v", fraction)
		}
	}
	if _, err := Split(table, []int{3}, infer(t, table), 0.5, 1); !errors.Is(err, ErrSplit) {
		t.Errorf("got %v", err)
	}
}

// TestPublicTablesSplit: ten public tables, and no twin on both sides.
func TestPublicTablesSplit(t *testing.T) {
	t.Parallel()
	for name, want := range publicTables {
		table := publicTable(t, name, "train")
		s := infer(t, table, Labels(want.label))
		rows, _ := table.rowsOrAll(nil)
		p, err := Split(table, nil, s, 0.2, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkParts(t, p, rows)
		var used []string
		for i := range s.Fields {
			if f := &s.Fields[i]; f.Use || f.Role == Label {
				used = append(used, f.Name)
			}
		}
		if share := float64(len(p.Test)) / float64(len(rows)); !(share > 0.17 && share < 0.21) || len(p.Doubts) > 0 || len(sides(t, table, p, used...)) > 0 {
			t.Errorf("%s: %v to test on, doubts %v", name, share, p.Doubts)
		}
	}
}

// TestSplitOfFewValues: rows that have their features in common are no copies if their labels differ, nor if there are many of each.
func TestSplitOfFewValues(t *testing.T) {
	t.Parallel()
	var stores, people []string
	for i := range 600 {
		stores = append(stores, fmt.Sprintf("S%d,%d.%03d", i%25, i%25*40, i*i%997))
		people = append(people, fmt.Sprintf("%s,%d,%s", []string{"f", "m"}[i%2], i/2%3+1, []string{"yes", "no"}[i*i/7%2]))
	}
	for name, c := range map[string]struct {
		table  *Table
		column string
		values int
		doubts int
	}{
		"labels that differ": {read(t, lines("store,sales", stores...)), "store", 25, 0},
		"many of each":       {read(t, lines("sex,deck,survived", people...)), "deck", 3, 1},
	} {
		p, err := Split(c.table, nil, infer(t, c.table), 0.2, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Test) < 110 || len(p.Test) > 130 || len(p.Doubts) != c.doubts {
			t.Errorf("%s: %d rows are tested on, doubts %v", name, len(p.Test), p.Doubts)
		}
		column, err := c.table.Column(c.column, 0)
		if err != nil {
			t.Fatal(err)
		}
		learnt := map[string]bool{}
		for _, row := range p.Train {
			learnt[column.Text(row)] = true
		}
		if len(learnt) != c.values {
			t.Errorf("%s: %d values are learnt of %d", name, len(learnt), c.values)
		}
	}
}
