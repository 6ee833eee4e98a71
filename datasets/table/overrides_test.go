package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestOverrides: options say what columns are, and what they cannot be is an error.
func TestOverrides(t *testing.T) {
	t.Parallel()
	table := read(t, lines("zip,cut,id,x,x,c", "10115,Good,u1,1,5.5,a", "10117,Fair,u2,2,6.5,b", "10115,Very Good,u3,NONE,7.5,a", "10117,Good,u4,9,8.5,b"))
	s := infer(t, table, As("zip=category", "cut=Fair<Good<Very Good", "id=category"), Na("NONE"), Drop("x#2"))
	var got []string
	for i := range s.Fields {
		f := &s.Fields[i]
		got = append(got, fmt.Sprintf("%s %s %v %d", f.Label(), f.Kind, f.Use, f.Missing))
	}
	want := []string{"zip category true 0", "cut category true 0", "id category true 0", "x#1 number true 1", "x#2 number false 0", "c category false 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s = infer(t, table, Only("x", "zip"), Na("NONE"))
	for i, use := range []bool{true, false, false, true, true, false} {
		if s.Fields[i].Use != use {
			t.Errorf("%s: use is %v", s.Fields[i].Label(), !use)
		}
	}
	s = infer(t, table, WeightColumn("x#2"), GroupColumn("zip"), PastFutureColumn("x#1"), Na("NONE"))
	if s.Fields[0].Role != Group || s.Fields[0].Use || s.Fields[4].Role != Weight || s.Fields[4].Use || !s.Fields[3].PastFuture || !s.Fields[3].Use {
		t.Errorf("got %+v", s.Fields)
	}
	for _, c := range []struct {
		option InferOption
		parts  string
	}{
		{Drop("cutt"), `"cut"`},
		{As("cutt=category"), `"cut"`},
		{As("cut"), "zip=category"},
		{As("cut=categorie"), `"category"`},
		{As("cut=Fair<Good<Fair"), "twice"},
		{Labels("x"), "x#1"},
		{Labels("x#3"), "x#3"},
		{AsTask("ranking"), "regression"},
		{WeightColumn("nothing"), "nothing"},
	} {
		if _, err := Infer(table, nil, c.option); err == nil || !strings.Contains(err.Error(), c.parts) {
			t.Errorf("got %v, want an error with %q", err, c.parts)
		}
	}
	if _, err := Infer(table, nil, Labels("c"), WeightColumn("c")); err == nil {
		t.Error("a column is label and weight")
	}
	if s := infer(t, table, As("cut=Fair<Good")); !errors.Is(s.Err(), ErrUnlike) {
		t.Errorf("a level is in no order: %v", s.Err())
	}
	s = infer(t, table, As("x#1=number"))
	wantError(t, s.Err(), ErrUnlike, 4, 4, `"NONE"`, "table.Na")
	s = infer(t, table, As("cut=boolean"))
	wantError(t, s.Err(), ErrUnlike, 0, 2)
	s = infer(t, read(t, lines("x,z,label", "-999,1.5,a", "-999,2.5,b", "-999.0,-999,a")), Na("-999"), Labels("label"))
	if f := s.Fields[0]; f.Kind != Constant || f.Missing != 3 || s.Fields[1].Missing != 1 || s.Fields[1].Low != 1.5 {
		t.Errorf("got %+v", s.Fields)
	}
	s = infer(t, read(t, lines("x,z,label", "NA,1.5,a", "NA,2.5,b", ",3,a")), As("x=number"))
	if f := s.Fields[0]; f.Kind != Constant || f.Use || s.Err() != nil {
		t.Errorf("got %+v, %v", f, s.Err())
	}
	for _, rows := range [][]int{{}, {4}, {-1}} {
		if _, err := Infer(table, rows); err == nil {
			t.Errorf("rows %v are taken", rows)
		}
	}
}

// TestOrdered: levels in their order, whatever is in them.
func TestOrdered(t *testing.T) {
	t.Parallel()
	table := read(t, lines("size,size,c", "<1,a,p", "1<2,b,q", "<1,b,p", "2<,a,q"))
	s := infer(t, table, Ordered("size#1", "<1", "1<2", "2<"))
	if f := s.Fields[0]; f.Kind != Category || !f.Asked || !f.Use || !slices.Equal(f.Order, []string{"<1", "1<2", "2<"}) || f.Plan() != "its place in the order, scaled" || s.Fields[1].Order != nil {
		t.Errorf("got %+v", s.Fields)
	}
	if s := infer(t, table, Ordered("size#1", "<1", "2<")); !errors.Is(s.Err(), ErrUnlike) {
		t.Errorf("a level is in no order: %v", s.Err())
	}
	for part, option := range map[string]InferOption{
		`table.Ordered: unknown column "sise"`: Ordered("sise", "a", "b"), "there twice": Ordered("size#1", "<1", "<1"), "there are none": Ordered("size#1"),
	} {
		if _, err := Infer(table, nil, option); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want an error with %q", err, part)
		}
	}
}

