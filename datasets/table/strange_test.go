package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// pools are cells that may stand in one column.
var pools = [][]string{
	{"1", "2", "3", "-7", "1e300", "-1e300", "5e-324", "1.5", ""},
	{"1.234", "12.345", "1,234", "1,5", "1.234.567", "NA"},
	{"5 %", "7%", "-3 %", "12", "€5", "5 $", "−4", "(3)", "１２", "3 kg"},
	{"2024-01-01", "01/02/2024", "13/02/2024", "1.2.24", "2024-01-01T10:00Z", "2024-01-01 10:00+02:00", "10:30", "-", "0001-01-01", "9999-12-31", "2024-05", "13/2024", "May 2024"},
	{"yes", "no", "Yes", "true", "f", "t", "", "maybe"},
	{"01", "1", "10", "007", "9007199254740993", "9007199254740992", "+5"},
	{"Rome", "rome", " Rome", "Paris", "NA", "?", "\x1b[2J", "naïve", "a,b", `say "x"`},
	{"this is a rather long remark about it", "and this is yet another long remark", "short"},
	{" ", "", "NaN", "null"},
	{"%", "$", "€", ".", ",", "1,", "1.2.3.4", "1 2", "+", "--5", "5-", "0x1F", "1_0", "inf", "(5)"},
}

// TestStrangeTables: whatever stands in a table, it becomes an error or finite features, the same for a row alone and from what was saved.
func TestStrangeTables(t *testing.T) {
	t.Parallel()
	options := [][]InferOption{nil, {Na("NA", "1", "")}, {NoLabel()}, {AsTask(Regression)}, {AsTask(Classification)}, {As("a=category", "b=number")}, {As("a=boolean", "b=decimal_comma")},
		{As("a=date", "b=dmy")}, {As("a=1<2<yes<no", "b=code")}, {As("a=text", "b=identifier", "c=constant")}, {Only("a", "b")}, {WeightColumn("a"), GroupColumn("b"), PastFutureColumn("c")}}
	encoded := 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 1))
		columns, rows := 4, 2+r.IntN(30)
		var text strings.Builder
		text.WriteString("a;b;c;d\n")
		pool, size := make([]int, columns), make([]int, columns)
		for i := range pool {
			pool[i] = r.IntN(len(pools))
			size[i] = 1 + r.IntN(len(pools[pool[i]]))
		}
		for range rows {
			for i := range columns {
				cell := pools[pool[i]][r.IntN(size[i])]
				fmt.Fprintf(&text, `"%s"`, strings.ReplaceAll(cell, `"`, `""`))
				text.WriteByte(";\n"[flag(i == columns-1)])
			}
		}
		table := read(t, text.String(), Comma(';'), Header(Yes), Decimal([]rune{'.', ','}[r.IntN(2)]))
		o := options[r.IntN(len(options))]
		train := r.Perm(rows)[:1+rows/2]
		s, err := Infer(table, train, o...)
		if err != nil {
			continue
		}
		for i := range s.Fields {
			if s.Fields[i].Why == "" && s.Fields[i].Refused == nil {
				t.Fatalf("seed %d: %+v: why?", seed, s.Fields[i])
			}
			_, _ = s.Fields[i].Plan(), s.Fields[i].Range()
		}
		if _, err := s.InTimeOrder(table, nil); err != nil {
			t.Fatal(seed, err)
		}
		all, _ := table.rowsOrAll(nil)
		if p, err := Split(table, nil, s, 0.3, seed); err == nil {
			checkParts(t, p, all)
		}
		if p, err := SplitTime(table, nil, s, "a", 0.3); err == nil {
			checkParts(t, p, all)
		}
		e, err := Fit(table, train, s, ScaleBy(ScaleKinds()[r.IntN(len(ScaleKinds()))]), RareBelow(r.IntN(4)))
		if err != nil {
			continue
		}
		encoded++
		x, _, err := e.Encode(table, nil)
		if err != nil || !allFinite(x) {
			t.Fatalf("seed %d: %v, %v\n%s", seed, err, x, text.String())
		}
		row := r.IntN(rows)
		if alone, _, err := e.Encode(table, []int{row}); err != nil || !sameBits(alone, x[row*e.Width():][:e.Width()]) {
			t.Fatalf("seed %d: row %d alone, %v", seed, row, err)
		}
		saved, err := json.Marshal(e)
		if err != nil {
			t.Fatal(seed, err)
		}
		var again Encoder
		if err := json.Unmarshal(saved, &again); err != nil {
			t.Fatalf("seed %d: %v\n%s\n%s", seed, err, saved, text.String())
		}
		if y, _, err := again.Encode(table, nil); err != nil || !sameBits(x, y) {
			t.Fatalf("seed %d: what was saved is another encoder, %v", seed, err)
		}
		// Training rows hold nothing that was not foreseen, but others may cast doubt on them.
		foreseen := func(c ColumnReport) bool { return c.Doubtful.N > 0 && c.Gaps.N+c.Unseen.N+c.Unread.N+c.Outside.N == 0 }
		if _, report, err := e.Encode(table, train); err != nil || len(slices.DeleteFunc(report.Columns, foreseen)) > 0 {
			t.Fatalf("seed %d: %v, %v\n%s", seed, report.Columns, err, text.String())
		}
	}
	if encoded < 300 {
		t.Errorf("%d tables were encoded", encoded)
	}
}

