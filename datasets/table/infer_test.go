package table

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// lines makes a table's text of a header and rows.
func lines(header string, rows ...string) string {
	return header + "\n" + strings.Join(rows, "\n") + "\n"
}

// column makes a table of one column, x, beside a label that says nothing, quoted where that is needed.
func column(cells ...string) string {
	var b strings.Builder
	b.WriteString("x,other,label\n")
	for i, c := range cells {
		fmt.Fprintf(&b, "\"%s\",%d.5,%s\n", strings.ReplaceAll(c, `"`, `""`), i*i, []string{"a", "b"}[i%2])
	}
	return b.String()
}

// infer infers a schema that must be there.
func infer(t *testing.T, table *Table, options ...InferOption) *Schema {
	t.Helper()
	s, err := Infer(table, nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// doubts are what a schema doubts of a kind.
func (s *Schema) doubts(kind DoubtKind) (list []string) {
	for _, d := range s.Doubts {
		if d.Kind == kind {
			list = append(list, d.What+" ("+d.Remedy.String()+")")
		}
	}
	return list
}

func repeat(n int, cells ...string) []string {
	var all []string
	for range n {
		all = append(all, cells...)
	}
	return all
}

// TestKinds: what columns are taken for, by their cells alone.
func TestKinds(t *testing.T) {
	t.Parallel()
	var many, sentences []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("%d", 1700000000+7*i))
		sentences = append(sentences, fmt.Sprintf("this is number %d of many long remarks", i%3))
	}
	for _, c := range []struct {
		name    string
		cells   []string
		kind    Kind
		missing int
		use     bool
	}{
		{"decimals", []string{"1.5", "2.25", "3.5", "-4"}, Number, 0, true},
		{"whole", []string{"7", "9", "7", "12"}, Number, 0, true},
		{"all different, yet no id", many, Number, 0, true},
		{"two values are no boolean", repeat(5, "3", "7"), Number, 0, true},
		{"one value and gaps are no boolean", repeat(5, "3", ""), Number, 5, true},
		{"one text and gaps", repeat(5, "grass", ""), Category, 5, true},
		{"0 and 1", repeat(5, "0", "1"), Number, 0, true},
		{"missing words", []string{"1.5", "NA", "N/A", "#N/A", "#DIV/0!", "NaN", "nan", "null", "None", "?", "-", "", "2"}, Number, 11, true},
		{"words of no number stay levels", []string{"NA", "DE", "NA", "FR", "DE", "?", ""}, Category, 1, true},
		{"booleans", repeat(4, "TRUE", "FALSE"), Boolean, 0, true},
		{"of any case, with gaps", repeat(4, "Yes", "no", "", "NO"), Boolean, 4, true},
		{"one truth", repeat(4, "true"), Constant, 0, false},
		{"truth and another", repeat(4, "true", "false", "maybe"), Category, 0, true},
		{"thousands", []string{"1,234", "12,345.5", "1,234,567"}, Number, 0, true},
		{"decimal commas", []string{"1,5", "1.234,25", "-2"}, Number, 0, true},
		{"spaces and apostrophes", []string{"1 234,5", "12\u00a0345,5", "7"}, Number, 0, true},
		{"Swiss", []string{"1'234.5", "12’345", "7"}, Number, 0, true},
		{"percent", []string{"12 %", "7.5%", "-3%"}, Number, 0, true},
		{"currency", []string{"$1,234.50", "-$3", "$ 4"}, Number, 0, true},
		{"currency behind", []string{"1.234,50 €", "3 €", "4"}, Number, 0, true},
		{"Unicode's minus", []string{"−5", "3", "4.5"}, Number, 0, true},
		{"hexadecimals", repeat(3, "0x1F", "0x20"), Category, 0, true},
		{"underscores", repeat(3, "1_000", "2_000"), Category, 0, true},
		{"brackets", repeat(3, "(5)", "4"), Number, 0, true},
		{"brackets alone", repeat(3, "(5)", "(4)"), Category, 0, true},
		{"brackets and words", repeat(3, "(5)", "4", "(x)"), Category, 0, true},
		{"wide digits", []string{"１２", "３．５", "－４", "7"}, Number, 0, true},
		{"wide zeros in front", repeat(3, "０１", "０２"), Category, 0, true},
		{"months", []string{"2024-05", "2023-12", "NA", "2024-5"}, Date, 1, true},
		{"months of names", []string{"May 2024", "dec 2023"}, Date, 0, true},
		{"a month that is none", repeat(2, "2024-05", "2024-13"), Category, 0, true},
		{"parts of names", repeat(2, "1-2001", "7-4567"), Category, 0, true},
		{"seasons", repeat(2, "2009/10", "2010/11", "2011/12"), Category, 0, true},
		{"months with hours", repeat(2, "2024-05 10:30", "2024-06 11:30"), Category, 0, true},
		{"infinities", repeat(3, "inf", "1.5", "2.5", "-inf"), Category, 0, true},
		{"zeros in front", repeat(3, "01", "02", "10"), Code, 0, true},
		{"too long for float64", repeat(3, "9007199254740993", "9007199254740992"), Code, 0, true},
		{"ISO dates", []string{"2024-01-31", "2024-02-01", "", "NA"}, Date, 2, true},
		{"dates with times", []string{"2024-01-31 10:30", "2024-02-01T11:00:05.25", "2024-02-03"}, Date, 0, true},
		{"zones", []string{"2024-01-31T10:30:00Z", "2024-02-01T11:00:00+00:00"}, Date, 0, true},
		{"German dates", []string{"31.01.2024", "1.2.2024"}, Date, 0, true},
		{"American dates", []string{"1/31/2024", "2/1/2024 3:15 PM"}, Date, 0, true},
		{"months in short", []string{"3 Feb 2024", "14 Mar 2024"}, Date, 0, true},
		{"times", []string{"10:30", "23:59:59"}, Date, 0, true},
		{"no day of a year", repeat(2, "2024-02-31", "2024-01-01"), Category, 0, true},
		{"dates and others", repeat(2, "2024-02-01", "unknown"), Category, 0, true},
		{"sentences", sentences, FreeText, 0, false},
		{"texts all different", []string{"u1", "u2", "u3", "u4"}, Identifier, 0, false},
		{"numbers of rows", []string{"3", "1", "2", "5", "4"}, Identifier, 0, false},
		{"whole by value alone", []string{"3.0", "1.0", "2.0", "5.0", "4.0"}, Number, 0, true},
		{"from zero", []string{"3", "1", "2", "0", "4"}, Identifier, 0, false},
		{"nothing", repeat(4, ""), Constant, 4, false},
		{"missing words alone", repeat(2, "NA", ""), Constant, 4, false},
		{"one number", repeat(4, "5"), Constant, 0, false},
		{"blanks among numbers", []string{"5", " ", "7.5", " 8 "}, Number, 1, true},
		{"one word among levels", repeat(2, "NULL", "a", "b"), Category, 0, true},
	} {
		f := &infer(t, read(t, column(c.cells...))).Fields[0]
		if f.Kind != c.kind || f.Missing != c.missing || f.Use != c.use || f.Why == "" || f.Refused != nil {
			t.Errorf("%s: got %s (%s), %d missing, use %v, refused %v; want %s, %d, %v", c.name, f.Kind, f.Why, f.Missing, f.Use, f.Refused, c.kind, c.missing, c.use)
		}
	}
}

