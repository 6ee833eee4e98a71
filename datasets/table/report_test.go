package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExamplesOfEachCause: what is wrong with a column's cells is said with examples of its own, and of more rows too.
func TestExamplesOfEachCause(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, lines("n,town,label", repeat(3, "1,Rome,a", "2,Paris,b", "3,Rome,a")...)), nil, nil)
	table := read(t, lines("n,town", "NA,Oslo", "seven,", "9,Rome", "8,Oslo", "nine,Bern", "9,Kiev", "-1,Riga", "1,Lodz", "7,Rome"))
	want := `column n: 1 cell missing where training had none ("NA"); 2 cells not of the column's kind, taken for missing ("seven", "nine"); 5 cells outside of the range of training ("9", "8", "-1"); ` +
		`column town: 1 cell missing where training had none; 6 cells never seen in training ("Oslo", "Bern", "Kiev")`
	if _, said := encode(t, e, table, nil); said != want {
		t.Errorf("got %s, want %s", said, want)
	}
	var all Report
	for row := range table.Rows() {
		_, report, err := e.Encode(table, []int{row})
		if err != nil {
			t.Fatal(err)
		}
		all.Add(report)
	}
	var said []string
	for i := range all.Columns {
		said = append(said, all.Columns[i].String())
	}
	if got := strings.Join(said, "; "); got != want || all.Rows != table.Rows() {
		t.Errorf("row by row: got %s, want %s", got, want)
	}
}

// TestContraryCells: cells that fit another order of day and month than the learnt one, or another decimal point, cast doubt on those that
// fit both.
func TestContraryCells(t *testing.T) {
	t.Parallel()
	dates := func(layout string) string {
		var rows []string
		for day := 1; day <= 28; day++ {
			at := time.Date(2024, time.Month(1+day%12), day, 0, 0, 0, 0, time.UTC)
			rows = append(rows, at.Format(layout)+",1.5,"+[]string{"a", "b"}[day%2])
		}
		return lines("x,n,label", rows...)
	}
	numbers := func(point string) string {
		var rows []string
		for i := range 20 {
			rows = append(rows, fmt.Sprintf("%d%s%d;1;%s", i*100, point, i%10, []string{"a", "b"}[i%2]))
		}
		return lines("x;n;label", rows...)
	}
	for _, c := range []struct {
		train, cells string // cells with a bar between
		want         string
	}{
		{dates("02/01/2006"), "03/04/2024|25/04/2024", ""},
		{dates("02/01/2006"), "03/04/2024|04/25/2024|05/05/2024|07/06/2024|", `2 cells doubtful, read as dmy while others fit mdy alone ("03/04/2024", "07/06/2024")`},
		{dates("01/02/2006"), "03/04/2024|25/04/2024", `1 cell doubtful, read as mdy while others fit dmy alone ("03/04/2024")`},
		{dates("1/2/06"), "3/4/24|25/4/24", "read as mdy while others fit ymd or dmy alone"},
		{dates("1.2.06 15:04"), "3.4.24 10:30|25.4.24 9:15", "read as mdy while others fit ymd or dmy alone"},
		{dates("06-01-02"), "03-04-05|12-04-31", "read as ymd while others fit dmy or mdy alone"},
		{dates("06-01-02"), "03-04-05|12-31-04", "read as ymd while others fit mdy alone"},
		{dates("02/01/2006"), "03/04/2024|2024-04-25|25.04.2024|unknown", ""},
		{dates("2006-01-02"), "2024-04-03|2024-25-04", ""},
		{dates("2 Jan 2006"), "3 Apr 2024|Apr 25, 2024", ""},
		{numbers("."), "1.234|5.5|1.000,5|250", `1 cell doubtful, read as 1234.5 while others fit 1.234,5 alone ("1.234")`},
		{numbers("."), "1.234|5.5|250|1,5", "1 cell doubtful"},
		{numbers("."), "1.234|5.25|1,000.5", ""},
		{numbers(","), "1,234|5,5|2.5", "1 cell doubtful"},
		{numbers(","), "1,234|5,5|2.250,5", ""},
	} {
		options := []InferOption{NoLabel()}
		if strings.Contains(c.train, "\n24-") {
			options = append(options, As("x=ymd")) // dmy fits, too
		}
		e := fit(t, read(t, c.train), nil, options)
		for _, point := range []string{".", ","} { // whatever the reader takes for the decimal point, for columns that are not used
			note := strings.Replace("1.5;2.5;3.5", ".", point, 3)
			table := read(t, lines("n;x;label;p;q;r", "1;"+strings.ReplaceAll(c.cells, "|", ";a;"+note+"\n1;")+";b;"+note), Comma(';'))
			if got := string(table.Dialect().Decimal); got != point {
				t.Errorf("%s: the decimal point is %s, want %s", c.cells, got, point)
			}
			_, said := encode(t, e, table, nil)
			if doubtful := strings.Contains(said, "doubtful"); doubtful != (c.want != "") || !strings.Contains(said, c.want) {
				t.Errorf("%s, with %s: said is %q, want %q", c.cells, point, said, c.want)
			}
			// A row alone is doubtful, too.
			_, first := encode(t, e, table, []int{0})
			if doubtful := strings.Contains(first, "1 cell doubtful"); doubtful != (c.want != "") {
				t.Errorf("%s, with %s: of the first row said is %q", c.cells, point, first)
			}
		}
	}
}

