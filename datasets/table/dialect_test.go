package table

import (
	"fmt"
	"strings"
	"testing"
)

// doubtKinds are the kinds of a table's doubts: "header comma".
func doubtKinds(t *Table) string {
	var kinds []string
	for _, d := range t.Doubts() {
		kinds = append(kinds, d.Kind.String())
		if d.What == "" || d.Remedy == nil {
			kinds = append(kinds, "without words")
		}
	}
	return strings.Join(kinds, " ")
}

func TestDialect(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text     string
		options        []Option
		comma, decimal rune
		doubts         string
		want           string // the first row
	}{
		{"comma", "a,b\n1,2\n", nil, ',', '.', "", `["1" "2"]`},
		{"semicolon", "a;b\n1.5;2\n", nil, ';', '.', "", `["1.5" "2"]`},
		{"semicolon and decimal comma", "a;b\n1,5;2\n0,25;3\n", nil, ';', ',', "", `["1,5" "2"]`},
		{"the same without a header", "1,5;2,5\n0,25;3,5\n", nil, ';', ',', "", `["1,5" "2,5"]`},
		{"thousands, perhaps", "a;b\n1,500;2\n", nil, ';', ',', "decimal", `["1,500" "2"]`},
		{"commas and points", "a;b\n1,5;2.5\n", nil, ';', '.', "decimal", `["1,5" "2.5"]`},
		{"tab", "a\tb\n1\t2\n\t3\n", nil, '\t', '.', "", `["1" "2"]`},
		{"tab, with commas in texts", "where\tn\nParis, F\t2\nRome, I\t3\n", nil, '\t', '.', "", `["Paris, F" "2"]`},
		{"bar", "a|b\n1|2\n", nil, '|', '.', "", `["1" "2"]`},
		{"space", "a b\n1 2\n3 4\n", nil, ' ', '.', "", `["1" "2"]`},
		{"texts with a space", "a\nthe cat\nthe dog\n", nil, ',', '.', "header", `["the cat"]`},
		{"aligned by spaces", "a  b\n1  2\n3 44\n", nil, ' ', '.', "", `["1" "2"]`},
		{"aligned to the right", "  a   b \n  1   2\n 33 444  \n\n   \n", nil, ' ', '.', "", `["1" "2"]`},
		{"a cell for each space", "a  b\n1  2\n", []Option{Comma(' '), Space(false)}, ' ', '.', "", `["1" "" "2"]`},
		{"times", "at,n\n2024-01-01 10:00,5\n2024-01-02 11:00,6\n", nil, ',', '.', "", `["2024-01-01 10:00" "5"]`},
		{"one column", "a\n1\n2\n", nil, ',', '.', "", `["1"]`},
		{"one column of decimals", "1,5\n2,5\n", nil, ',', '.', "", `["1" "5"]`},
		{"blanks behind separators", "a, b\n1, x\n2, \"y, z\"\n", nil, ',', '.', "", `["1" "x"]`},
		{"blanks behind some", "a, b\n1,x\n", nil, ',', '.', "", `["1" "x"]`},
		{"two separators", "a,b;c,d\nx,y;z,w\n", nil, ',', '.', "comma header", `["x" "y;z" "w"]`},
		{"comma asked for", "a;b\n1,5;2\n", []Option{Comma(';'), Decimal('.')}, ';', '.', "", `["1,5" "2"]`},
		{"decimal comma in quotes", "a,b\n\"1,5\",2\n", []Option{Decimal(',')}, ',', ',', "", `["1,5" "2"]`},
		{"no quotes", "a,b\n5\" pipe,2\n", []Option{Quote(0)}, ',', '.', "", `["5\" pipe" "2"]`},
		{"single quotes", "a,b\n'x, y',2\n", []Option{Quote('\'')}, ',', '.', "", `["x, y" "2"]`},
		{"comments", "# one\n#two\n\na,b\n1,2\n", nil, ',', '.', "", `["1" "2"]`},
		{"a header that looks like a comment", "#a,b\n1,2\n3,4\n", nil, ',', '.', "comments", `["1" "2"]`},
		{"no comments", "#a,b\n1,2\n", []Option{Comment(0)}, ',', '.', "", `["1" "2"]`},
		{"other comments", "% one\na,b\n1,2\n", []Option{Comment('%')}, ',', '.', "", `["1" "2"]`},
		{"trailing separators", "a,b,\n1,2,\n", nil, ',', '.', "", `["1" "2"]`},
		{"trailing separators without a header", "1,2,\n3,4,\n", nil, ',', '.', "trailing", `["1" "2"]`},
		{"an empty last column with a name", "a,b,c\n1,2,\n", nil, ',', '.', "", `["1" "2" ""]`},
		{"an empty name above values", "a,b,\n1,2,\n3,4,5\n", nil, ',', '.', "", `["1" "2" ""]`},
		{"blank lines in one column", "a\n1\n\n3\n", nil, ',', '.', "blanks", `["1"]`},
		{"blank lines in two", "a,b\n\n1,2\n  \n3,4\n\n", nil, ',', '.', "", `["1" "2"]`},
		{"quoted everything", "\"a\";\"b\"\n\"1\";\"2\"\n", nil, ';', '.', "", `["1" "2"]`},
		{"line ends in the header", "\"a\nb\",c\n1,2\n", nil, ',', '.', "", `["1" "2"]`},
	} {
		table := read(t, tt.text, tt.options...)
		d := table.Dialect()
		rows := grid(table)
		if d.Header {
			rows = rows[1:]
		}
		if got := fmt.Sprintf("%q", rows[0]); d.Comma != tt.comma || d.Decimal != tt.decimal || got != tt.want || doubtKinds(table) != tt.doubts {
			t.Errorf("%s: got %q, %q, %s, doubts %q %v, want %q, %q, %s, %q", tt.name, d.Comma, d.Decimal, got, doubtKinds(table), table.Doubts(), tt.comma, tt.decimal, tt.want, tt.doubts)
		}
	}
	if d := read(t, "a, b\n1, x\n2, \"y, z\"\n").Dialect(); !d.Space {
		t.Errorf("got %+v, want blanks behind separators", d)
	}
	if got := fmt.Sprintf("%q", grid(read(t, "a, b\n1, x\n", Space(false)))); got != `[["a" " b"] ["1" " x"]]` {
		t.Error(got)
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		names      []string
		header     bool
		doubts     string
	}{
		{"texts above numbers", "a,b\n1,2\n", nil, true, ""},
		{"texts above numbers and a missing value", "a,b\n1,NA\n2,3\n", nil, true, ""},
		{"inf is a name", "age,inf\n1,2\n", nil, true, ""},
		{"NA above numbers is a value", "NA,x\n1,x\n2,y\n", nil, false, ""},
		{"nothing above numbers is a value", ",x\n1,x\n2,y\n", nil, false, ""},
		{"an index without a name", ",x\n0,1.5\n1,2.5\n", nil, true, ""},
		{"numbers alone", "1.5,2.5\n3.5,4.5\n", nil, false, ""},
		{"one row of numbers", "1.5,2.5\n", nil, false, "header"},
		{"counting", "0,1,2\n4.8,0.1,b\n0.1,0.5,a\n", nil, true, "header"},
		{"counting that comes again", "0,1\n1,0\n0,1\n1,1\n0,0\n", nil, false, "header"},
		{"years beside a name", "id,2019,2020\n1,5,6\n2,7,8\n", nil, true, "header"},
		{"a slip among decimals", "oops,1.5,2.5\n0.1,0.2,0.3\n", nil, false, "header"},
		{"a number above texts", "7,5\nx,1.5\ny,2.5\n", nil, false, "header"},
		{"a label that is alone", "1.5,label\n2.5,a\n3.5,b\n4.5,a\n5.5,b\n", nil, false, "header"},
		{"a label like others", "1.5,a\n2.5,a\n3.5,b\n4.5,a\n5.5,b\n", nil, false, ""},
		{"whole numbers above fractions", "1,2\n0.5,0.25\n1.5,0.75\n", nil, false, "header"},
		{"letters under names", "p1,p2,label\nA,C,x\nC,A,y\nA,A,x\nC,C,y\n", nil, true, ""},
		{"letters without names", "A,C,x\nC,A,y\nA,A,x\nC,C,y\n", nil, false, ""},
		{"free texts", "name,town\nAnn,Rome\nBob,Oslo\n", nil, true, "header"},
		{"names asked for", "1,2\n3,4\n", []string{"1", "2"}, true, ""},
		{"names asked for, the label left out", "b,a\nx,y\nz,a\n", []string{"a", "b", "label"}, true, ""},
		{"values among names", "1,2\n2,1\n", []string{"1", "2", "3"}, false, ""},
		{"names and blanks", " a,b \nx,y\na,b\n", []string{"a", "b"}, true, ""},
	} {
		table := read(t, tt.text, Names(tt.names...))
		if got := table.Dialect().Header; got != tt.header || doubtKinds(table) != tt.doubts {
			t.Errorf("%s: header is %v, doubts %v, want %v, %q", tt.name, got, table.Doubts(), tt.header, tt.doubts)
		}
		for mode, want := range map[HeaderMode]bool{Yes: true, No: false} {
			table, err := Read(strings.NewReader(tt.text), Names(tt.names...), Header(mode))
			if err != nil {
				continue // one line
			}
			if table.Dialect().Header != want || strings.Contains(doubtKinds(table), "header") {
				t.Errorf("%s: Header(%v): header is %v, doubts %v", tt.name, mode, table.Dialect().Header, table.Doubts())
			}
		}
	}
}

