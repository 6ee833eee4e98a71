package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// fit infers and fits to rows, nil for all.
func fit(t *testing.T, table *Table, rows []int, infer []InferOption, options ...FitOption) *Encoder {
	t.Helper()
	s, err := Infer(table, rows, infer...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Fit(table, rows, s, options...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// encode encodes rows, nil for all, and says what was reported.
func encode(t *testing.T, e *Encoder, table *Table, rows []int) ([]float32, string) {
	t.Helper()
	x, report, err := e.Encode(table, rows)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, c := range report.Columns {
		said = append(said, c.String())
	}
	return x, strings.Join(said, "; ")
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
}

const mixed = `area,town,when,sold,grade,zip,label
10.5,Rome,2024-01-01,yes,low,01,a
20.5,Paris,2024-01-02,no,high,02,b
,Rome,2024-02-29,yes,mid,01,a
30.5,Oslo,,no,low,02,b
40.5,,2024-12-31,,high,01,a
60.5,Paris,2024-06-30,no,mid,02,b
`

// TestEncode: what a row becomes, number by number.
func TestEncode(t *testing.T) {
	t.Parallel()
	table := read(t, mixed)
	e := fit(t, table, nil, []InferOption{As("grade=low<mid<high")}, ScaleBy(MinMax))
	names := []string{"area", "area is missing", "town = Paris", "town = Rome", "town is another", "town is missing", "when: elapsed",
		"when: year (sin)", "when: year (cos)", "when: day of month", "when: Monday", "when: Tuesday", "when: Wednesday", "when: Thursday", "when: Friday", "when: Saturday", "when: Sunday",
		"when is missing", "sold", "sold is missing", "grade", "zip = 01", "zip = 02"}
	if !slices.Equal(e.Features(), names) || e.Width() != len(names) {
		t.Fatalf("got %q", e.Features())
	}
	x, said := encode(t, e, table, nil)
	if said != "" {
		t.Errorf("the training part is not what it was: %s", said)
	}
	at := func(row int, name string) float64 { return float64(x[row*len(names)+slices.Index(names, name)]) }
	day := func(n int) float64 { return 2 * math.Pi * float64(n) / 365.25 }
	for _, c := range []struct {
		row  int
		name string
		want float64
	}{
		{0, "area", 0}, {0, "area is missing", 0}, {5, "area", 1}, {1, "area", 0.2},
		{2, "area", 0.4}, {2, "area is missing", 1}, // the median of 10.5, 20.5, 30.5, 40.5, 60.5
		{0, "town = Rome", 1}, {0, "town = Paris", 0}, {3, "town is another", 1}, {3, "town = Rome", 0}, {4, "town is missing", 1}, {4, "town is another", 0},
		{0, "when: elapsed", 0}, {4, "when: elapsed", 1}, {1, "when: elapsed", 1. / 365}, {3, "when is missing", 1},
		{0, "when: Monday", 1}, {0, "when: Sunday", 0}, {2, "when: Thursday", 1}, {4, "when: Tuesday", 1}, {5, "when: Sunday", 1},
		{2, "when: day of month", 28. / 30}, {2, "when: year (sin)", math.Sin(day(59))}, {2, "when: year (cos)", math.Cos(day(59))},
		{0, "sold", 1}, {1, "sold", 0}, {4, "sold", 0.4}, {4, "sold is missing", 1},
		{0, "grade", 0}, {2, "grade", 0.5}, {1, "grade", 1}, {0, "zip = 01", 1}, {1, "zip = 01", 0}, {1, "zip = 02", 1},
	} {
		if got := at(c.row, c.name); !near(got, c.want, 1e-7) {
			t.Errorf("row %d: %s is %v, want %v", c.row, c.name, got, c.want)
		}
	}
}

// TestUnforeseen: what training had not is counted, and stands for nothing that it had.
func TestUnforeseen(t *testing.T) {
	t.Parallel()
	// Neither towns nor zips have a rare level, and nothing is missing.
	table := read(t, lines("n,town,zip,when,flag,label", repeat(2, "10,Rome,07,2024-01-01,yes,5", "30,Paris,08,2024-03-01,no,7", "20,Rome,07,2024-02-01,yes,7")...))
	e := fit(t, table, nil, nil, ScaleBy(MinMax), RareBelow(1))
	names := e.Features()
	for _, c := range []struct {
		row, said, name string
		want            float64
	}{
		{"10,Rome,07,2024-01-01,yes", "", "n", 0},
		{",Rome,07,2024-01-01,yes", "missing where", "n", 0.5}, // the median, not 0
		{"NA,Rome,07,2024-01-01,yes", "missing where", "n", 0.5},
		{"abc,Rome,07,2024-01-01,yes", `not of the column's kind, taken for missing ("abc")`, "n", 0.5},
		{"50,Rome,07,2024-01-01,yes", `outside of the range of training ("50")`, "n", 2},
		{"10,Oslo,07,2024-01-01,yes", `never seen in training ("Oslo")`, "town = Rome", 2. / 3},
		{"10,Oslo,07,2024-01-01,yes", "Oslo", "town = Paris", 1. / 3},
		{"10,,07,2024-01-01,yes", "missing where", "town = Paris", 1. / 3},
		{"10,rome,07,2024-01-01,yes", "never seen", "town = Rome", 2. / 3},
		{"10,Rome,7,2024-01-01,yes", `never seen in training ("7")`, "zip = 08", 1. / 3},
		{"10,Rome,07,01/02/2024,yes", "not of the column's kind", "when: elapsed", 31. / 60},
		{"10,Rome,07,2024-01-01T00:00:00Z,yes", "not of the column's kind", "when: elapsed", 31. / 60},
		{"10,Rome,07,2025-01-01,yes", "outside", "when: Wednesday", 1},
		{"10,Rome,07,2024-01-01,YES", "", "flag", 1},
		{"10,Rome,07,2024-01-01,maybe", `not of the column's kind, taken for missing ("maybe")`, "flag", 2. / 3},
	} {
		row := read(t, lines("n,town,zip,when,flag", c.row), Header(Yes), Comma(','))
		x, said := encode(t, e, row, nil)
		if got := float64(x[slices.Index(names, c.name)]); !near(got, c.want, 1e-6) || c.said == "" != (said == "") || !strings.Contains(said, c.said) {
			t.Errorf("%s: %s is %v, want %v; said %q, want %q", c.row, c.name, got, c.want, said, c.said)
		}
	}
	// Labels 5 and 7 are classes 0 and 1, and others are none.
	labels := read(t, lines("label", "7", "5", `""`, "6", "7.0"), Header(Yes))
	classes, report, err := e.Classes(labels, nil, 0)
	if err != nil || !slices.Equal(classes, []int{1, 0, -1, -1, 1}) || report.Missing != 1 || report.Foreign != 1 || !slices.Equal(report.First, []string{"6"}) {
		t.Errorf("got %v, %+v, %v", classes, report, err)
	}
	// All of a column is missing.
	x, said := encode(t, e, read(t, lines("n,town,zip,when,flag", ",,,,", ",,,,"), Header(Yes), Comma(',')), nil)
	if strings.Count(said, "2 cells missing") != 5 || !allFinite(x) {
		t.Errorf("%q, %v", said, x)
	}
	// Rare levels are not unseen ones.
	e = fit(t, table, nil, nil, RareBelow(3))
	if x, said := encode(t, e, table, nil); said != "" || x[slices.Index(e.Features(), "town is another")] != 0 || x[e.Width()+slices.Index(e.Features(), "town is another")] != 1 {
		t.Errorf("got %q, %v", said, x)
	}
}

func allFinite(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 })
}

// TestUnusedLevel: a level of the order that no row has.
func TestUnusedLevel(t *testing.T) {
	t.Parallel()
	table := read(t, lines("size,z,label", repeat(3, "s,1.5,a", "l,2.5,b", "m,3,a")...))
	for _, scale := range ScaleKinds() {
		e := fit(t, table, nil, []InferOption{As("size=xs<s<m<l<xl")}, ScaleBy(scale))
		x, said := encode(t, e, read(t, lines("size,z", "xl,1.5", "xs,1.5", "s,1.5", "other,1.5", "m,1.5")), nil)
		if !allFinite(x) || !(x[0] >= x[4] && x[4] > x[2]) || x[6] != x[8] || !strings.Contains(said, `1 cell never seen in training ("other")`) {
			t.Errorf("%s: got %v, %q", scale, x, said)
		}
	}
}

// TestIntegersWithGaps: a program in which whole numbers with gaps have decimals writes 7 as 7.0. It is the level 7.
func TestIntegersWithGaps(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, lines("code,z,label", repeat(3, "7,1.5,a", "-12,2.5,b", "105,3,a")...)), nil, []InferOption{As("code=category")})
	x, said := encode(t, e, read(t, lines("code,z", "7.0,1.5", "-12.0,1.5", "7.5,1.5", ",1.5")), nil)
	w := e.Width()
	at := slices.Index(e.Features(), "code = 7")
	if x[at] != 1 || x[w+slices.Index(e.Features(), "code = -12")] != 1 || !strings.Contains(said, `1 cell never seen in training ("7.5")`) && !strings.Contains(said, "1 cell missing where") {
		t.Errorf("got %v, %q", x, said)
	}
}