// TestIdentifiers: names that say id, and what is none.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	const values = "526301100 905104170 903206070 535451330 923228310"
	table := func(name string) *Table {
		rows := strings.Fields(values)
		for i := range rows {
			rows[i] += fmt.Sprintf(",%d.5,%s", i%3, []string{"a", "b"}[i%2])
		}
		return read(t, lines(name+",z,label", rows...))
	}
	for name, want := range map[string]Kind{"PID": Identifier, "customer_id": Identifier, "passengerId": Identifier, "Order No": Identifier, "index": Identifier,
		"paid": Number, "humid": Number, "amount": Number, "t": Number, "notes": Number} {
		if f := infer(t, table(name)).Fields[0]; f.Kind != want || f.Use != (want == Number) {
			t.Errorf("%s: got %s (%s), want %s", name, f.Kind, f.Why, want)
		}
	}
	// An index without a name may count another table's rows.
	text := lines(",z,label", "871,1.5,a", "12,2.5,b", "405,1.25,a", "9,3,b")
	if f := infer(t, read(t, text)).Fields[0]; f.Kind != Identifier || f.Use {
		t.Errorf("got %+v", f)
	}
	// It is never the only feature.
	s := infer(t, read(t, lines("id,label", "1,a", "2,b", "3,a", "4,b")))
	if f := s.Fields[0]; f.Kind != Number || !f.Use || len(s.doubts(DoubtIdentifier)) != 1 {
		t.Errorf("got %+v, %v", f, s.Doubts)
	}
	// Unless somebody says so.
	s = infer(t, read(t, lines("id,label", "1,a", "2,b", "3,a", "4,b")), Drop("id"))
	if f := s.Fields[0]; f.Use {
		t.Errorf("got %+v", f)
	}
}

