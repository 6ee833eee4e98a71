package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestIdentifiersAreNearlyNames: ids are ids and are doubted, whatever the part of the rows, though a cell of them is empty or comes again.
// What is a quantity stays one, and is doubted where it may be ids.
func TestIdentifiersAreNearlyNames(t *testing.T) {
	t.Parallel()
	count := func(i int) int { return i + 1 }
	for _, c := range []struct {
		name   string
		cell   func(i int) int
		change map[int]string
		kind   Kind
		whole  string // part of the doubt, "" for none, of all rows
	}{
		{"PassengerId", count, nil, Identifier, ""},
		{"PassengerId", count, map[int]string{17: ""}, Identifier, "1 cell in which nothing is"},
		{"PassengerId", count, map[int]string{17: "5"}, Identifier, "1 cell that had come before"},
		{"PassengerId", count, map[int]string{17: "5", 30: ""}, Identifier, "1 cell that had come before and 1 cell in which nothing is"},
		{"customer_id", func(i int) int { return 100000 + 37*i }, map[int]string{17: "100000"}, Identifier, "1 cell that"},
		{"customer_id", func(i int) int { return 100000 + 37*i }, map[int]string{17: ""}, Identifier, "1 cell in"},
		{"customer_id", func(i int) int { return 100000 + i*7%40 }, nil, Number, "they recur"},
		{"a", count, nil, Identifier, ""},
		{"a", func(i int) int { return i }, map[int]string{17: "5"}, Identifier, "1 cell that"},
		{"a", func(i int) int { return 1 + i*7%200 }, nil, Identifier, "though not one by one"},
		{"distance", func(i int) int { return 5 + i*3/2 }, nil, Number, "may count the rows of a larger table"},
		{"distance", func(i int) int { return 5 + i*93%200*3/2 }, nil, Number, "may count the rows of a larger table"},
		{"distance", func(i int) int { return 1000 + i*37 }, nil, Number, ""},
		{"distance", func(i int) int { return 3 + i*9 }, nil, Number, ""},
		{"rooms", func(i int) int { return 1 + i*i%100 }, nil, Number, ""},
		{"number_of_steps", func(i int) int { return 3000 + i*37 }, nil, Number, ""},
		{"order", func(i int) int { return 11 + i*3 }, nil, Identifier, ""},
		{"order_amount", func(i int) int { return 11 + i*31 }, nil, Number, ""},
	} {
		var rows []string
		for i := range 200 {
			cell, changed := c.change[i]
			if !changed {
				cell = fmt.Sprint(c.cell(i))
			}
			rows = append(rows, fmt.Sprintf("%s,%d.5,%s", cell, i*i%31, []string{"p", "q"}[i*i%7%2]))
		}
		table := read(t, lines(c.name+",z,label", rows...))
		all := infer(t, table)
		d := all.doubts(DoubtIdentifier)
		if f := all.Fields[0]; f.Kind != c.kind || f.Use != (c.kind == Number) || len(d) > 1 || (len(d) == 1) != (c.whole != "") || !strings.Contains(strings.Join(d, ""), c.whole) {
			t.Errorf("%s, %v: got %s (%s), doubts %q, want %s, %q", c.name, c.change, f.Kind, f.Why, d, c.kind, c.whole)
		}
		for seed := range uint64(20) {
			p, err := Split(table, nil, all, 0.3, seed)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Infer(table, p.Train)
			if err != nil {
				t.Fatal(err)
			}
			d := s.doubts(DoubtIdentifier)
			told := c.change == nil || slices.Contains(p.Train, 30) && len(c.change) > 1 // changed cells may be in the other part
			if f := s.Fields[0]; f.Kind != c.kind || told && (len(d) == 1) != (c.whole != "") {
				t.Errorf("%s, %v, seed %d: got %s (%s), doubts %q, want %s, %q", c.name, c.change, seed, f.Kind, f.Why, d, c.kind, c.whole)
			}
		}
	}
	// It may be what is to be predicted.
	var rows []string
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("%d.5,%d", i*i%31, 1+i*7%60))
	}
	s := infer(t, read(t, lines("z,rank", rows...)), Labels("rank"))
	if d := s.doubts(DoubtIdentifier); s.Targets[0].Task != Regression || len(d) != 0 {
		t.Errorf("of a label, doubts are %q", d)
	}
}
