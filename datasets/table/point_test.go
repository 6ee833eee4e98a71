package table

import (
	"fmt"
	"strings"
	"testing"
)

// TestDecimalPointOfATable: numbers are read by the decimal point that a table shows or somebody gives, whatever they were learnt with and
// whatever columns hold that are not used; where that is in doubt, it is said.
func TestDecimalPointOfATable(t *testing.T) {
	t.Parallel()
	train := func(point string) *Encoder {
		var rows []string
		for i := range 25 {
			rows = append(rows, strings.ReplaceAll(fmt.Sprintf("%d.5;%d.5;%d.5;%s", i*80, i%9, i*80, []string{"p", "q"}[i%2]), ".", point))
		}
		return fit(t, read(t, lines("x;z;v;label", rows...)), nil, []InferOption{Drop("v")}, ScaleBy(Unscaled))
	}
	points, commas := train("."), train(",")
	const missing = 960.5 // the median
	for _, c := range []struct {
		name    string
		model   *Encoder
		text    string
		options []Option
		want    []float32 // of x
		said    string    // empty: nothing
	}{
		{"as learnt", points, "x;z\n1.234;0.5\n1.540;3.5\n", nil, []float32{1.234, 1.54}, ""},
		{"as learnt, with commas", commas, "x;z\n1,234;0,5\n1,540;3,5\n", nil, []float32{1.234, 1.54}, ""},
		{"said", points, "x;z\n1.234;0,5\n1.540;3,5\n", []Option{Decimal(',')}, []float32{1234, 1540}, ""},
		{"said, and nothing shows it", points, "x;z\n1.234;1\n1.540;3\n", []Option{Decimal(',')}, []float32{1234, 1540}, ""},
		{"said as learnt", points, "x;z\n1,234;1\n1.540;3\n", []Option{Decimal('.')}, []float32{1234, 1.54}, ""},
		{"said of thousands that training had not", points, "x;z\n1.234,0;0,5\n1.540;3,5\n", []Option{Decimal(',')}, []float32{1234, 1540}, ""},
		{"said of commas", commas, "x;z\n1,234;0.5\n1,540;3.5\n", []Option{Decimal('.')}, []float32{1234, 1540}, ""},
		{"said, but the column is written as learnt", points, "x;z\n1.234;0,5\n7.5;3,5\n", []Option{Decimal(',')}, []float32{1.234, 7.5}, `1 cell doubtful, read as 1234.5 while others fit 1.234,5 alone ("1.234")`},
		{"said as learnt, but the column is not", points, "x;z\n1.234;0.5\n7,5;3.5\n", []Option{Decimal('.')}, []float32{1.234, missing}, `not of the column's kind, taken for missing ("7,5")`},
		{"shown by the column", points, "x;z\n7,5;1\n1.234,5;3\n25;4\n", nil, []float32{7.5, 1234.5, 25}, ""},
		{"shown by the column, in doubt", points, "x;z\n7,5;1\n1.234;3\n", nil, []float32{7.5, 1234}, `1 cell doubtful, read as 1.234,5, which others fit alone, while training has learnt 1234.5 ("1.234")`},
		{"shown by another", points, "x;z\n1.234;0,5\n1.540;3,5\n", nil, []float32{1234, 1540}, `2 cells doubtful, read as 1.234,5, which others fit alone, while training has learnt 1234.5 ("1.234", "1.540")`},
		{"shown by another, of commas", commas, "x;z\n1,234;0.5\n1,540;3.5\n", nil, []float32{1234, 1540}, "2 cells doubtful, read as 1,234.5, which others fit alone, while training has learnt 1234,5"},
		{"cut by commas", commas, "x,z\n1.234,0.5\n1.54,3.5\n", nil, []float32{1.234, 1.54}, ""},
		{"others mix", points, "x;z\n1.234;0,5\n1.540;0.5\n", nil, []float32{1.234, 1.54}, "2 cells doubtful, read as 1234.5 while others fit"},
		{"shown by one that is not used", points, "x;z;note\n5,5;1;1.25\n90,5;2;2.5\n", nil, []float32{5.5, 90.5}, ""},
		{"shown by several that are not", points, "x;z;v;note\n5.5;1;1,25;2,5\n1.234;2;2,5;7,5\n", nil, []float32{5.5, 1.234}, ""},
		{"shown by one that was dropped", points, "x;z;v\n1.234;1;1,25\n1.540;2;2,5\n", nil, []float32{1.234, 1.54}, ""},
		{"thousands or decimals", points, "x;z\n1,234;1\n5;2\n", nil, []float32{missing, 5}, `taken for missing ("1,234")`},
		{"a power of ten", points, "x;z\n1.234e+02;0.5\n5;2\n", nil, []float32{123.4, 5}, ""},
	} {
		table := read(t, c.text, c.options...)
		x, said := encode(t, c.model, table, nil)
		said, _, _ = strings.Cut(said, "; column z")
		if !strings.HasPrefix(said, "column x") {
			said = ""
		}
		for i, want := range c.want {
			if got := x[i*c.model.Width()]; !near(float64(got), float64(want), 1e-6*float64(want)) {
				t.Errorf("%s: row %d is %v, want %v", c.name, i, got, want)
			}
		}
		if !strings.Contains(said, c.said) || c.said == "" && said != "" {
			t.Errorf("%s: said is %q, want %q", c.name, said, c.said)
		}
		if _, report, _ := c.model.Encode(table, nil); said != "" && !strings.Contains(report.Columns[0].Remedy.String(), "table.Decimal") {
			t.Errorf("%s: the remedy is %q", c.name, report.Columns[0].Remedy)
		}
	}
	// A row alone is read as it is among others, and so is a label.
	table := read(t, "x;z\n7,5;1\n1.234;3\n")
	if x, said := encode(t, points, table, []int{1}); x[0] != 1234 || !strings.Contains(said, "doubtful") {
		t.Errorf("a row alone is %v, %q", x, said)
	}
	var rows []string
	for i := range 25 {
		rows = append(rows, fmt.Sprintf("%d.5;%d.5", i%9, i*80))
	}
	e := fit(t, read(t, lines("z;y", rows...)), nil, nil)
	for _, c := range []struct {
		text     string
		options  []Option
		want     float64
		doubtful int
	}{{"z;y\n0.5;1.234\n", nil, 1.234, 0}, {"z;y\n0,5;1.234\n", nil, 1234, 1}, {"z;y\n0,5;1.234\n", []Option{Decimal(',')}, 1234, 0}} {
		y, report, err := e.Values(read(t, c.text, c.options...), nil, 0)
		if err != nil || !near(y[0], c.want, 1e-9) || report.Doubtful.Doubtful.N != c.doubtful {
			t.Errorf("%q: the label is %v, %+v, %v, want %v", c.text, y, report, err, c.want)
		}
	}
}