// TestNotToBeGuessed: what is refused, or doubted, since a guess would be wrong without a word.
func TestNotToBeGuessed(t *testing.T) {
	t.Parallel()
	numbers := func(n int, format string) (rows []string) {
		for i := range n {
			rows = append(rows, fmt.Sprintf(format, i*7%n, i%3))
		}
		return rows
	}
	mixed := append(numbers(30, `"%d,25",%d.5`), numbers(30, `%d.75,%d.5`)...)
	if err := infer(t, read(t, lines("x,y", mixed...))).Err(); !errors.Is(err, ErrMixed) || !strings.Contains(err.Error(), "written in several ways") {
		t.Errorf("decimal points and commas in a column: %v", err)
	}
	labels := append(numbers(60, "%[2]d.5,%[1]d.25"), "1.5,err")
	if _, err := Infer(read(t, lines("x,y", labels...)), nil, Labels("y")); !errors.Is(err, ErrUnlike) || !strings.Contains(err.Error(), `the labels are numbers, but "err"`) {
		t.Errorf("one label that is no number: %v", err)
	}
	if s := infer(t, read(t, lines("x,y", labels...)), Labels("y"), AsTask(Classification)); len(s.Targets[0].Classes) != 61 {
		t.Errorf("asked for classes, there are %d", len(s.Targets[0].Classes))
	}
	rank := infer(t, read(t, lines("rank,x,y", numbers(60, "%d,%[2]d.5,%[1]d.25")...)))
	if d := rank.doubts(DoubtIdentifier); len(d) != 1 || !strings.Contains(d[0], "rank=number") {
		t.Errorf("a rank is doubted as %q", d)
	}
	var levels []string
	for i := range 300 {
		levels = append(levels, fmt.Sprintf("l%d,%d.5", min(i, 250)%251, i%7))
	}
	e := fit(t, read(t, lines("l,y", levels...)), nil, []InferOption{As("l=category")})
	if d := e.Doubts(); len(d) != 1 || !strings.Contains(d[0].What, "250 of 251 levels, in 250 rows, are too rare") {
		t.Errorf("rare levels are doubted as %v", d)
	}
	for name, c := range map[string]struct {
		cells []string
		kind  DoubtKind
		want  string
	}{
		"months as numbers": {[]string{"202401", "202402", "202312", "202401", "202403", "202403"}, DoubtWords, "may be a month"},
		"with a point":      {[]string{"2024.01", "2024.02", "2023.12", "2024.10", "2024.03", "2024.03"}, DoubtWords, "may be a month"},
		"the month first":   {[]string{"01.2024", "02.2024", "12.2023", "10.2024", "03.2024", "03.2024"}, DoubtWords, "may be a month"},
		"no months":         {[]string{"2024.01", "2024.02", "2023.13", "2024.1", "2024.03", "2024.03"}, DoubtWords, ""},
		"days":              {[]string{"20240131", "20240229", "20231224", "20240101", "20240202", "20240303"}, DoubtWords, "may be a day"},
		"no days":           {[]string{"20240131", "20240230", "20231224", "20240101", "20240202", "20240303"}, DoubtWords, ""},
		"composed":          {[]string{"caf\u00e9", "cafe\u0301", "bar", "bar", "bar", "caf\u00e9"}, DoubtLevels, "how letters are composed"},
		"words with digits": {[]string{"B2", "C3", "B2", "C3", "B2", "C3"}, DoubtWords, ""},
	} {
		if d := infer(t, read(t, column(c.cells...))).doubts(c.kind); (len(d) > 0) != (c.want != "") || c.want != "" && !strings.Contains(d[0], c.want) {
			t.Errorf("%s: doubts are %q", name, d)
		}
	}
	births := read(t, lines("born,y", "20/05/69,1.5", "21/05/68,2.5", "13/01/40,3.5"))
	if d := infer(t, births).doubts(DoubtCentury); len(d) != 1 || !strings.Contains(d[0], "the latest is 2068") {
		t.Errorf("births of the last century are doubted as %q", d)
	}
	if d := infer(t, read(t, lines("day,y", "20/05/69,1.5", "21/05/18,2.5", "13/01/24,3.5"))).doubts(DoubtCentury); len(d) != 0 {
		t.Errorf("days of today are doubted as %q", d)
	}
	for point, want := range map[rune]float64{'.': 1.5, ',': 1500} {
		s := infer(t, read(t, lines("x;y", "1.500;1", "2.500;2", "1.750;3"), Decimal(point)), NoLabel())
		if f := &s.Fields[0]; s.Err() != nil || f.Low != want {
			t.Errorf("with the decimal point %c, 1.500 is %v (%v)", point, f.Low, s.Err())
		}
	}
	// Without a header nothing is above one.
	if n := read(t, "#a,1\n#b,2\nc,3\n", Header(No)).Rows(); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
	if n := read(t, "#a,1\n#b,2\nc,3\n", Header(No), Comment('#')).Rows(); n != 1 {
		t.Errorf("%d rows below comments, want 1", n)
	}
}