// TestForms: numbers and dates are read as they were written.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells []string
		want  []float64
		form  NumberForm
	}{
		{[]string{"1,234", "12,345.5", "-1,234,567"}, []float64{1234, 12345.5, -1234567}, NumberForm{Decimal: ".", Thousands: ","}},
		{[]string{"1.234,5", "-2", "0,25"}, []float64{1234.5, -2, 0.25}, NumberForm{Decimal: ",", Thousands: "."}},
		{[]string{"1.234.567", "1.234", "999"}, []float64{1234567, 1234, 999}, NumberForm{Decimal: ",", Thousands: "."}},
		{[]string{"12 %", "+7.5%", "−3%"}, []float64{0.12, 0.075, -0.03}, NumberForm{Decimal: ".", Percent: true}},
		{[]string{"$1,234.50", "-$3", "$ 4"}, []float64{1234.5, -3, 4}, NumberForm{Decimal: ".", Thousands: ",", Currency: "$"}},
		{[]string{"1'234", "1’000’000.5"}, []float64{1234, 1000000.5}, NumberForm{Decimal: ".", Thousands: "'"}},
		{[]string{"1e5", "2,5"}, []float64{1e5, 2.5}, NumberForm{Decimal: ","}},
		{[]string{"1,234.5", "(1,234)", "($ 7.5)", "$(8)", "(0)"}, []float64{1234.5, -1234, -7.5, -8, 0}, NumberForm{Decimal: ".", Thousands: ",", Currency: "$", Brackets: true}},
		{[]string{"(12) %", "7%", "(3%)"}, []float64{-0.12, 0.07, -0.03}, NumberForm{Decimal: ".", Percent: true, Brackets: true}},
		{[]string{"１，２３４．５", "－７", "１２"}, []float64{1234.5, -7, 12}, NumberForm{Decimal: ".", Thousands: ","}},
	} {
		table := read(t, column(c.cells...))
		f := &infer(t, table).Fields[0]
		if f.Kind != Number || f.Refused != nil || *f.Numbers != c.form {
			t.Errorf("%q: got %s, %v, %v, want %v", c.cells, f.Kind, f.Numbers, f.Refused, c.form)
			continue
		}
		read := f.reader(table.columns[0], nil)
		for row, want := range c.want {
			if v, state := read(row); v != want || state != present {
				t.Errorf("%q: got %v, %v, want %v", c.cells[row], v, state, want)
			}
		}
	}
	for _, c := range []struct {
		cells []string
		want  string
		form  DateForm
	}{
		{[]string{"31/01/2024", "02/03/2024"}, "2024-01-31 2024-03-02", DateForm{Layout: "2/1/2006"}},
		{[]string{"01/31/2024", "02/03/2024"}, "2024-01-31 2024-02-03", DateForm{Layout: "1/2/2006"}},
		{[]string{"2024-01-31T10:30:00+02:00", "2024-03-02 00:00:00+0200"}, "2024-01-31 10:30:00 2024-03-02", DateForm{Layout: "2006-1-2", Zone: "+02:00"}},
		{[]string{"Jan 31, 2024", "may 2, 2024"}, "2024-01-31 2024-05-02", DateForm{Layout: "Jan 2, 2006"}},
		{[]string{"31.1.99", "2.3.01 12:00 am"}, "1999-01-31 2001-03-02", DateForm{Layout: "2.1.06"}},
		{[]string{"10:30", "12:05 pm"}, "10:30:00 12:05:00", DateForm{}},
		{[]string{"13:45", "9:05"}, "13:45:00 09:05:00", DateForm{}},
		{[]string{"2024-05", "2023-12"}, "2024-05-01 2023-12-01", DateForm{Layout: "2006-1"}},
		{[]string{"05/2024", "12/2023"}, "2024-05-01 2023-12-01", DateForm{Layout: "1/2006"}},
		{[]string{"May 2024", "Dec 2023"}, "2024-05-01 2023-12-01", DateForm{Layout: "Jan 2006"}},
		{[]string{"September-2024", "december-1850"}, "2024-09-01 1850-12-01", DateForm{Layout: "January-2006"}},
		{[]string{"２０２４－０５－３１", "2024-06-01"}, "2024-05-31 2024-06-01", DateForm{Layout: "2006-1-2"}},
	} {
		table := read(t, column(c.cells...))
		f := &infer(t, table).Fields[0]
		if f.Kind != Date || f.Refused != nil || *f.Dates != c.form {
			t.Errorf("%q: got %s, %v, %v, want %v", c.cells, f.Kind, f.Dates, f.Refused, c.form)
			continue
		}
		read := f.reader(table.columns[0], nil)
		var got []string
		for row := range table.Rows() {
			v, _ := read(row)
			got = append(got, dateText(v, f.Dates.Layout))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: got %q, want %q", c.cells, got, c.want)
		}
	}
}

