package table

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCasesInfer: small files that people have.
func TestCasesInfer(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"bigid3.csv":                "x number; classification 9007199254740992 9007199254740993 9007199254740996",
		"c02_cr_only.csv":           "x number, y number; classification a b",
		"c03_semicolon_decimal.csv": "x number, y number; classification a b",
		"c06_trailing_comma.csv":    "x number, y number; classification a b",
		"c10_missing.csv":           "x number, y number 1; classification a b",
		"c11_NA.csv":                "x number, y number 1; classification a b",
		"c12_question.csv":          "x number, y number 1; classification a b",
		"c18_thousands.csv":         "x number, y number; classification a b",
		"c19_comments.csv":          "x number, y number; classification a b",
		"c20_index.csv":             "(#1 identifier), x number, y number; classification a b",
		"c22_boolfeature.csv":       "x boolean, y number; classification a b",
		"c40_dates.csv":             "d date, y number; classification a b",
		"c55_inf_header.csv":        "age number, inf number; classification a b",
		"c57_gz.csv.gz":             "x number, y number; classification a b",
		"dup_train.csv":             "x#1 number, x#2 number; classification neg pos",
		"headerless_y_first.csv":    "#1 number, #2 number; regression",
		"houses.csv":                "area number, rooms number; regression",
		"imbalanced.csv":            "x number; classification fraud ok",
		"latin1_classes.csv":        "x number; classification grän grün",
		"onetwo.csv":                "x number; classification 1 2",
		"pandas_header.csv":         "0 number, 1 number; classification a b",
		"price_int.csv":             "area number; regression",
		"rare1.csv":                 "x number, y number; classification a b rare",
		"scaled_features.csv":       "a number, b number; regression",
		"text_features.csv":         "(id identifier), city category, x number; classification a b",
		"timestamps.csv":            "t number; classification early late",
		"underscore_labels.csv":     "x number; classification 10 1_0 2_1",
		"zeropad.csv":               "x number; classification 01 02",
	}
	for name, want := range want {
		var options []Option
		var labels []InferOption
		if name == "latin1_classes.csv" {
			options = append(options, Encoding("latin1"))
		}
		table := openCase(t, name, options...)
		last := table.columns[len(table.columns)-1]
		if _, err := table.Column("y", 0); err == nil {
			// y may be the label, so it must be said.
			_, err := Infer(table, nil)
			wantError(t, err, ErrLabel, 0, 0, `"y"`, `"c"`, "table.Labels")
			labels = append(labels, Labels(last.Name))
		}
		s := infer(t, table, labels...)
		if err := s.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var parts []string
		for i := range s.Fields {
			f := &s.Fields[i]
			if f.Role == Label {
				continue
			}
			part := f.Label() + " " + string(f.Kind)
			if f.Missing > 0 {
				part += fmt.Sprintf(" %d", f.Missing)
			}
			if !f.Use {
				part = "(" + part + ")"
			}
			parts = append(parts, part)
		}
		target := s.Targets[0]
		got := strings.Join(parts, ", ") + "; " + strings.TrimSpace(string(target.Task)+" "+strings.Join(target.Classes, " "))
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// publicTables are those in the folder NEURONA_TABLES: label, task, and what some columns are.
var publicTables = map[string]struct {
	label string
	task  Task
	kinds map[string]Kind
}{
	"diamonds": {"price", Regression, map[string]Kind{"carat": Number, "cut": Category, "clarity": Category, "x": Number}},
	"credit":   {"Status", Classification, map[string]Kind{"Home": Category, "Records": Boolean, "Income": Number, "Job": Category}},
	"caravan":  {"Purchase", Classification, map[string]Kind{"MOSTYPE": Number, "ABYSTAND": Number}},
	"letter":   {"letter", Classification, map[string]Kind{"f1": Number, "f16": Number}},
	"spambase": {"spam", Classification, map[string]Kind{"f1": Number, "f57": Number}},
	"ames": {"price", Regression, map[string]Kind{"Order": Identifier, "PID": Identifier, "MS.SubClass": Code, "area": Number, "Alley": Category,
		"Central.Air": Boolean, "Year.Built": Number, "Garage.Yr.Blt": Number, "Pool.QC": Category, "Overall.Qual": Number}},
	"hotel":    {"avg_price_per_room", Regression, map[string]Kind{"arrival_date": Date, "country": Category, "company": Category, "lead_time": Number}},
	"splice":   {"boundary", Classification, map[string]Kind{"p1": Category, "p60": Category}},
	"concrete": {"compressive_strength", Regression, map[string]Kind{"cement": Number, "age": Number}},
	"penguins": {"species", Classification, map[string]Kind{"island": Category, "bill_length_mm": Number, "sex": Category}},
}

// publicTable reads a table of the folder of public tables.
func publicTable(t *testing.T, name, part string) *Table {
	t.Helper()
	table, err := Open(filepath.Join(publicFolder(t), name+"."+part+".csv*"))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestPublicTablesInfer: ten public tables are taken for what they are.
func TestPublicTablesInfer(t *testing.T) {
	t.Parallel()
	for name, want := range publicTables {
		table := publicTable(t, name, "train")
		s := infer(t, table, Labels(want.label))
		if err := s.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.Targets[0].Task != want.task || s.Targets[0].Missing != 0 {
			t.Errorf("%s: %+v", name, s.Targets[0])
		}
		for i := range s.Fields {
			f := &s.Fields[i]
			if kind, known := want.kinds[f.Name]; known && f.Kind != kind {
				t.Errorf("%s: %s is a %s (%s), want %s", name, f.Name, f.Kind, f.Why, kind)
			}
			if f.Use == (f.Role == Label || f.Kind == Identifier) {
				t.Errorf("%s: %s: %s", name, f.Name, f.Plan())
			}
			if c, _ := table.Column(f.Name, 0); f.Role == Feature && c.MissingCells() != f.Missing {
				t.Errorf("%s: %s has %d missing cells, want %d", name, f.Name, f.Missing, c.MissingCells())
			}
		}
	}
}

// TestOrderOfRows: a schema follows from the set of rows, and one of some rows from these alone.
func TestOrderOfRows(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"penguins", "text_features", "c40_dates", "c18_thousands", "rare1"} {
		file := "testdata/cases/" + name + ".csv"
		label := "c"
		if name == "penguins" {
			file, label = "testdata/penguins.train.csv", "species"
		}
		table, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		half := rand.New(rand.NewPCG(3, 4)).Perm(table.Rows())[:table.Rows()/2]
		for _, rows := range [][]int{nil, half} {
			first, err := Infer(table, rows, Labels(label))
			if err != nil {
				t.Fatal(err)
			}
			if rows == nil {
				rows, _ = table.rowsOrAll(nil)
			}
			// As a table of its own, shuffled: nothing of what is left out can matter.
			shuffled := slices.Clone(rows)
			rand.New(rand.NewPCG(5, 6)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			g := grid(table)
			text := []string{strings.Join(g[0], ";")}
			for _, row := range shuffled {
				text = append(text, strings.Join(g[row+1], ";"))
			}
			second, err := Infer(read(t, strings.Join(text, "\n")+"\n", Comma(';'), Header(Yes), Decimal('.')), nil, Labels(label))
			if err != nil {
				t.Fatal(err)
			}
			a, _ := json.Marshal(first)
			b, _ := json.Marshal(second)
			if string(a) != string(b) || fmt.Sprint(first.Doubts) != fmt.Sprint(second.Doubts) {
				t.Errorf("%s: got\n%s %v, want\n%s %v", name, b, second.Doubts, a, first.Doubts)
			}
		}
	}
}