// TestColumnsByName: columns may come in any order, with others that are not looked at; one that is absent is named.
func TestColumnsByName(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, mixed), nil, nil)
	want, _ := encode(t, e, read(t, mixed), nil)
	g := grid(read(t, mixed))
	// Reversed, without the label, with another column that would be refused.
	var text []string
	for i, row := range g {
		row = slices.Clone(row[:len(row)-1])
		slices.Reverse(row)
		text = append(text, strings.Join(append(row, []string{"price", "1.234", "5 %", "€3", "", "x", "(", "$"}[i]), ";"))
	}
	if got, _ := encode(t, e, read(t, strings.Join(text, "\n")+"\n", Comma(';')), nil); !sameBits(got, want) {
		t.Error("features depend on the order of columns")
	}
	_, _, err := e.Encode(read(t, strings.Replace(mixed, "town", "city", 1)), nil)
	wantError(t, err, ErrAbsent, 0, 0, `"town"`)

	// Of one name by occurrence.
	train, test := openCase(t, "dup_train.csv"), openCase(t, "dup_new_id.csv")
	e = fit(t, train, nil, nil, ScaleBy(Unscaled))
	if x, _ := encode(t, e, test, nil); !sameBits(x, []float32{-0.9, 0.9, -0.9, -0.9, 0.9, 0.9, 0.9, -0.9}) {
		t.Errorf("got %v", x)
	}
	for header, row := range map[string]string{"x,y": "0.5,0.5", "x,x,x": "0.5,0.5,0.5"} {
		_, _, err := e.Encode(read(t, lines(header, row), Header(Yes)), nil)
		wantError(t, err, ErrAbsent, 0, 0, `"x"`, "learnt were 2")
	}
	// Without names: as many as there were, or as many less the label.
	e = fit(t, read(t, "a,1.5,2\nb,2.5,1\na,3.5,7\nb,3,7\n", Header(No)), nil, []InferOption{Labels("#1")}, ScaleBy(Unscaled))
	for text, want := range map[string]string{"a,1.5,2\n": "[1.5 2]", "1.5,2\n": "[1.5 2]", "1.5,2,3,4\n": "", "1.5\n": ""} {
		x, _, err := e.Encode(read(t, text, Header(No)), nil)
		if got := fmt.Sprint(x); want == "" && !errors.Is(err, ErrAbsent) || want != "" && got != want {
			t.Errorf("%q: got %s, %v, want %s", text, got, err, want)
		}
	}
	_, _, err = e.Encode(read(t, "p,q\n1,2\n"), nil)
	wantError(t, err, ErrAbsent, 0, 0, "no name", "table.Header(table.No)")
	// What is not used is never looked at: a label that is empty, or not there.
	e = fit(t, openCase(t, "c10_missing.csv"), nil, []InferOption{Labels("c")})
	if _, said := encode(t, e, openCase(t, "predict_label_empty_class.csv"), nil); said != "" {
		t.Errorf("said %q", said)
	}
}