// TestNaIn: words that are missing in one column, and in no other.
func TestNaIn(t *testing.T) {
	t.Parallel()
	table := read(t, lines("x,z,town,label", "-9,-9,-9,1", "1.5,2.5,NA,2.5", "2.5,NA,Rome,-9", "3.5,5.5,NA,3"))
	missing := func(options ...InferOption) (list []string) {
		s := infer(t, table, options...)
		for i := range s.Fields {
			f := &s.Fields[i]
			list = append(list, fmt.Sprintf("%s %d %v", f.Kind, f.Missing, f.Refused != nil))
		}
		return append(list, fmt.Sprint(s.Targets[0].Missing))
	}
	for _, c := range []struct {
		options []InferOption
		want    string
	}{
		{nil, "number 0 false, number 1 false, category 0 false, number 0 false, 0"},
		{[]InferOption{NaIn("x", "-9")}, "number 1 false, number 1 false, category 0 false, number 0 false, 0"},
		{[]InferOption{NaIn("town", "-9", "NA")}, "number 0 false, number 1 false, category 3 false, number 0 false, 0"},
		{[]InferOption{NaIn("label", "-9")}, "number 0 false, number 1 false, category 0 false, number 1 false, 1"},
		{[]InferOption{NaIn("z"), As("z=number")}, "number 0 false, number 0 true, category 0 false, number 0 false, 0"},
		{[]InferOption{NaIn("z", "NA"), Na("-9")}, "number 1 false, number 1 false, category 1 false, number 1 false, 1"},
		{[]InferOption{Na("-9")}, "number 1 false, number 2 false, category 1 false, number 1 false, 1"},
		{[]InferOption{Na("-9"), NaIn("z", "-9"), As("z=number")}, "number 1 false, number 1 true, category 1 false, number 1 false, 1"},
	} {
		if got := strings.Join(missing(c.options...), ", "); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if _, err := Infer(table, nil, NaIn("twon", "NA")); err == nil || !strings.Contains(err.Error(), `table.NaIn: unknown column "twon", did you mean "town"?`) {
		t.Errorf("got %v", err)
	}
}

// TestAdviceOfSpikes: who says what a doubt proposes, that -999 is missing, keeps the words that were missing before.
func TestAdviceOfSpikes(t *testing.T) {
	t.Parallel()
	rows := []string{"NA,NA,2.5", "?,FR,3.5", "-999,DE,4.5"}
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%d,%s,%d.5", []int{20 + i%17, -999}[flag(i%10 == 0)], []string{"DE", "FR", "NA"}[i%3], i*i%13))
	}
	table := read(t, lines("x,country,y", rows...))
	s := infer(t, table, Labels("y"))
	if d := s.doubts(DoubtSpike); len(d) != 1 || !strings.Contains(d[0], `table.Na("-999")`) || s.Fields[0].Missing != 2 {
		t.Fatalf("got %q, %+v", d, s.Fields[0])
	}
	s = infer(t, table, Labels("y"), Na("-999"))
	if f := s.Fields[0]; f.Kind != Number || f.Missing != 7 || f.Low != 20 {
		t.Errorf("got %+v", f)
	}
	// A level is doubted as long as nobody has spoken of it.
	if d := s.doubts(DoubtWords); s.Fields[1].Missing != 0 || len(d) != 1 || !strings.Contains(d[0], `"NA", in 14 rows`) {
		t.Errorf("got %+v, %q", s.Fields[1], d)
	}
	for _, o := range []InferOption{Na("NA"), NaIn("country", "NA"), NaIn("country")} {
		if d := infer(t, table, Labels("y"), o).doubts(DoubtWords); len(d) != 0 {
			t.Errorf("got %q", d)
		}
	}
}

// TestFind: a spelling names a column.
func TestFind(t *testing.T) {
	t.Parallel()
	table := read(t, "x,x,#1\n1,2,3\n4,5,6\n", Header(Yes))
	for spelling, place := range map[string]int{"x#2": 1, "#2": 1, "#-1": 2, "#1": 2, "x#1": 0} {
		if c, err := table.Find(spelling); err != nil || c.Index() != place {
			t.Errorf("%s: got %+v, %v, want column %d", spelling, c, err, place)
		}
	}
	if _, err := table.Find("x"); err == nil || !strings.Contains(err.Error(), `"x#1" is the first`) {
		t.Errorf("got %v", err)
	}
}

// TestDateOrder: the order of day, month and year, where it is a matter of custom.
func TestDateOrder(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"2024-01-31": "ymd", "31.1.2024": "dmy", "1/31/24": "mdy", "31 Jan 2024": "", "12:30": ""} {
		s := infer(t, read(t, column(cell, strings.Replace(cell, "31", "30", 1))), As("x=date"))
		if f := s.Fields[0]; f.Dates == nil || f.Dates.Order() != want {
			t.Errorf("%s: got %+v, want %q", cell, f, want)
		}
	}
}
