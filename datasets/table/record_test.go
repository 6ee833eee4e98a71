package table_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/datasets/table"
)

// kinds is a table of columns of all kinds, in forms that people write.
const kinds = `area;price;rate;town;zip;zone;open;day;when;month;grade;flag;left;label
0,5;1.234,50 €;12 %;Rome;01234;7;yes;2024-01-05;2024-01-05 10:30 +02:00;2024-01;low;True;x;p
1,25;2.000,00 €;15 %;Oslo;00501;12;no;2024-02-29;2024-02-29 23:59:59 +02:00;2024-02;high;False;x;q
-3;10,00 €;0,5 %;Rome;01234;7;yes;2023-12-31;2023-12-31 00:00 +02:00;2023-12;mid;True;x;p
7,75;999,99 €;3 %;Bern;20500;30;no;2024-06-15;2024-06-15 12:00 +02:00;2024-06;low;False;x;q
NA;50,00 €;7 %;Oslo;00501;12;yes;2024-03-01;2024-03-01 08:15 +02:00;2024-03;high;maybe;x;p
2,5;60,00 €;8 %;;20500;30;no;2024-05-01;2024-05-01 09:00 +02:00;2024-05;mid;True;x;q
`

// encoderOf is fitted to a table that comes again and again, so that nothing in it is rare.
func encoderOf(t testing.TB, text string, options ...table.InferOption) *table.Encoder {
	t.Helper()
	header, rows, _ := strings.Cut(text, "\n")
	tab, err := table.Read(strings.NewReader(header + "\n" + strings.Repeat(rows, 10)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := table.Infer(tab, nil, append([]table.InferOption{table.Labels("label")}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := table.Fit(tab, nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func kindsEncoder(t testing.TB) *table.Encoder {
	return encoderOf(t, kinds, table.As("zip=code", "zone=code", "grade=low<mid<high", "town=category", "flag=category"))
}

// sameBits compares features.
func sameBits(got, want []float32) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			return false
		}
	}
	return true
}

// row is a record of texts of a row of a table.
func row(tab *table.Table, e *table.Encoder, i int) map[string]any {
	record := map[string]any{}
	for c, f := range e.Schema().Fields {
		record[f.Key()] = tab.Columns()[c].Text(i)
	}
	return record
}

// TestRecordsAreRows: records of cells become what the rows of a file do, and cells that are missing, unseen and outside are reported as they are.
func TestRecordsAreRows(t *testing.T) {
	e := kindsEncoder(t)
	tab, err := table.Read(strings.NewReader(kinds + "1000,5;x;1;Kyiv;99999;1;perhaps;2030-01-01;2024-01-05 10:30;2024-13;worst;no;y;\n;;;;;;;;;;;;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := e.Records()
	x := make([]float32, r.Width())
	for i := range tab.Rows() {
		want, wantReport, err := e.Encode(tab, []int{i})
		if err != nil {
			t.Fatal(err)
		}
		report, err := r.Encode(row(tab, e, i), x)
		if err != nil {
			t.Fatal(err)
		}
		if !sameBits(x, want) {
			t.Errorf("row %d: got %v, want %v", i, x, want)
		}
		var got []table.ColumnReport
		if report != nil {
			got = report.Columns
		}
		if len(got) != len(wantReport.Columns) {
			t.Errorf("row %d: reported %v, want %v", i, got, wantReport.Columns)
			continue
		}
		for j := range got {
			if got[j].String() != wantReport.Columns[j].String() {
				t.Errorf("row %d: reported %s, want %s", i, got[j].String(), wantReport.Columns[j].String())
			}
		}
	}
}

type town string

// TestValues: what a program gives becomes what a cell of a file does, by a record and by a table of structs and of records.
func TestValues(t *testing.T) {
	e := kindsEncoder(t)
	base, err := table.Read(strings.NewReader(kinds))
	if err != nil {
		t.Fatal(err)
	}
	east, nepal := time.FixedZone("", 2*3600), time.FixedZone("NPT", 5*3600+45*60)
	price, none := 2000.0, (*float64)(nil)
	for _, c := range []struct {
		column, cell string
		values       []any
	}{
		{"area", "0,5", []any{0.5, float32(0.5), json.Number("0.5"), json.Number("5e-1")}},
		{"area", "-3", []any{-3, int8(-3), int64(-3), -3.0, json.Number("-3")}},
		{"area", "1,234", []any{1.234, json.Number("1.234")}},
		{"area", "", []any{nil, none, math.NaN(), float32(math.NaN())}},
		{"area", "9007199254740993", []any{int64(9007199254740993), uint64(9007199254740993), 9007199254740992.0}},
		{"price", "2.000,00 €", []any{2000, &price, uint16(2000)}},
		{"town", "Rome", []any{"Rome", town("Rome")}},
		{"town", "", []any{nil, (*string)(nil), ""}},
		{"zip", "01234", []any{1234, int32(1234), 1234.0, json.Number("1234"), json.Number("01234"), "01234"}},
		{"zip", "99999", []any{99999, 99999.5, json.Number("99999")}},
		{"zone", "7", []any{7, 7.0, uint8(7), json.Number("7.0")}},
		{"open", "yes", []any{true}},
		{"open", "no", []any{false}},
		{"flag", "True", []any{true}},
		{"flag", "False", []any{false}},
		{"day", "2024-02-29", []any{time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 0, 0, 0, 0, nepal)}},
		{"when", "2024-02-29 23:59:59 +02:00", []any{time.Date(2024, 2, 29, 21, 59, 59, 0, time.UTC), time.Date(2024, 2, 29, 23, 59, 59, 0, east), time.Date(2024, 3, 1, 3, 44, 59, 0, nepal)}},
		{"when", "2024-02-29 23:59:59.125 +02:00", []any{time.Date(2024, 2, 29, 21, 59, 59, 125e6, time.UTC)}},
		{"month", "2024-06", []any{time.Date(2024, 6, 17, 3, 0, 0, 0, time.UTC)}},
		{"day", "", []any{time.Time{}, nil}},
		{"grade", "mid", []any{town("mid")}},
	} {
		cells := row(base, e, 0)
		cells[c.column] = c.cell
		text := strings.SplitN(kinds, "\n", 2)[0] + "\n"
		for i, f := range e.Schema().Fields {
			text += map[bool]string{true: ";"}[i > 0] + cells[f.Key()].(string)
		}
		tab, err := table.Read(strings.NewReader(text+"\n"), table.Decimal(','))
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := e.Encode(tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range c.values {
			record := row(base, e, 0)
			record[c.column] = v
			got := make([]float32, e.Width())
			if _, err := e.Records().Encode(record, got); err != nil || !sameBits(got, want) {
				t.Errorf("%s: the record with %T %v becomes %v, %v, want %v", c.column, v, v, got, err, want)
			}
			own, err := table.FromRecords([]map[string]any{record})
			if err != nil {
				t.Errorf("%s: %T %v: %v", c.column, v, v, err)
				continue
			}
			if got, _, err := e.Encode(own, nil); err != nil || !sameBits(got, want) {
				t.Errorf("%s: the table with %T %v becomes %v, %v, want %v", c.column, v, v, got, err, want)
			}
		}
	}
}

// TestRefusedValues: what may be taken in two ways is an error that says what to do.
func TestRefusedValues(t *testing.T) {
	e := kindsEncoder(t)
	base, err := table.Read(strings.NewReader(kinds))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		column string
		value  any
		want   string
	}{
		{"area", true, "a boolean"},
		{"area", time.Now(), "a time"},
		{"area", math.Inf(1), "no finite number"},
		{"area", []int{1}, "a []int is none of"},
		{"area", json.Number("1,5"), "is no number"},
		{"rate", 12, "in percent"},
		{"zip", 9007199254740994.0, "more digits than float64 holds"},
		{"town", true, "none of the column's levels is"},
		{"town", time.Now(), "give the level as text"},
		{"open", 1, "the column is a boolean"},
		{"day", 1700000000, "the column is a date"},
		{"day", true, "the column is a date"},
		{"when", time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), "the year"},
	} {
		record := row(base, e, 0)
		record[c.column] = c.value
		_, err := e.Records().Encode(record, make([]float32, e.Width()))
		if !errors.Is(err, table.ErrValue) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.column) {
			t.Errorf("%s: %v: got %v, want %q", c.column, c.value, err, c.want)
		}
	}
	// 7 and 07 are one number, and True and TRUE one boolean.
	twice := encoderOf(t, "code;word;label\n7;True;p\n07;TRUE;q\n8;no idea;p\n", table.As("code=code", "word=category"))
	for column, v := range map[string]any{"code": 7.0, "word": true} {
		record := map[string]any{"code": 8, "word": "True", column: v}
		_, err := twice.Records().Encode(record, make([]float32, twice.Width()))
		own, _ := table.FromRecords([]map[string]any{record})
		_, _, tableErr := twice.Encode(own, nil)
		if column == "code" { // 7 is spelt so
			if err != nil || tableErr != nil {
				t.Errorf("7: %v, %v", err, tableErr)
			}
			continue
		}
		if !errors.Is(err, table.ErrValue) || !errors.Is(tableErr, table.ErrValue) {
			t.Errorf("%s: %v, %v, want errors", column, err, tableErr)
		}
	}
}

func TestRecordKeys(t *testing.T) {
	e := encoderOf(t, "area;area;town;id;label\n1.5;2;a;x1;p\n2.5;7;b;x2;q\n3;4;a;x3;p\n", table.Drop("id"))
	x := make([]float32, e.Width())
	good := func() map[string]any { return map[string]any{"area#1": 1.5, "area#2": 2, "town": "a"} }
	for _, c := range []struct {
		name    string
		change  func(map[string]any)
		options []table.RecordOption
		want    string
	}{
		{"as learnt", func(map[string]any) {}, nil, ""},
		{"those that are not looked at", func(r map[string]any) { r["id"], r["label"] = struct{}{}, "p" }, nil, ""},
		{"a slip", func(r map[string]any) { delete(r, "town"); r["twon"] = "a" }, nil, `unknown column "twon", did you mean "town"?`},
		{"one too many", func(r map[string]any) { r["colour"] = 1 }, nil, `unknown column "colour"`},
		{"one too many, ignored", func(r map[string]any) { r["colour"] = 1 }, []table.RecordOption{table.IgnoreUnknown()}, ""},
		{"absent", func(r map[string]any) { delete(r, "town") }, nil, `a column is not there: "town"`},
		{"absent, missing", func(r map[string]any) { delete(r, "town") }, []table.RecordOption{table.AbsentIsMissing()}, ""},
		{"absent, though others are ignored", func(r map[string]any) { delete(r, "town"); r["twon"] = "a" }, []table.RecordOption{table.IgnoreUnknown()}, `a column is not there: "town"`},
		{"a slip, though absent ones are missing", func(r map[string]any) { delete(r, "town"); r["twon"] = "a" }, []table.RecordOption{table.AbsentIsMissing()}, `did you mean "town"?`},
		{"a name of two", func(r map[string]any) { delete(r, "area#1"); r["area"] = 1 }, nil, `unknown column "area"`},
	} {
		record := good()
		c.change(record)
		_, err := e.Records(c.options...).Encode(record, x)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	twins := encoderOf(t, "x;x;x#2;label\n1.5;2;3;p\n2.5;7;4;q\n3;4;1;p\n")
	if _, err := twins.Records().Encode(map[string]any{"x#1": 1, "x#2": 2}, make([]float32, twins.Width())); err == nil || !strings.Contains(err.Error(), `would be called "x#2"`) {
		t.Errorf("two columns of a key: %v", err)
	}
	if _, err := e.Records().Encode(good(), x[1:]); err == nil {
		t.Error("there is not room for all features, and no error")
	}
}

// TestRecordsAllocate: nothing, for what a reader was prepared for.
func TestRecordsAllocate(t *testing.T) {
	e := kindsEncoder(t)
	r, x := e.Records(), make([]float32, e.Width())
	record := map[string]any{"area": 0.5, "price": 100, "rate": "12 %", "town": "Rome", "zip": 1234, "zone": 7, "open": true, "day": "2024-02-29",
		"when": time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), "month": "2024-02", "grade": "mid", "flag": true}
	if n := testing.AllocsPerRun(100, func() {
		if report, err := r.Encode(record, x); err != nil || report != nil {
			t.Fatal(report, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