// TestOddCell: one cell that is not as the others makes a column another kind if it is trained on. Which part it falls into hangs on the
// seed, and either way it is said.
func TestOddCell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		odd   string
		cell  func(i int) string
		kind  Kind
		doubt DoubtKind // where it is trained on
	}{
		{"seven", func(i int) string { return fmt.Sprintf("%d.5", i*i%37) }, Number, DoubtWords},
		{"soon", func(i int) string { return fmt.Sprintf("2024-01-%02d", 1+i%28) }, Date, DoubtWords},
		{"13/01/2024", func(i int) string { return fmt.Sprintf("2024-01-%02d", 1+i%28) }, Date, DoubtWords},
		{"perhaps", func(i int) string { return []string{"yes", "no"}[i*i%3%2] }, Boolean, DoubtWords},
	} {
		var rows []string
		for i := range 40 {
			rows = append(rows, fmt.Sprintf("%s,%d,%s", c.cell(i), i*7%13, []string{"a", "b"}[i%2]))
		}
		rows[17] = c.odd + ",5,a"
		table := read(t, lines("x,z,label", rows...))
		outside := 0
		for seed := range uint64(20) {
			p, err := Split(table, nil, infer(t, table), 0.25, seed)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Infer(table, p.Train)
			if err != nil {
				t.Fatal(err)
			}
			e, err := Fit(table, p.Train, s)
			if err != nil {
				t.Fatal(err)
			}
			_, report, err := e.Encode(table, p.Test)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(p.Train, 17) {
				if d := s.doubts(c.doubt); s.Fields[0].Kind != Category || len(d) != 1 || !strings.Contains(d[0], c.odd) {
					t.Errorf("%s, seed %d, trained on: %s, doubts are %q", c.odd, seed, s.Fields[0].Kind, d)
				}
				continue
			}
			outside++
			if s.Fields[0].Kind != c.kind || len(report.Columns) == 0 || report.Columns[0].Unread.N != 1 || report.Columns[0].Unread.Examples[0] != c.odd {
				t.Errorf("%s, seed %d, tested on: %s, report is %+v", c.odd, seed, s.Fields[0].Kind, report.Columns)
			}
		}
		if outside == 0 || outside == 20 {
			t.Errorf("%s was tested on with %d of 20 seeds", c.odd, outside)
		}
	}
}