// tables for properties: those in testdata, and public ones if they are there.
func encodable(t *testing.T, f func(name string, table *Table, options []InferOption)) {
	for _, name := range []string{"c02_cr_only", "c10_missing", "c11_NA", "c12_question", "c18_thousands", "c22_boolfeature", "c40_dates", "rare1"} {
		f(name, openCase(t, name+".csv"), []InferOption{Labels("c")})
	}
	for _, name := range []string{"timestamps", "text_features", "houses", "zeropad", "bigid3", "price_int"} {
		f(name, openCase(t, name+".csv"), nil)
	}
	table, err := Open("testdata/penguins.train.csv")
	if err != nil {
		t.Fatal(err)
	}
	f("penguins", table, []InferOption{Labels("species")})
	f("mixed", read(t, mixed), []InferOption{As("grade=low<mid<high")})
}

// TestEncoderProperties: what every encoder keeps. The same row alone or among others gives the same bits; so does what was saved and
// read again; rows that were not fitted to do not matter; nor does the order of those that were; numbers come
// back from features, and levels.
func TestEncoderProperties(t *testing.T) {
	t.Parallel()
	encodable(t, func(name string, table *Table, options []InferOption) {
		for _, scale := range ScaleKinds() {
			perm := rand.New(rand.NewPCG(7, 8)).Perm(table.Rows())
			train := perm[:2*len(perm)/3]
			if _, err := Infer(table, train, options...); err != nil {
				t.Fatal(name, err)
			}
			e := fit(t, table, train, options, ScaleBy(scale))
			x, said := encode(t, e, table, train)
			if said != "" || !allFinite(x) || len(x) != len(train)*e.Width() || len(e.Features()) != e.Width() {
				t.Fatalf("%s, %s: %s", name, scale, said)
			}
			all, _ := encode(t, e, table, nil)
			w := e.Width()
			for _, row := range perm[:min(len(perm), 20)] {
				alone, _ := encode(t, e, table, []int{row})
				if !sameBits(alone, all[row*w:][:w]) {
					t.Fatalf("%s, %s: row %d alone is %v, among others %v", name, scale, row, alone, all[row*w:][:w])
				}
			}
			saved, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			var again Encoder
			if err := json.Unmarshal(saved, &again); err != nil {
				t.Fatal(name, err)
			}
			second, err := json.Marshal(&again)
			if y, _ := encode(t, &again, table, nil); err != nil || !sameBits(all, y) || string(saved) != string(second) {
				t.Fatalf("%s, %s: what was saved is another encoder", name, scale)
			}
			slices.Reverse(train)
			if reversed, _ := json.Marshal(fit(t, table, train, options, ScaleBy(scale))); string(reversed) != string(saved) {
				t.Fatalf("%s, %s: the order of rows matters", name, scale)
			}
			// A table of the training rows alone.
			g := grid(table)
			text := []string{strings.Join(g[0], ";")}
			for _, row := range train {
				text = append(text, strings.Join(g[row+1], ";"))
			}
			only := read(t, strings.Join(text, "\n")+"\n", Comma(';'), Header(Yes), Decimal('.'))
			if alone, _ := json.Marshal(fit(t, only, nil, options, ScaleBy(scale))); string(alone) != string(saved) {
				t.Fatalf("%s, %s: rows that were not fitted to matter", name, scale)
			}
			decode(t, name, e, table, all)
		}
	})
}

