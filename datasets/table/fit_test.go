package table

import (
	"fmt"
	"strings"
	"testing"
)

// TestFirstLine: a first record with more or fewer cells than the rows have, and what stands above it.
func TestFirstLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		options    []Option
		names      string
		first      string // row
		doubts     string
	}{
		{"a separator behind the header", "a,b,\n1,2\n3,4\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"several", "a;b;;\n1;2\n3;4\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"separators behind rows", "a,b\n1,2,\n3,4,\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"several behind rows", "a,b\n1,2,,\n3,,,\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"the names of rows, by spaces", "\"a\" \"b\" \"c\"\n\"1\" 0.5 NA \"x y\"\n\"2\" 1.5 2 \"z\"\n", nil, `["" "a" "b" "c"]`, `["1" "0.5" "NA" "x y"]`, ""},
		{"the names of rows, texts only", "\"a\" \"b\"\n\"1\" \"x\" \"u\"\n\"2\" \"y\" \"v w\"\n", nil, `["" "a" "b"]`, `["1" "x" "u"]`, ""},
		{"the names of rows, by commas", "\"a\",\"b\"\n\"Fiat 128\",1,2\n\"Mazda RX4\",3,4\n", nil, `["" "a" "b"]`, `["Fiat 128" "1" "2"]`, ""},
		{"the names of rows, by tabs", "a\tb\n1\t1.5\t2\n2\t3\t4\n", nil, `["" "a" "b"]`, `["1" "1.5" "2"]`, ""},
		{"the names of one row", "\"a\" \"b\"\n\"7\" 1 2\n", nil, `["" "a" "b"]`, `["7" "1" "2"]`, ""},
		{"the names of rows, decimal commas", "\"a\";\"b\"\n\"1\";0,5;2\n\"2\";1,5;4\n", nil, `["" "a" "b"]`, `["1" "0,5" "2"]`, ""},
		{"names of rows, perhaps", "a,b\n17,1,2\n5,3,4\n", nil, `["" "a" "b"]`, `["17" "1" "2"]`, "header"},
		{"words of rows, perhaps", "a,b\nx,1,2\ny,3,4\n", nil, `["" "a" "b"]`, `["x" "1" "2"]`, "header"},
		{"the separator, said above", "sep=;\na;b\n1;2\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"the separator, in quotes", "\"SEP=|\"\r\na|b\r\n1|2\r\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"a separator that is found nowhere", "\ufeffsep=:\na:b\n1:2\n", nil, `["a" "b"]`, `["1" "2"]`, ""},
		{"an option against it", "sep=;\na,b\n1;5,2\n", []Option{Comma(','), Header(Yes)}, `["a" "b"]`, `["1;5" "2"]`, ""},
		{"a name like it", "sep=1,b\n1,2\n", nil, `["sep=1" "b"]`, `["1" "2"]`, ""},
		{"lines to skip", "My \"report\na;b\n\na,b\n1,2\n", []Option{Skip(2)}, `["a" "b"]`, `["1" "2"]`, ""},
		{"lines to skip above others", "one\rsep=;\r# c\r\ra;b\r1;2\r", []Option{Skip(1)}, `["a" "b"]`, `["1" "2"]`, ""},
		{"a header with one name", "a,,\n1,2,x\n3,4,y\n", nil, `["a" "" ""]`, `["1" "2" "x"]`, ""},
		{"the index of series", ",v\na,1\nb,2\n", nil, `["" "v"]`, `["a" "1"]`, ""},
		{"two of them", ",,v\na,x,1\nb,x,2\n", nil, `["" "" "v"]`, `["a" "x" "1"]`, ""},
		{"a title that is the header", "My report,,\na,b,c\n1,2,3\n", []Option{Header(Yes)}, `["My report" "" ""]`, `["a" "b" "c"]`, ""},
	} {
		for _, chunk := range []int{3, 1 << 20} {
			got, err := Read(strings.NewReader(tt.text), append(tt.options, chunkBytes(chunk))...)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			cells := grid(got)
			if names, first := fmt.Sprintf("%q", cells[0]), fmt.Sprintf("%q", cells[1]); names != tt.names || first != tt.first || doubtKinds(got) != tt.doubts {
				t.Errorf("%s: names %s, first row %s, doubts %q; want %s, %s, %q", tt.name, names, first, doubtKinds(got), tt.names, tt.first, tt.doubts)
			}
		}
	}
}

