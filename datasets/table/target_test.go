package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestTasks: what labels are, by how many there are, their order and their kind.
func TestTasks(t *testing.T) {
	t.Parallel()
	ramp := func(n, step int) (cells []string) {
		for i := range n {
			cells = append(cells, fmt.Sprint(100+step*i))
		}
		return cells
	}
	var letters []string
	for i := range 26 {
		letters = append(letters, repeat(10, fmt.Sprint(i))...)
	}
	for _, c := range []struct {
		name    string
		labels  []string
		task    Task
		classes string
		missing int
	}{
		{"texts", repeat(4, "b", "a"), Classification, "a b", 0},
		{"5 and 7", repeat(4, "7", "5"), Classification, "5 7", 0},
		{"by value", repeat(4, "10", "9", "-1", "-10"), Classification, "-10 -1 9 10", 0},
		{"many digits", repeat(4, "9007199254740993", "9007199254740992"), Classification, "9007199254740992 9007199254740993", 0},
		{"not canonical", repeat(4, "1", "01", "10"), Classification, "01 1 10", 0},
		{"0.0 and 1.0", repeat(4, "0.0", "1.0"), Classification, "0.0 1.0", 0},
		{"ratings", repeat(10, "1", "2", "3", "4", "5"), Classification, "1 2 3 4 5", 0},
		{"prices", ramp(60, 7), Regression, "", 0},
		{"prices that recur", repeat(3, ramp(30, 7)...), Regression, "", 0},
		{"26 codes", letters, Classification, "", 0},
		{"decimals", repeat(10, "0.5", "1", "1.5"), Regression, "", 0},
		{"few rows", []string{"3", "8", "12", "5"}, Regression, "", 0},
		{"thousands", []string{"1,234", "12,345.5", "1,234,567", "7", "8"}, Regression, "", 0},
		{"empty ones", append(repeat(4, "b", "a"), "", ""), Classification, "a b", 2},
		{"blanks for a number", append(ramp(30, 7), " "), Regression, "", 1},
		{"NA is Namibia", repeat(4, "NA", "DE"), Classification, "DE NA", 0},
		{"booleans", repeat(4, "True", "False"), Classification, "False True", 0},
		{"percent", []string{"5 %", "7 %", "12 %"}, Regression, "", 0},
	} {
		rows := make([]string, len(c.labels))
		for i, label := range c.labels {
			rows[i] = fmt.Sprintf("%d.5,\"%s\"", i*i%7, label)
		}
		table := read(t, lines("x,label", rows...))
		s, err := Infer(table, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		target := s.Targets[0]
		if target.Task != c.task || c.classes != "" && strings.Join(target.Classes, " ") != c.classes || target.Missing != c.missing || (len(target.Classes) > 0) != (c.task == Classification) {
			t.Errorf("%s: got %+v", c.name, target)
		}
		if text := target.String(); !strings.Contains(text, target.Why) || target.Remedy().String() != fmt.Sprintf("table.AsTask(%q), if it is that", c.task.other()) {
			t.Errorf("%s: %q", c.name, text)
		}
		labelled, missing, err := s.Labelled(table, nil)
		if err != nil || missing != c.missing || len(labelled) != len(c.labels)-c.missing {
			t.Errorf("%s: %d labelled, %d missing, %v", c.name, len(labelled), missing, err)
		}
	}
}

// TestTask: what is asked for is done, or is an error that names the row.
func TestTask(t *testing.T) {
	t.Parallel()
	table := read(t, lines("x,label", "1.5,1", "2.5,2", "3.5,NA", "1.5,1", "4.5,"))
	_, err := Infer(table, nil)
	wantError(t, err, ErrUnlike, 4, 2, `"NA"`, `table.Na("NA")`, "table.AsTask")
	_, err = Infer(table, nil, AsTask(Regression))
	wantError(t, err, ErrUnlike, 4, 2, `"NA"`, "table.Na")
	s := infer(t, table, AsTask(Classification))
	if got := s.Targets[0]; !slices.Equal(got.Classes, []string{"1", "2", "NA"}) || got.Missing != 1 {
		t.Errorf("got %+v", got)
	}
	s = infer(t, table, AsTask(Regression), Na("NA"))
	if got := s.Targets[0]; got.Task != Regression || got.Missing != 2 {
		t.Errorf("got %+v", got)
	}
	_, err = Infer(read(t, lines("x,label", "1,a", "2,b")), nil, AsTask(Regression))
	wantError(t, err, ErrUnlike, 2, 2, `"a"`, `table.AsTask("classification")`)
	if _, err = Infer(read(t, lines("x,label", "1,", "2,")), nil, Labels("label")); err == nil || !strings.Contains(err.Error(), "every label is missing") {
		t.Errorf("got %v", err)
	}
	rows := make([]string, maxClasses+1)
	for i := range rows {
		rows[i] = fmt.Sprintf("1.5,c%d", i)
	}
	if _, err = Infer(read(t, lines("x,label", rows...)), nil, Labels("label")); err == nil || !strings.Contains(err.Error(), "more than 10000 classes") {
		t.Errorf("got %v", err)
	}
	table = read(t, lines("x,label", "1,1.234", "2,2.345", "3,5.678"))
	_, err = Infer(table, nil)
	wantError(t, err, ErrAmbiguous, 0, 2, "1.234 or 1234", "table.As")
	if s := infer(t, table, As("label=decimal_comma")); s.Targets[0].Task != Regression || s.Fields[1].Low != 1234 {
		t.Errorf("got %+v", s.Fields[1])
	}
	// Several labels are several targets.
	s = infer(t, read(t, lines("x,p,q", "1,a,1.5", "2,b,2.5", "4,a,7.25")), Labels("p", "q"))
	if len(s.Targets) != 2 || s.Targets[0].Task != Classification || s.Targets[1].Task != Regression || s.Targets[1].Field != 2 {
		t.Errorf("got %+v", s.Targets)
	}
}

// TestNoCandidate: where no column could be a label, none is named.
func TestNoCandidate(t *testing.T) {
	t.Parallel()
	_, err := Infer(read(t, lines("name,when", "k1,2024-01-01", "k2,2024-01-02", "k3,2024-01-01")), nil)
	wantError(t, err, ErrLabel, 0, 0, "the last column", "no other column could be one", "table.Labels")
}

// TestChooseLabel: the last column, unless something speaks for another.
func TestChooseLabel(t *testing.T) {
	t.Parallel()
	rows := []string{"1.5,a,5", "2.5,b,6", "1.25,a,5", "2.75,b,6"}
	for header, want := range map[string]string{
		"u,v,w": "w", "u,v,Label": "Label", "u,v,target": "target", "label,v,w": "", "u,Survived,w": "", "u,outcome,y": "", "class,v,label": "",
	} {
		s, err := Infer(read(t, lines(header, rows...)), nil)
		if want == "" {
			wantError(t, err, ErrLabel, 0, 0, "candidates", "table.Labels")
			for _, name := range strings.Split(header, ",")[1:] {
				if slices.Contains(labelNames, strings.ToLower(name)) && !strings.Contains(err.Error(), name) {
					t.Errorf("%s: %v", header, err)
				}
			}
			continue
		}
		if err != nil || s.Fields[s.Targets[0].Field].Name != want {
			t.Errorf("%s: got %v, %v", header, s, err)
		}
	}
	wide := "id,day"
	for i := range 12 {
		wide = fmt.Sprintf("v%d,%s", i, wide)
	}
	var wideRows []string
	for i := range 4 {
		wideRows = append(wideRows, strings.Repeat(fmt.Sprintf("%d.5,", i*i%3), 11)+fmt.Sprintf("%s,k%d,2024-01-%02d", []string{"a", "b"}[i%2], i, i+1))
	}
	wide = strings.Replace(wide, "v0", "v", 1)
	for text, list := range map[string]string{ // of candidates, with a semicolon behind
		lines("u,v,when", "1.5,a,2024-01-01", "2.5,b,2024-01-02", "1.25,a,2024-01-01"):                                                           `candidates are "v", "u"`,
		lines("u,v,id", "1.5,a,k1", "2.5,b,k2", "1.25,a,k3"):                                                                                     `candidates are "v", "u"`,
		lines("u,v,place", "1.5,a,2", "2.5,b,1", "1.25,a,3"):                                                                                     `candidates are "v", "u", "place"`,
		lines("v,born,name,day", "a,2024-01-01,k1,1.1.2024", "b,2024-01-02,k2,2.1.2024", "a,2024-01-01,k3,4.1.2024"):                             `candidates are "v"`,
		lines("u,v,notes", "1.5,a,one two three four five six", "2.5,b,one two three four five six", "1.25,a,one two three four five six seven"): `candidates are "v", "u"`,
		lines("u,v,flat", "1.5,a,7", "2.5,b,7", "1.25,a,7"):                                                                                      `candidates are "v", "u"`,
		lines(wide, wideRows...): `candidates are "v", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9" and 2 more`,
	} {
		table := read(t, text)
		_, err := Infer(table, nil)
		wantError(t, err, ErrLabel, 0, 0, "the last column", "table.Labels")
		if e := new(Error); errors.As(err, &e) && !strings.HasSuffix(e.Err.Error(), ": "+list) {
			t.Errorf("got %v, want %s", err, list)
		}
		if s := infer(t, table, Labels("v")); len(s.Targets[0].Classes) != 2 {
			t.Errorf("got %+v", s.Targets)
		}
		if s := infer(t, table, NoLabel()); len(s.Targets) != 0 {
			t.Errorf("got %+v", s.Targets)
		}
	}
}