// TestNames: names are kept as they are, and found by name and occurrence.
func TestNames(t *testing.T) {
	t.Parallel()
	table := read(t, "x, x,,x,,\"a\"\"b\"\n1,2,3,4,5,6\n")
	var got []string
	for _, c := range table.Columns() {
		got = append(got, fmt.Sprintf("%q %d", c.Name, c.Nth))
	}
	if s := strings.Join(got, "; "); s != `"x" 0; " x" 0; "" 0; "x" 1; "" 1; "a\"b" 0` {
		t.Error(s)
	}
	for _, tt := range []struct {
		name  string
		nth   int
		index int
		err   string
	}{{"x", 1, 3, ""}, {"", 1, 4, ""}, {"x", 2, 0, "there are 2"}, {"X", 0, 0, `did you mean "x"`}} {
		c, err := table.Column(tt.name, tt.nth)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: %v", tt.name, err)
			}
		} else if err != nil || c.Index() != tt.index {
			t.Errorf("%q: %v, %v", tt.name, c, err)
		}
	}
	for _, c := range read(t, "1,2\n3,4\n").Columns() {
		if c.Name != "" || c.Nth != c.Index() {
			t.Errorf("a column without a header: %+v", c)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, o := range []Option{Comma(0), Comma('\n'), Comma('"'), Comma('é'), Comma('1'), Comma('-'), Decimal(';'), Decimal(0), Quote('\r'), Quote('5'), Comment('\n'),
		Header(7), Encoding("ascii"), Workers(0), MaxColumns(0), MaxRecord(-1), MaxMemory(0), MaxRatio(0)} {
		_, err := Read(strings.NewReader("a,b\n1,2\n"), o)
		if _, ok := err.(*OptionError); !ok || len(err.Error()) > 1000 {
			t.Errorf("got %v, want an *OptionError", err)
		}
	}
}