// TestRefused: what two readings fit is not decided, and the option that decides it is named. It
// is not decided either if the column is used for something else.
func TestRefused(t *testing.T) {
	t.Parallel()
	bare := func(cells ...string) string { // without another column that tells what the decimal point is
		var b strings.Builder
		b.WriteString("x,label\n")
		for i, c := range cells {
			fmt.Fprintf(&b, "\"%s\",%s\n", c, []string{"a", "b"}[i%2])
		}
		return b.String()
	}
	for _, c := range []struct {
		text, as string
		err      error
		part     string
		first    float64
	}{
		{bare("1.234", "2.345", "12.5"), "", nil, "", 1.234},
		{bare("1.234", "2.345", "12.500"), "decimal_point", ErrAmbiguous, "1.234 or 1234", 1.234},
		{bare("1.234", "2.345", "12.500"), "decimal_comma", ErrAmbiguous, "decimal_comma", 1234},
		{bare("1,234", "2,345", "12,500"), "decimal_point", ErrAmbiguous, "1234 or 1.234", 1234},
		{bare("1,234", "2,345", "12,500"), "decimal_comma", ErrAmbiguous, "decimal_point", 1.234},
		{bare("0.234", "2.345", "12.500"), "", nil, "", 0.234},
		{column("01/02/2024", "03/04/2024"), "dmy", ErrAmbiguous, "day, month", 1706745600},
		{column("01/02/2024", "03/04/2024"), "mdy", ErrAmbiguous, "dmy", 1704153600},
		{column("24-01-12", "24-02-11"), "ymd", ErrAmbiguous, "ymd", 1705017600},
		{column("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+01:00"), "category", ErrMixed, "+00:00, +01:00", 0},
		{column("2024-01-01T00:00:00Z", "2024-01-01T00:00:00"), "category", ErrMixed, "none", 0},
		{column("5 %", "5"), "category", ErrMixed, "percent", 0},
		{column("5 €", "$5", "$5"), "category", ErrMixed, "currencies", 0},
		{column("(5)", "-4", "3"), "category", ErrMixed, "brackets", 0},
	} {
		table := read(t, c.text)
		s := infer(t, table)
		if err := s.Err(); !errors.Is(err, c.err) {
			t.Errorf("%q: got %v, want %v", c.text, err, c.err)
		}
		if c.err != nil {
			wantError(t, s.Err(), c.err, 0, 1, c.part, `table.As("x=`)
			if f := s.Fields[0]; len(f.Examples) == 0 || f.Distinct < 2 || f.Range() != "" || f.Plan() != "refused" {
				t.Errorf("%q: refused, and all that is said is %+v, %s", c.text, f, f.Range())
			}
			if s := infer(t, table, Drop("x"), Labels("label")); s.Err() != nil {
				t.Errorf("%q: a column that is not used is refused: %v", c.text, s.Err())
			}
			s = infer(t, table, As("x="+c.as))
		}
		if err := s.Err(); err != nil || !s.Fields[0].Use {
			t.Errorf("%q as %s: %v", c.text, c.as, err)
			continue
		}
		if v, _ := s.Fields[0].reader(table.columns[0], []string{"5 %", "2024"})(0); c.as != "category" && v != c.first {
			t.Errorf("%q as %s: got %v, want %v", c.text, c.as, v, c.first)
		}
	}
	// Another column of the file settles it, which is said.
	s := infer(t, read(t, column("1.234", "2.345")))
	if f := s.Fields[0]; f.Refused != nil || f.Numbers.Decimal != "." || len(s.doubts(DoubtDecimal)) != 1 {
		t.Errorf("got %+v, %v", f, s.Doubts)
	}
}