// TestAboveTheTable: the error about what is above a table says how to pass over it, and about cells how to find them.
func TestAboveTheTable(t *testing.T) {
	t.Parallel()
	const rows = "a,b,c\n1,2,x\n3,4,y\n5,6,z\n7,8,x\n"
	for _, tt := range []struct {
		name, text string
		target     error
		line       int
		parts      []string
		options    []Option // that are advised, and read it
		not        string
	}{
		{"a title", "My report\n" + rows, ErrRagged, 2, []string{`table.Skip(1), if the table begins in line 2`}, []Option{Skip(1)}, "Comment"},
		{"titles and blank lines", "My report\n\nof 2024\n\n" + rows, ErrRagged, 5, []string{`table.Skip(4)`}, []Option{Skip(4)}, ""},
		{"a title with a separator", "My report, of 2024\n" + rows, ErrRagged, 2, []string{`table.Skip(1)`}, []Option{Skip(1)}, ""},
		{"comments", "% one\n% two\n" + rows, ErrRagged, 3, []string{`table.Comment('%')`, `table.Skip(2)`}, []Option{Comment('%')}, ""},
		{"comments of two characters", "// one\n" + rows, ErrRagged, 2, []string{`table.Comment('/')`}, []Option{Comment('/')}, ""},
		{"rules", "-- one\n" + rows, ErrRagged, 2, []string{`table.Skip(1)`}, []Option{Skip(1)}, "Comment"},
		{"a title as long as the rows", "My report,,\n" + rows, ErrHeader, 1, []string{`"My report,,"`, `table.Skip(1), if the table begins in line 2`, "table.Header(table.Yes)"}, []Option{Skip(1)}, ""},
		{"and a line as empty", "My report,,\n,,\nof 2024,,\n" + rows, ErrHeader, 1, []string{`table.Skip(3)`}, []Option{Skip(3)}, ""},
		{"a title of texts", ",My report\na,b\n1,x\n2,y\n", ErrHeader, 1, []string{`table.Skip(1)`}, []Option{Skip(1)}, ""},
		{"a header that lacks a name", "a,b\n0.5,1,2\n1.5,3,4\n", ErrRagged, 2, []string{"a name too few"}, nil, ""},
		{"names of rows that come again", "a,b\nx,1,2\nx,3,4\n", ErrRagged, 2, []string{"a name too few"}, nil, ""},
		{"a cell behind the header", "a,b\n1,2,\n3,4,\n" + strings.Repeat("5,6,\n", sampleRecords) + "7,8,x\n", ErrRagged, sampleRecords + 4, []string{`"x"`}, nil, ""},
		{"a separator behind one line", "a,b\n1,2\n3,4,\n5,6\n", ErrRagged, 3, []string{"remove the separators"}, nil, "Comma"},
		{"a late comment", "a,b\n1,2\n% x\n3,4\n", ErrRagged, 3, []string{"comments"}, nil, "Comma"},
		{"nothing is left", "a\nb\n", ErrNoRows, 0, []string{"2 lines that are skipped", "table.Skip"}, nil, ""},
		{"a cell that blanks hide", "a b c\n1 2 3\n4   6\n", ErrRagged, 3, []string{"NA"}, nil, ""},
		{"a last cell that blanks hide", "a b c\n1 2 3\n4 5 \n", ErrRagged, 3, []string{"NA"}, nil, ""},
		{"quotes before another separator", "\"a\":\"b\"\n\"x\":\"y\"\n", ErrQuote, 1, []string{"table.Comma(':')"}, []Option{Comma(':')}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var skipped []Option
			switch {
			case tt.target == ErrNoRows:
				skipped = []Option{Skip(2)}
			case strings.Contains(tt.name, "blanks hide"):
				skipped = []Option{Comma(' ')}
			}
			_, err := Read(strings.NewReader(tt.text), append(skipped, Name("t"), chunkBytes(7))...)
			column := 0
			if tt.target == ErrQuote || strings.Contains(tt.name, "behind the header") {
				column = map[bool]int{true: 1, false: 3}[tt.target == ErrQuote]
			}
			wantError(t, err, tt.target, tt.line, column, tt.parts...)
			if err != nil && tt.not != "" && strings.Contains(err.Error(), tt.not) {
				t.Errorf("%s helps nothing: %v", tt.not, err)
			}
			if tt.options == nil {
				return
			}
			if got, err := Read(strings.NewReader(tt.text), tt.options...); err != nil || !got.Dialect().Header || got.Rows() < 1 || len(got.Columns()) < 2 {
				t.Errorf("what is advised does not read it: %v", err)
			}
		})
	}
}

// TestRivals: a table of one column says what may separate cells in it, if nothing else can be done with it.
func TestRivals(t *testing.T) {
	t.Parallel()
	for _, comma := range []string{":", "^", "~", "!", "\x01", "\x1f", "::", "/"} {
		text := strings.ReplaceAll("p,q,label\n0.5,1,yes\n0.25,2,no\n0.75,3,yes\n", ",", comma)
		got := read(t, text)
		_, err := Infer(got, nil)
		wantError(t, err, ErrLabel, 0, 0, fmt.Sprintf("table.Comma(%q)", comma[0]))
		if doubtKinds(got) != "header comma" {
			t.Errorf("%q: doubts %q", comma, doubtKinds(got))
		}
		if got := read(t, text, Comma(rune(comma[0]))); len(got.Columns()) < 3 {
			t.Errorf("%q, said: %d columns", comma, len(got.Columns()))
		}
	}
	for _, text := range []string{"at\n10:00\n11:30\n", "10:00\n11:30\n", "Full name\nJohn Smith\nEve Stone\n", "day\n2024-01-31\n", "x\n1.5\n"} {
		if got := doubtKinds(read(t, text)); strings.Contains(got, "comma") {
			t.Errorf("%q: doubts %q", text, got)
		}
	}
}
