package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLabelsThatAreNearlyOne: labels that are blanks, or one number in two spellings, are classes with a doubt, and the reason that is said
// for a task is one.
func TestLabelsThatAreNearlyOne(t *testing.T) {
	t.Parallel()
	const blanks = `"   ", in 20 rows, was taken for a`
	for _, c := range []struct {
		labels  []string
		task    Task
		classes int
		why     string
		doubts  []string // parts, of those about words and levels
		missing bool     // Na("") makes classes fewer
	}{
		{[]string{"a", "b", "   "}, Classification, 3, "its labels are no numbers", []string{blanks + ` level, not for a missing cell (table.Na("")`}, true},
		{[]string{"1", "2", "   "}, Classification, 3, "it has at most two values, spelt in 3 ways", []string{blanks + ` class, not for a label that is missing (table.Na("")`}, true},
		{[]string{"1.5", "2.5", "   "}, Classification, 3, "it has at most two values, spelt in 3 ways", []string{blanks + " class"}, true},
		{[]string{"1", "-0", "0"}, Classification, 3, "it has at most two values, spelt in 3 ways", []string{`"-0" and "0"`}, false},
		{[]string{"0.0", "-0.0", "1"}, Classification, 3, "it has at most two values, spelt in 3 ways", []string{`"-0.0" and "0.0"`}, false},
		{[]string{"a", "-0", "0"}, Classification, 3, "its labels are no numbers", []string{`"-0" and "0"`}, false},
		{[]string{"1", " 1", "2"}, Classification, 3, "it has at most two values, spelt in 3 ways", []string{`" 1" and "1"`}, false},
		{[]string{"1", "1.0", "2", "3"}, Classification, 4, "its whole numbers have 3 values, and recur, spelt in 4 ways", []string{`"1" and "1.0"`}, false},
		{[]string{"1", "2", "3"}, Classification, 3, "its whole numbers have 3 values, and recur", nil, false},
		{[]string{"1,303", "1,404", "2,505,000"}, Regression, 0, `its numbers are written as quantities are, such as "1,303"`, nil, false},
		{[]string{"$5", "$6", "$7"}, Regression, 0, `its numbers are written as quantities are, such as "$5"`, nil, false},
		{[]string{"1.5", "2", "3"}, Regression, 0, "its numbers are not all whole", nil, false},
		{[]string{"1,000.5", "2", "3"}, Regression, 0, "its numbers are not all whole", nil, false},
	} {
		var rows []string
		for i := range 20 * len(c.labels) {
			rows = append(rows, fmt.Sprintf("%d.5;\"%s\"", i*i%37, c.labels[i%len(c.labels)]))
		}
		table := read(t, lines("x;y", rows...), Comma(';'))
		s := infer(t, table, Labels("y"))
		target := s.Targets[0]
		if target.Task != c.task || len(target.Classes) != c.classes || target.Why != c.why {
			t.Errorf("%q: got %s, want %s, %d classes: %s", c.labels, &target, c.task, c.classes, c.why)
		}
		d := slices.Concat(s.doubts(DoubtWords), s.doubts(DoubtLevels))
		if len(d) != len(c.doubts) || len(d) > 0 && !strings.Contains(d[0], c.doubts[0]) {
			t.Errorf("%q: doubts are %q, want %q", c.labels, d, c.doubts)
		}
		if target := infer(t, table, Labels("y"), Na("")).Targets[0]; c.missing && (target.Missing != 20 || len(target.Classes) != c.classes-1) {
			t.Errorf("%q, blanks missing: got %s, %d missing", c.labels, &target, target.Missing)
		}
	}
	// A feature, too.
	if d := infer(t, read(t, column(repeat(5, "a", "b", " ")...))).doubts(DoubtWords); len(d) != 1 || !strings.Contains(d[0], `" ", in 5 rows, was taken for a level`) {
		t.Errorf("doubts are %q", d)
	}
}