// decode checks that cells come back from features.
func decode(t *testing.T, name string, e *Encoder, table *Table, x []float32) {
	at := 0
	for i := range e.codings {
		code, f := &e.codings[i], e.field(i)
		c, err := e.schema.column(table, f)
		if err != nil {
			t.Fatal(err)
		}
		read := f.reader(c, code.levels(f))
		for row := range table.Rows() {
			v, state := read(row)
			features := x[row*e.Width()+at:][:code.width(f)]
			switch {
			case state != present:
			case f.oneHot():
				for j, feature := range features {
					if want := float32(flag(j == int(v))); int(v) < len(code.Levels) && feature != want {
						t.Fatalf("%s: %s, row %d (%q): features %v", name, f.Label(), row, c.Text(row), features)
					}
				}
			case code.Scaler != nil && code.Scaler.Kind != Robust && code.Scaler.Kind != Quantile:
				// A float32 is half an ulp off.
				tol := math.Abs(float64(features[0]))*code.Scaler.Scale*0x1p-24 + 1e-12*math.Abs(v)
				if got := code.Scaler.Invert(float64(features[0])); !near(got, v, tol) {
					t.Fatalf("%s: %s, row %d: %v comes back as %v", name, f.Label(), row, v, got)
				}
			}
		}
		at += code.width(f)
	}
}

