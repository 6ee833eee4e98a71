package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tablesVariable names the folder of public tables.
const tablesVariable = "NEURONA_TABLES"

// publicTable is a file of a table in the folder of public tables.
func publicTable(t *testing.T, folder, name string) string {
	t.Helper()
	for _, end := range []string{"", ".gz"} {
		path := filepath.Join(folder, name+end)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatalf("%s is %s, which has no %s", tablesVariable, folder, name)
	return ""
}

// TestPublicTables trains on ten tables for three epochs, and judges on the rows that are kept for it. The floor is what
// guessing the most frequent class, or the mean, does not reach.
func TestPublicTables(t *testing.T) {
	folder := os.Getenv(tablesVariable)
	if folder == "" {
		t.Skipf("%s is not set: it names the folder of public tables", tablesVariable)
	}
	t.Parallel()
	for _, c := range []struct {
		name, label       string
		train, test       float64 // rows
		score             string
		guess, floor      float64 // of the test file
		features, classes int
		columns           string // what some are taken for; in brackets what is not learnt from
		doubts            string
	}{
		{"diamonds", "price", 40455, 13485, "r2", 0, 0.9, 26, 0, "carat number, cut category", "spike: z"},
		{"credit", "Status", 3340, 1114, "accuracy", 800. / 1114, 0.75, 30, 2, "Records boolean, Job category", ""},
		// 6 % of one class: no model has more rows right than guessing has, but its loss is below that of the shares, 0.2264.
		{"caravan", "Purchase", 4366, 1456, "loss", 0.2264, 0.224, 85, 2, "MOSTYPE number, ABYSTAND number", ""},
		{"letter", "letter", 15000, 5000, "accuracy", 201. / 5000, 0.7, 16, 26, "f1 number, f16 number", ""},
		{"spambase", "spam", 3447, 1150, "accuracy", 697. / 1150, 0.85, 57, 2, "f1 number, f57 number", ""},
		{"ames", "price", 2197, 733, "r2", 0, 0.6, 297, 0, "(Order identifier), (PID identifier), MS.SubClass code, Central.Air boolean", ""},
		{"hotel", "avg_price_per_room", 11551, 3851, "r2", 0, 0.8, 113, 0, "arrival_date date, country category", "time: arrival_date"},
		{"splice", "boundary", 2392, 798, "accuracy", 414. / 798, 0.85, 248, 3, "p1 category, p60 category", ""},
		{"concrete", "compressive_strength", 772, 258, "r2", 0, 0.25, 8, 0, "cement number, age number", ""},
		{"penguins", "species", 258, 86, "accuracy", 38. / 86, 0.7, 14, 3, "island category, bill_length_mm number, sex category", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			train, test := publicTable(t, folder, c.name+".train.csv"), publicTable(t, folder, c.name+".test.csv")
			l := learn(t, "", "--data", train, "--label", c.label, "--epochs", "3")
			if c.name == "diamonds" && !strings.HasSuffix(train, ".gz") {
				t.Errorf("%s is not compressed", train)
			}
			classes, _ := l.start["classes"].([]any)
			if l.rows() != c.train || l.start["features"] != float64(c.features) || len(classes) != c.classes {
				t.Errorf("%v rows, %v features, %d classes, want %v, %d and %d", l.rows(), l.start["features"], len(classes), c.train, c.features, c.classes)
			}
			columns := strings.Split(l.columns(), ", ")
			for want := range strings.SplitSeq(c.columns, ", ") {
				if !slices.Contains(columns, want) {
					t.Errorf("columns are %s, want %s among them", l.columns(), want)
				}
			}
			if kind, column, ok := strings.Cut(c.doubts, ": "); ok && !strings.Contains(strings.Join(l.doubted(kind), "\n"), column+": ") {
				t.Errorf("doubts about %s are %q, want one about %s", kind, l.doubted(kind), column)
			}
			o := command(t, "", "eval", l.model, "--data", test, "--json")
			if o.code != exitDone {
				t.Fatalf("exit code %d, stderr %q", o.code, o.stderr)
			}
			r := lastObject(t, o.stdout)
			got, ok := r[c.score].(float64)
			if above := got >= c.floor; !ok || above == (c.score == "loss") || r["rows"] != c.test {
				t.Errorf("%s is %v on %v rows, want %v on %v", c.score, r[c.score], r["rows"], c.floor, c.test)
			}
			if own, ok := l.result["test_"+c.score].(float64); c.score != "loss" && (!ok || !(own > c.guess)) {
				t.Errorf("%s is %v on the test part of the training file, where guessing gives %v", c.score, l.result["test_"+c.score], c.guess)
			}
			if answers, _ := l.answers(t, "", test); float64(len(answers)) != c.test {
				t.Errorf("%d answers to %v rows", len(answers), c.test)
			}
		})
	}
}