// TestSuspicions: doubts, and none where there is nothing to doubt.
func TestSuspicions(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("quiet,spike,zero,count,city,leak,date,target\n")
	for i := range 40 {
		spike, zero := fmt.Sprint(20+i%17), fmt.Sprint(50+i%13)
		if i%10 == 0 {
			spike, zero = "-999", "0"
		}
		fmt.Fprintf(&b, "%d.%d,%s,%s,%d,%s,%s,2024-01-%02d,%s\n", i*i%37, i%7, spike, zero, i*i%37%6, []string{"Rome", "rome", "Paris"}[i%3],
			[]string{"k", "l", "m", "n"}[i%4], i%30+1, []string{"p", "q"}[i%2])
	}
	s := infer(t, read(t, b.String()))
	var got []string
	for _, d := range s.Doubts {
		got = append(got, fmt.Sprintf("%d %s", d.Column, d.Kind))
		if d.What == "" || d.Remedy == nil {
			t.Errorf("got %+v", d)
		}
	}
	want := []string{"1 spike", "2 spike", "4 levels", "5 leak", "6 time"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: %v", got, want, s.Doubts)
	}
	s = infer(t, read(t, lines("x,z,label", "1.5,a,p", "2.5,b,q", "1.5,a,p", "1.5,a,p", "1.5,a,q")))
	if d := s.doubts(DoubtTwins); len(d) != 1 || !strings.Contains(d[0], ": 2") {
		t.Errorf("got %q", d)
	}
	s = infer(t, read(t, column("1.5", "2.5", "3", "4", "5", "missing")))
	if d := s.doubts(DoubtWords); len(d) != 1 || !strings.Contains(d[0], `"missing"`) || !strings.Contains(d[0], "table.Na") {
		t.Errorf("got %q", d)
	}
	// Of labels, what is said of classes, once.
	s = infer(t, read(t, lines("x,label", "1.5,a", "2.5,a ", "3.5,b", "4.5,b", "5.5,c", "6.5,d")))
	if d := s.doubts(DoubtLevels); len(d) != 2 || !strings.Contains(d[0], "classes differ") || !strings.Contains(d[1], `classes in one row alone, 4: "a", "a ", "c", "d"`) {
		t.Errorf("got %q", d)
	}
	var nearly, alone []string
	for i := range 36 {
		alone = append(alone, fmt.Sprintf("%d.5,u%d", i, i%35))
	}
	if d := infer(t, read(t, lines("x,label", alone...))).doubts(DoubtIdentifier); len(d) != 0 {
		t.Errorf("got %q", d)
	}
	// Times of day have no past.
	s = infer(t, read(t, lines("at,x,label", "10:30,1.5,a", "11:45,2.5,b", "09:15,3.5,a", "10:30,4.5,b")))
	if d := s.doubts(DoubtTime); len(d) != 0 || s.Fields[0].Kind != Date {
		t.Errorf("got %q", d)
	}
	for i := range 36 {
		nearly = append(nearly, fmt.Sprintf("u%d", min(i, 34)))
	}
	if d := infer(t, read(t, column(nearly...))).doubts(DoubtIdentifier); len(d) != 1 || !strings.Contains(d[0], "35 levels in 36 rows") {
		t.Errorf("got %q", d)
	}
	s = infer(t, read(t, column("NA", "DE", "NA", "DE")))
	if d := s.doubts(DoubtWords); len(d) != 1 || !strings.Contains(d[0], `"NA", in 2 rows`) {
		t.Errorf("got %q", d)
	}
	// A number that follows from the label.
	b.Reset()
	b.WriteString("celsius,noise,fahrenheit\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d.5,%d,%g\n", i*7%30, i*i%11, float64(i*7%30)*1.8+32.9)
	}
	if d := infer(t, read(t, b.String())).doubts(DoubtLeak); len(d) != 1 || !strings.Contains(d[0], "celsius") {
		t.Errorf("got %q", d)
	}
	// Of many rows, too.
	b.Reset()
	b.WriteString("early,noise,label\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "%d.5,%d.25,%s\n", 1_000_000+i*7919%50_000, i*104729%49_999, []string{"p", "q"}[flag(i*7919%50_000 < 20_000)])
	}
	if d := infer(t, read(t, b.String())).doubts(DoubtLeak); len(d) != 1 || !strings.Contains(d[0], "early") {
		t.Errorf("got %q", d)
	}
	// Rows in order.
	table := openCase(t, "timestamps.csv")
	s = infer(t, table)
	doubts, err := s.InTimeOrder(table, nil)
	if err != nil || len(doubts) != 1 || doubts[0].Column != 0 {
		t.Errorf("got %v, %v", doubts, err)
	}
	// The schema knows the training part alone.
	part, err := Split(table, nil, s, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	trained, err := Infer(table, part.Train)
	if err != nil {
		t.Fatal(err)
	}
	if doubts, err = trained.InTimeOrder(table, nil); err != nil || len(doubts) != 1 {
		t.Errorf("of a schema of the training part: got %v, %v", doubts, err)
	}
	if doubts, err = infer(t, table, PastFutureColumn("t")).InTimeOrder(table, nil); err != nil || len(doubts) != 0 {
		t.Errorf("split by time: got %v, %v", doubts, err)
	}
	dates := openCase(t, "c40_dates.csv")
	for want, options := range map[int][]InferOption{1: {Labels("c")}, 0: {Labels("c"), PastFutureColumn("d")}} {
		if d := infer(t, dates, options...).doubts(DoubtTime); len(d) != want {
			t.Errorf("got %q, want %d", d, want)
		}
	}
	if doubts, err = s.InTimeOrder(table, rand.New(rand.NewPCG(1, 2)).Perm(table.Rows())); err != nil || len(doubts) != 0 {
		t.Errorf("got %v, %v", doubts, err)
	}
}