// TestPrecision: numbers are float64 until they are scaled.
func TestPrecision(t *testing.T) {
	t.Parallel()
	table := openCase(t, "timestamps.csv")
	e := fit(t, table, nil, nil)
	x, _ := encode(t, e, table, nil)
	if n := len(slices.Compact(slices.Clone(x))); n != table.Rows() || len(e.Doubts()) > 0 {
		t.Errorf("%d of %d times are told apart: %v", n, table.Rows(), e.Doubts())
	}
	e = fit(t, table, nil, nil, ScaleBy(Unscaled))
	if d := e.Doubts(); len(d) != 1 || d[0].Kind != DoubtCollapse || d[0].Column != 0 || !strings.Contains(d[0].What, "column t:") {
		t.Errorf("got %v", d)
	}
	// So are those that are to be predicted: in their own unit, and back.
	var rows []string
	for i := range 50 {
		rows = append(rows, fmt.Sprintf("%d.5,%d", i*i%11, 1700000000+i*37%100))
	}
	rows = append(rows, "3.5,")
	table = read(t, lines("x,when", rows...))
	e = fit(t, table, nil, []InferOption{AsTask(Regression)})
	values, report, err := e.Values(table, nil, 0)
	if err != nil || report.Missing != 1 || !math.IsNaN(values[50]) {
		t.Errorf("got %v, %+v, %v", values, report, err)
	}
	for _, v := range values[:50] {
		if got := e.Unscale(0, e.Scale(0, v)); !near(got, v, 1e-5) {
			t.Errorf("%v comes back as %v", v, got)
		}
	}
	e = fit(t, table, nil, []InferOption{AsTask(Regression)}, ScaleTargets(Unscaled))
	if d := e.Doubts(); len(d) != 1 || !strings.Contains(d[0].What, "column when:") {
		t.Errorf("got %v", d)
	}
	if _, _, err := e.Classes(table, nil, 0); err == nil {
		t.Error("a quantity has classes")
	}
	_, err = Infer(read(t, lines("x,y", "1.5,1.5", "2.5,inf", "3.5,2.5")), nil, AsTask(Regression), Labels("y"))
	wantError(t, err, ErrUnlike, 3, 2, `"inf"`)
}

// TestWeights: how much rows count.
func TestWeights(t *testing.T) {
	t.Parallel()
	table := read(t, lines("x,w,label", "1.5,2,a", "2.5,0.5,b", "1.25,0,a"))
	s := infer(t, table, WeightColumn("w"))
	w, err := s.Weights(table, []int{1, 0})
	if err != nil || !slices.Equal(w, []float64{0.5, 2}) || s.Fields[1].Use {
		t.Errorf("got %v, %v", w, err)
	}
	for _, bad := range []string{"", "-1", "abc", "1e39"} {
		table := read(t, lines("x,w,label", "1.5,2,a", "2.5,"+bad+",b", "1.25,0,a"))
		_, err := infer(t, table, WeightColumn("w")).Weights(table, nil)
		wantError(t, err, ErrUnlike, 3, 2, "the weight")
	}
	if w, err := infer(t, table).Weights(table, nil); w != nil || err != nil {
		t.Errorf("got %v, %v", w, err)
	}
}

// TestComplete: rows without gaps.
func TestComplete(t *testing.T) {
	t.Parallel()
	table := read(t, mixed)
	for _, c := range []struct {
		options []InferOption
		want    []int
	}{{nil, []int{0, 1, 5}}, {[]InferOption{Drop("area", "when")}, []int{0, 1, 2, 3, 5}}} {
		if got, err := infer(t, table, c.options...).Complete(table, nil); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("got %v, %v, want %v", got, err, c.want)
		}
	}
}

// TestNamesInMessages: a name cannot write to a terminal what it likes.
func TestNamesInMessages(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, lines("a\x1b[2J,town,label", "1,Rome,a", "2,Paris,b", "9,Rome,b", "7,Paris,a")), nil, nil)
	_, said := encode(t, e, read(t, lines("a\x1b[2J,town", "1000,\x1b]0;x")), nil)
	if strings.ContainsRune(said, 0x1b) || strings.Count(said, `\x1b`) != 2 {
		t.Errorf("said %q", said)
	}
}

