package table

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestSpikes: numbers that stand for missing cells, wherever they are beside the others, and those that stand for themselves.
func TestSpikes(t *testing.T) {
	t.Parallel()
	income := func(i int) float64 { return float64(500 + i*7919%99_500) }
	ages := func(i int) float64 { return float64(18 + i*31%60) }
	insulin := func(i int) float64 {
		return math.Round(math.Exp(4.8 + 0.6*math.Erfinv(1.98*float64(i*97%200)/200-0.99)*math.Sqrt2))
	}
	// every returns a column in which each so many cells are others.
	every := func(n int, of func(int) float64, instead ...float64) func(int) float64 {
		return func(i int) float64 {
			if i%n == 3 {
				return instead[i/n%len(instead)]
			}
			return of(i)
		}
	}
	for _, c := range []struct {
		name string
		cell func(i int) float64
		want []float64
	}{
		{"beside a wide range", every(10, income, -999), []float64{-999}},
		{"few, below 0", every(60, income, -999), []float64{-999}},
		{"above a wide range", every(10, func(i int) float64 { return float64(i * 41 % 8000) }, 9999), []float64{9999}},
		{"within a wide range", every(10, income, 9999), []float64{9999}},
		{"two codes", every(10, income, -999, 9999), []float64{-999, 9999}},
		{"two codes on a side", every(10, ages, -88, -99), []float64{-99, -88}},
		{"refused and unknown", every(10, ages, 998, 999), []float64{998, 999}},
		{"888", every(10, income, -888), []float64{-888}},
		{"with a point", every(10, func(i int) float64 { return float64(i*37%600)/10 - 20 }, -99.9), []float64{-99.9}},
		{"no code that is known", every(10, ages, 1e20), []float64{1e20}},
		{"zero below a skewed column", every(4, insulin, 0), []float64{0}},
		{"zero below ages", every(10, ages, 0), []float64{0}},
		{"ages", ages, nil},
		{"incomes", income, nil},
		{"mostly zero", func(i int) float64 { return float64(flag(i%3 == 0) * (20 + i*31%80)) }, nil},
		{"levels", func(i int) float64 { return []float64{0, 4, 5, 6, 7, 8}[i*7%6] }, nil},
		{"counts from 0", func(i int) float64 { return float64(i * i % 23) }, nil},
		{"counts from -1", func(i int) float64 { return float64(i*i%23) - 1 }, nil},
		{"percents", func(i int) float64 { return float64(i * 7 % 100) }, nil},
		{"tenths", func(i int) float64 { return float64(i*7%1000) / 10 }, nil},
		{"prices that recur", func(i int) float64 { return []float64{99, 199, 299, 399, 499, 999, 1999}[i*i%7] }, nil},
		{"changes", func(i int) float64 { return float64(flag(i%3 > 0) * (i*31%41 - 20)) }, nil},
		{"years", func(i int) float64 { return float64(1960 + i*i%61) }, nil},
		{"heavy tails", func(i int) float64 { return math.Exp(float64(i*i%97) / 8) }, nil},
	} {
		var rows []string
		for i := range 200 {
			rows = append(rows, fmt.Sprintf("%v,%s", c.cell(i), []string{"a", "b"}[i*i%7%2]))
		}
		table := read(t, lines("x,label", rows...))
		var got []string
		for _, d := range infer(t, table).Doubts {
			if d.Kind == DoubtSpike {
				got = append(got, fmt.Sprint(d.Remedy[0].Value))
			}
		}
		var want []string
		for _, v := range c.want {
			want = append(want, numberText(v))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
			continue
		}
		// What is proposed helps.
		if want != nil {
			s := infer(t, table, Na(want...))
			if d := s.doubts(DoubtSpike); len(d) != 0 || s.Fields[0].Missing == 0 {
				t.Errorf("%s: with that, %d cells are missing, doubts are %q", c.name, s.Fields[0].Missing, d)
			}
		}
	}
}
