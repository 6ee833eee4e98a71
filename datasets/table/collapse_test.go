package table

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestCollapse: a few numbers that are far from all others squeeze these, in features and in what is to be predicted.
func TestCollapse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		cell  func(i int) string
		scale ScaleKind
		want  string // "" for no doubt
	}{
		{"one zero among times", func(i int) string { return fmt.Sprint((1_700_000_000 + i) * flag(i != 7)) }, Standardise, `1 of its 97 values are so far from the others, such as 0, that`},
		{"by their range", func(i int) string { return fmt.Sprint((1_700_000_000 + i) * flag(i != 7)) }, MinMax, `"quantile"`},
		{"clipped", func(i int) string { return fmt.Sprint((1_700_000_000 + i) * flag(i != 7)) }, Robust, ""},
		{"by quantiles", func(i int) string { return fmt.Sprint((1_700_000_000 + i) * flag(i != 7)) }, Quantile, ""},
		{"times alone", func(i int) string { return fmt.Sprint(1_700_000_000 + i) }, Standardise, ""},
		{"above", func(i int) string { return fmt.Sprintf("%d.5", i+1_000_000*flag(i%40 == 3)) }, Standardise, "3 of its 97 values"},
		{"on both sides", func(i int) string { return fmt.Sprint(i + 10_000_000*(flag(i == 3)-flag(i == 4))) }, Standardise, "2 of its 97 values"},
		{"among two", func(i int) string { return []string{"0.5", "1.5", "999999"}[i%2+flag(i%20 == 9)] }, Standardise, `1 of its 3 values are so far from the others, such as 999999,`},
		{"two values", func(i int) string { return []string{"0.5", "1e9"}[flag(i%20 == 9)] }, Standardise, ""},
		{"a year", func(i int) string { return fmt.Sprintf("%d-01-%02d", 2024-324*flag(i == 9), 1+i%28) }, Standardise, "such as 1700-01-10"},
		{"mostly zero", func(i int) string { return fmt.Sprintf("%d.5", flag(i%10 == 0)*i*i) }, Standardise, ""},
		{"heavy tails", func(i int) string { return fmt.Sprintf("%.9g", math.Exp(float64(i)/10)) }, Standardise, ""},
		{"small as they are", func(i int) string { return fmt.Sprintf("%g", float64(i)/1e5) }, Unscaled, ""},
	} {
		var rows []string
		for i := range 97 {
			rows = append(rows, fmt.Sprintf("%d.5,%s", i*i%11, c.cell(i)))
		}
		table := read(t, lines("z,x", rows...))
		e := fit(t, table, nil, []InferOption{NoLabel()}, ScaleBy(c.scale))
		doubts := e.Doubts()
		if c.scale != Robust && c.scale != Quantile && !strings.Contains(c.name, "year") {
			doubts = append(doubts, fit(t, table, nil, []InferOption{Labels("x"), AsTask(Regression)}, ScaleTargets(c.scale)).Doubts()...)
			if (c.want != "") != (len(doubts) == 2) {
				t.Errorf("%s: got %v of features and targets", c.name, doubts)
			}
		}
		if (c.want != "") != (len(doubts) > 0) {
			t.Errorf("%s: got %v, want %q", c.name, doubts, c.want)
		}
		for i, d := range doubts {
			if text := d.What + " " + d.Remedy.String(); d.Kind != DoubtCollapse || d.Column != 1 || i == 0 && !strings.Contains(text, c.want) {
				t.Errorf("%s: got %s, want %q", c.name, text, c.want)
			}
		}
	}
}
