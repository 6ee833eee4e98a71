package table

import (
	"fmt"
	"testing"
)

// TestTimes: rows are in order of time, or have one, where numbers are times by their name or their range, or nearly all differ; they are not
// where a table is sorted by something else that recurs.
func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		cell           func(i int) string
		inOrder, dates bool
	}{
		{"t", func(i int) string { return fmt.Sprint(1_700_000_000 + i/2) }, true, true},
		{"x", func(i int) string { return fmt.Sprint(1_700_000_000 + i/2) }, true, false},
		{"x", func(i int) string { return fmt.Sprint(1_700_000_000_000 + int64(i/2*1000)) }, true, false},
		{"created_at", func(i int) string { return fmt.Sprint(1_700_000_000 + i*7%100*86400) }, false, true},
		{"x", func(i int) string { return fmt.Sprint(1_700_000_000 - i/2) }, true, false},
		{"year", func(i int) string { return fmt.Sprint(2000 + i/5) }, true, true},
		{"year", func(i int) string { return fmt.Sprint(2000 + i*7%20) }, false, true},
		{"year", func(i int) string { return fmt.Sprint(2019 - i/5) }, true, true},
		{"Year.Built", func(i int) string { return fmt.Sprint(1950 + i*7%60) }, false, false},
		{"vintage", func(i int) string { return fmt.Sprint(2000 + i/5) }, true, false},
		{"week", func(i int) string { return fmt.Sprint(1 + i/4) }, true, false},
		{"seconds", func(i int) string { return fmt.Sprintf("%d.5", i) }, true, false},
		{"seconds, one missing", func(i int) string { return []string{fmt.Sprintf("%d.5", i), ""}[flag(i == 7)] }, true, false},
		{"seconds, one twice", func(i int) string { return fmt.Sprintf("%d.5", i-flag(i == 7)) }, true, false},
		{"rooms", func(i int) string { return fmt.Sprint(1 + i/20) }, false, false},
		{"age", func(i int) string { return fmt.Sprint(18 + i/2) }, false, false},
		{"hours", func(i int) string { return fmt.Sprint(1 + i/5) }, false, false},
		{"grams", func(i int) string { return fmt.Sprintf("%d.5", 1850+i/2) }, false, false},
		{"hour", func(i int) string { return fmt.Sprint(i % 24) }, false, false},
		{"year", func(i int) string { return fmt.Sprint(i % 7) }, false, false},
		{"day", func(i int) string { return fmt.Sprintf("2024-01-%02d", 1+i/10) }, true, true},
		{"day", func(i int) string { return fmt.Sprintf("2024-01-%02d", 1+i*7%28) }, false, true},
		{"mostly missing", func(i int) string { return []string{"", fmt.Sprint(1_700_000_000 + i)}[flag(i%3 == 0)] }, false, false},
	} {
		var rows []string
		for i := range 100 {
			rows = append(rows, fmt.Sprintf("\"%s\",%d.5,%s", c.cell(i), i*i%31, []string{"p", "q"}[i*i%7%2]))
		}
		table := read(t, lines("\""+c.name+"\",z,label", rows...))
		s := infer(t, table)
		doubts, err := s.InTimeOrder(table, nil)
		if err != nil || len(doubts) != flag(c.inOrder) {
			t.Errorf("%s, %s: in order: got %v, %v, want %v", c.name, c.cell(1), doubts, err, c.inOrder)
		}
		if d := s.doubts(DoubtTime); len(d) != flag(c.dates) {
			t.Errorf("%s, %s: dates: got %q, want %v", c.name, c.cell(1), d, c.dates)
		}
		if c.inOrder || c.dates { // both scores
			if _, err := SplitTime(table, nil, s, "#1", 0.2); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if s := infer(t, table, PastFutureColumn("#1")); len(s.doubts(DoubtTime)) != 0 {
				t.Errorf("%s: divided by time, and doubted: %v", c.name, s.Doubts)
			}
		}
	}
}
