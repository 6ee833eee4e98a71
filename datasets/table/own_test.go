package table_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/neurona-ml/neurona/datasets/table"
)

type place struct {
	Town string `table:"town"`
	Zip  *int   `table:"zip"`
}

type flat struct {
	place
	Area  float64   `table:"area"`
	Open  bool      `table:"open"`
	Sold  time.Time `table:"sold"`
	Notes []string  `table:"-"`
	hidden,
	Floor int8
	Label string `table:"label"`
}

// TestFromStructs: a table of structs is the table of a file with the same cells.
func TestFromStructs(t *testing.T) {
	zip := 28001
	rows := []flat{
		{place{"Cádiz", &zip}, 81.5, true, time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC), nil, 1, -2, "p"},
		{place{"", nil}, math.NaN(), false, time.Time{}, []string{"x"}, 1, 7, `say "so",` + "\nand so"},
		{place{" x ", &zip}, 1e-9, false, time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), nil, 1, 0, "1"},
	}
	got, err := table.FromStructs(rows)
	if err != nil {
		t.Fatal(err)
	}
	want, err := table.Read(strings.NewReader("town,zip,area,open,sold,Floor,label\nCádiz,28001,81.5,true,2024-01-31,-2,p\n,,,false,,7,\"say \"\"so\"\",\nand so\"\n x ,28001,1e-09,false,2020-02-29,0,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Hash() != want.Hash() {
		for c, column := range got.Columns() {
			for row := range got.Rows() {
				t.Logf("%s %d: %q, want %q", column.Name, row, column.Text(row), want.Columns()[c].Text(row))
			}
		}
		t.Error("the tables differ")
	}
	pointers, err := table.FromStructs([]*flat{&rows[0], &rows[1], &rows[2]})
	if err != nil || pointers.Hash() != want.Hash() {
		t.Errorf("pointers: %v", err)
	}
	if file, line := got.Place(2); file != "structs" || line != 3 {
		t.Errorf("row 2 is at %s:%d, want structs:3", file, line)
	}
}

func TestFromStructsRefuses(t *testing.T) {
	check := func(name string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	_, err := table.FromStructs([]int{1})
	check("no struct", err, "want a struct")
	_, err = table.FromStructs([]struct{ A []int }{{}})
	check("a slice", err, "the field A is a []int")
	_, err = table.FromStructs([]struct {
		A int `table:"x"`
		B int `table:"x"`
	}{{}})
	check("two of a name", err, `two fields are the column "x"`)
	_, err = table.FromStructs([]struct {
		a int `table:"a"`
	}{{1}})
	check("not exported", err, "is not exported")
	_, err = table.FromStructs([]struct{ A int }{})
	if !errors.Is(err, table.ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	_, err = table.FromStructs([]*struct{ A int }{nil})
	check("nil", err, "the row is nil")
	_, err = table.FromStructs([]struct{ A float64 }{{math.Inf(-1)}})
	check("infinity", err, `structs:1: column 1 ("A")`)
}

func TestFromRecords(t *testing.T) {
	tab, err := table.FromRecords([]map[string]any{{"b": 1, "a": "x"}, {"b": nil, "a": "NA"}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := table.Read(strings.NewReader("a,b\nx,1\nNA,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if tab.Hash() != want.Hash() {
		t.Error("the tables differ")
	}
	for _, c := range []struct {
		name    string
		records []map[string]any
		options []table.RecordOption
		want    string
	}{
		{"none", nil, nil, "no rows"},
		{"a slip", []map[string]any{{"town": 1, "a": 2}, {"twon": 1, "a": 2}}, nil, `records:2: a column is not there: "town"`},
		{"one more", []map[string]any{{"town": 1}, {"town": 2, "twon": 1}}, nil, `records:2: unknown column "twon", did you mean "town"?`},
		{"absent", []map[string]any{{"town": 1}, {"town": 2, "twon": 1}}, []table.RecordOption{table.AbsentIsMissing()}, ""},
		{"ignored", []map[string]any{{"town": 1}, {"town": 2, "twon": 1}}, []table.RecordOption{table.IgnoreUnknown()}, ""},
		{"two kinds of numbers", []map[string]any{{"a": 1.5}, {"a": "2.5"}}, nil, `numbers as text, such as "2.5"`},
		{"no text", []map[string]any{{"a": "\xff"}}, nil, "not text in this encoding"},
		{"no keys", []map[string]any{{}}, nil, "there is no column"},
		{"a channel", []map[string]any{{"a": make(chan int)}}, nil, "a chan int is none of"},
	} {
		_, err := table.FromRecords(c.records, c.options...)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestFromMatrix: numbers that are some to the program have one reading, whatever their digits look like.
func TestFromMatrix(t *testing.T) {
	m := mat.NewDense(4, 2, []float64{1.234, 1, 5.678, 0, 2.345, 1, math.NaN(), 0})
	tab, err := table.FromMatrix(m, "x", "y")
	if err != nil {
		t.Fatal(err)
	}
	s, err := table.Infer(tab, nil, table.Labels("y"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Err(); err != nil { // a file in which all are 1.234 is refused
		t.Error(err)
	}
	x, _ := tab.Column("x", 0)
	if x.Floats()[1] != 5.678 || !x.Missing(3) {
		t.Errorf("got %v", x.Floats())
	}
	if tab, err = table.FromMatrix(m); err != nil || tab.Dialect().Header || tab.Rows() != 4 {
		t.Errorf("without names: %v", err)
	}
	if _, err := table.FromMatrix(m, "x"); !errors.Is(err, table.ErrMismatch) {
		t.Errorf("one name: %v", err)
	}
	empty := mat.NewDense(2, 2, []float64{1, math.NaN(), 2, math.NaN()})
	if _, err := table.FromMatrix(empty); err == nil {
		t.Error("a last column without name and values is lost without a word")
	}
}

// FuzzOwnTexts: a program's texts are in its table as they are, or refused.
func FuzzOwnTexts(f *testing.F) {
	for _, s := range []string{"", "a\rb", "a\r\nb", `"`, `a""b`, " x ", "1.50", "#", "sep=;", "\ufeff", "\xff", "\x00", "=1+1", "\u2028"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, s string) {
		tab, err := table.FromRecords([]map[string]any{{name: s, "other": 1}, {name: nil, "other": 2}})
		if err != nil || name == "other" {
			return
		}
		c, err := tab.Column(name, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Text(0); got != s || c.Missing(0) != (s == "") || !c.Missing(1) || tab.Rows() != 2 || len(tab.Columns()) != 2 {
			t.Fatalf("%q is %q in the column %q", s, got, name)
		}
	})
}
