package table

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestLeaks: columns that alone tell the label, and those that hardly do, or may by chance.
func TestLeaks(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	classes := func(i int) string { return []string{"a", "b"}[i*i%7%2] }
	price := func(i int) float64 { return 20 + float64(i*37%200)*1.5 + float64(i*i%7) }
	text := func(v float64) string { return fmt.Sprintf("%.6g", v) }
	for _, c := range []struct {
		name string
		rows int
		cell func(i int) (x, label string)
		want string // part of the doubt, "" for none
	}{
		{"odd and even", 200, func(i int) (string, string) { n := i * 7 % 4; return fmt.Sprint(n + 1), []string{"a", "b"}[n%2] }, "the label follows from it alone"},
		{"but for one in a thousand", 2000, func(i int) (string, string) {
			n := i * 7 % 4
			return fmt.Sprint(n + 1), []string{"a", "b"}[(n+flag(i == 5))%2]
		}, "the label follows"},
		{"but for one in twenty", 200, func(i int) (string, string) {
			n := i * 7 % 4
			return fmt.Sprint(n + 1), []string{"a", "b"}[(n+flag(i%20 == 5))%2]
		}, ""},
		{"a logarithm", 200, func(i int) (string, string) { return text(math.Log(price(i))), text(price(i)) }, "the label follows"},
		{"an inverse, rounded", 200, func(i int) (string, string) { return fmt.Sprintf("%.5f", 100/price(i)), text(price(i)) }, "the label follows"},
		{"with noise", 200, func(i int) (string, string) { return text(price(i) * (1 + float64(i*i%11)/40)), text(price(i)) }, ""},
		{"a price for each class of five", 200, func(i int) (string, string) {
			n := i * 7 % 5
			return fmt.Sprint(n), text([]float64{200.5, 120.25, 350, 90.5, 180}[n])
		}, "the label follows"},
		{"a price for each town", 200, func(i int) (string, string) {
			n := i * 7 % 5
			return "t" + fmt.Sprint(n), text([]float64{200.5, 120.25, 350, 90.5, 180}[n])
		}, "the label follows"},
		{"an outlier in a level of its own", 200, func(i int) (string, string) {
			return fmt.Sprint(i*7%20 + 100*flag(i == 3)), text(price(i) + 1e6*float64(flag(i == 3)))
		}, ""},
		{"a class within another", 200, func(i int) (string, string) {
			v := i * 37 % 200
			return fmt.Sprint(v) + ".5", []string{"a", "b"}[flag(v > 60 && v < 120)]
		}, "the label follows"},
		{"a threshold among values that recur", 200, func(i int) (string, string) { return fmt.Sprint(i * 7 % 40), []string{"a", "b"}[flag(i*7%40 > 20)] }, "the label follows"},
		{"a class among the rows of one value", 200, func(i int) (string, string) { return fmt.Sprint(i % 2), []string{"a", "b"}[flag(i%4 == 1)] }, ""},
		{"whether it is missing", 200, func(i int) (string, string) {
			if i*i%7%2 == 1 {
				return "", "b"
			}
			return text(price(i)), "a"
		}, "whether it is missing"},
		{"missing as a level", 200, func(i int) (string, string) { return []string{"x", "", "z"}[i%3], []string{"a", "b"}[flag(i%3 == 1)] }, "the label follows"},
		{"rare class at an end", 40, func(i int) (string, string) {
			return fmt.Sprint(i*37%40) + ".5", []string{"a", "b"}[flag(i*37%40 > 37)]
		}, ""},
		{"twenty levels of five rows, a few rare", 100, func(i int) (string, string) { return fmt.Sprint(i % 20), []string{"a", "b"}[flag(i%20 == 7 && i > 90)] }, ""},
		{"nothing", 200, func(i int) (string, string) { return text(price(i)), classes(i) }, ""},
		{"levels of nothing", 200, func(i int) (string, string) { return fmt.Sprint(i % 9), classes(i) }, ""},
		{"few rows", 19, func(i int) (string, string) { return fmt.Sprint(i % 2), []string{"a", "b"}[i%2] }, ""},
		{"chance", 60, func(i int) (string, string) { return fmt.Sprint(random.IntN(5)), fmt.Sprint(random.IntN(2)) }, ""},
	} {
		var rows []string
		for i := range c.rows {
			x, label := c.cell(i)
			rows = append(rows, fmt.Sprintf("%s,%d.25,%s", x, i*i%31, label))
		}
		d := infer(t, read(t, lines("x,z,label", rows...))).doubts(DoubtLeak)
		if len(d) != flag(c.want != "") || len(d) > 0 && (!strings.Contains(d[0], "column x: ") || !strings.Contains(d[0], c.want)) {
			t.Errorf("%s: got %q, want %q", c.name, d, c.want)
		}
	}
}

// TestMorePerMille: products of numbers of rows have no room in an int of 32 bits.
func TestMorePerMille(t *testing.T) {
	for _, c := range []struct {
		some, all int
		want      bool
	}{{0, 1000, false}, {1, 1000, false}, {2, 1000, true}, {2_200_000, 4_400_000, true}, {2_000_000, math.MaxInt32, false}, {math.MaxInt32, math.MaxInt32, true}} {
		if got := morePerMille(c.some, c.all); got != c.want {
			t.Errorf("%d of %d: got %v", c.some, c.all, got)
		}
	}
}