// TestSaidOfTheFile: what an option says of the decimal point decides where both readings fit, and what fits the other one alone is doubted.
func TestSaidOfTheFile(t *testing.T) {
	t.Parallel()
	const text = "x;z;label\n1.234;0.5;a\n2.345;7.25;b\n9.876;3.5;a\n"
	s := infer(t, read(t, text, Decimal(',')))
	if f := s.Fields; !near(f[0].High, 9876, 0) || !near(f[1].High, 7.25, 0) {
		t.Errorf("x goes to %v, z to %v, want 9876 and 7.25", f[0].High, f[1].High)
	}
	if d := s.doubts(DoubtDecimal); len(d) != 1 || !strings.Contains(d[0], "column z: its numbers are written as 1234.5") || !strings.Contains(d[0], `table.As("z=decimal_point")`) {
		t.Errorf("doubts are %q", d)
	}
	for _, options := range [][]InferOption{{As("z=decimal_point")}, {Drop("z")}} {
		if d := infer(t, read(t, text, Decimal(',')), options...).doubts(DoubtDecimal); len(d) != 0 {
			t.Errorf("doubts are %q", d)
		}
	}
}

// TestOddField: a field that a program has given forms of dates and of numbers is looked at as either.
func TestOddField(t *testing.T) {
	t.Parallel()
	table := read(t, column("01/02/2024", "25/12/2024", "12/25/2024"))
	c := table.Columns()[0]
	f := &Field{Dates: &DateForm{Layout: "2/1/2006"}, Numbers: &NumberForm{Decimal: "."}}
	for range 2 {
		if learnt, other := table.shows(f, c); learnt || other {
			t.Errorf("numbers are shown: %v, %v", learnt, other)
		}
		if r := table.rivalDates(f, c); r == nil || r.other != "mdy" {
			t.Errorf("the rival is %+v", r)
		}
	}
}