// TestFitErrors: what cannot be fitted.
func TestFitErrors(t *testing.T) {
	t.Parallel()
	table := read(t, mixed)
	s := infer(t, table)
	for _, option := range []FitOption{ScaleBy("log"), ScaleTargets(Robust), RareBelow(-1), MaxLevels(0)} {
		var want *OptionError
		if _, err := Fit(table, nil, s, option); !errors.As(err, &want) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := Fit(table, []int{}, s); !errors.Is(err, ErrNoRows) {
		t.Errorf("got %v", err)
	}
	if _, err := Fit(table, nil, infer(t, table, Only("label"), Labels("zip"), Drop("label"))); err == nil || !strings.Contains(err.Error(), "no column is left") || !strings.Contains(err.Error(), "table.As,") {
		t.Errorf("got %v", err)
	}
	table = read(t, lines("x,label", "1.234,a", "5.678,b"))
	_, err := Fit(table, nil, infer(t, table))
	wantError(t, err, ErrAmbiguous, 0, 1)
}

// TestSaved: what is not known, or does not fit together, is refused, and never a panic.
func TestSaved(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, mixed), nil, []InferOption{As("grade=low<mid<high")})
	saved, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	text := string(saved)
	for _, c := range [][2]string{
		{`"version":1`, `"version":2`}, {`"format":"neurona.table"`, `"format":"x"`}, {`"fields":`, `"felder":`}, {`"use":true`, `"use":false`},
		{`"kind":"number"`, `"kind":"numbers"`}, {`"role":"label"`, `"role":"feature"`}, {`"scale":`, `"scale":-`}, {`"nth":`, `"nth":7,"x":`},
		{`"of":1`, `"of":2`}, {`"decimal":"."`, `"decimal":"x"`}, {`"levels":["Paris","Rome"]`, `"levels":["Rome"]`}, {`"levels":["Paris","Rome"]`, `"levels":["Rome","Rome"]`},
		{`"order":["no","yes"]`, `"order":["no"]`}, {`"order":["no","yes"]`, `"order":["no","ja"]`}, {`"field":0`, `"field":1`}, {`"field":0`, `"field":-1`}, {`"field":6`, `"field":60`},
		{`"task":"classification"`, `"task":"regression"`}, {`"classes":["a","b"]`, `"classes":["a","a"]`}, {`"means":[`, `"means":[0,`}, {`"dates":{"layout":"2006-1-2"},`, ``}, {`"layout":"2006-1-2"`, `"layout":"15"`},
		{`"kind":"standardise"`, `"kind":"quantile"`}, {`"gaps":true`, `"gaps":true,"clock":true`},
		{`"rare":["Oslo"]`, `"rare":["Oslo"],"rare_left":-1`}, {`"levels":["01","02"]`, `"levels":["01","02"],"rare_left":1`},
		{`"fields":[[0,0],[2,2],[5,5]]`, `"fields":[[0,0],[2,7]]`}, {`"fields":[[0,0],[2,2],[5,5]]`, `"fields":[[2,0]]`}, {`"fields":[[0,0],[2,2],[5,5]]`, `"fields":[[-1,0]]`}, {`"fields":[[0,0],[2,2],[5,5]]`, `"fields":[[0,0],[0,2]]`},
		{`"shared":[`, `"shared":[{"fields":[[0,0]]},`},
	} {
		changed := strings.Replace(text, c[0], c[1], 1)
		if changed == text {
			if c[0] != `"nth":` {
				t.Errorf("%s does not occur in %s", c[0], text)
			}
			continue
		}
		if err := json.Unmarshal([]byte(changed), new(Encoder)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s for %s: got %v", c[1], c[0], err)
		}
	}
	for _, text := range []string{"{}", "[]", "null", `{"format":"neurona.table","version":1}`, text + "{}"} {
		if err := new(Encoder).UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%.30q is an encoder", text)
		}
	}
}

// TestPublicTablesEncode: ten public tables become features.
func TestPublicTablesEncode(t *testing.T) {
	t.Parallel()
	for name, want := range publicTables {
		train, test := publicTable(t, name, "train"), publicTable(t, name, "test")
		e := fit(t, train, nil, []InferOption{Labels(want.label)})
		x, said := encode(t, e, train, nil)
		if said != "" || !allFinite(x) || len(e.Doubts()) > 0 {
			t.Errorf("%s: %s, %v", name, said, e.Doubts())
		}
		y, report, err := e.Encode(test, nil)
		if err != nil || !allFinite(y) {
			t.Errorf("%s: %v", name, err)
		}
		for _, c := range report.Columns {
			if c.Unread.N > 0 {
				t.Errorf("%s: %s", name, c.String())
			}
		}
		if want.task == Classification {
			if _, r, err := e.Classes(test, nil, 0); err != nil || r.Missing+r.Foreign > 0 {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
		} else if _, r, err := e.Values(test, nil, 0); err != nil || r.Missing+r.Foreign > 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
