package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForeign trains on what other programs have written; testdata/foreign/make.py ran them. Each file needs no flag, or says
// which one.
func TestForeign(t *testing.T) {
	t.Parallel()
	// What write.table has by default, and with sep: what write.csv has, but for the cell above the names of rows.
	text, err := os.ReadFile(filepath.Join("testdata", "foreign", "r.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lacking, _ := strings.CutPrefix(string(text), `"",`)
	spaced, quoted := []byte(lacking), false
	for i, c := range spaced {
		if quoted = quoted != (c == '"'); c == ',' && !quoted {
			spaced[i] = ' '
		}
	}
	tables := map[string]string{"write.table": file(t, "table.txt", string(spaced)), "write.table, sep": file(t, "sep.txt", lacking)}
	const flats = "area=number rooms=number town=category built=date balcony=boolean price=number"
	for _, c := range []struct {
		file, args string
		columns    string // that are used, and kinds
		leftOut    string
		least      float64 // accuracy, or R²
	}{
		{"excel_german.csv", "--encoding latin1", "Fläche=number Zimmer=number Ort=category Baujahr=date Balkon=category", "", 0.8},
		{"pandas.csv", "", flats, "=identifier", 0.85},
		{"r.csv", "", flats, "=identifier", 0.85},
		{"write.table", "", flats, "=identifier", 0.85},
		{"write.table, sep", "", flats, "=identifier", 0.85},
		{"r_csv2.csv", "", flats, "", 0.85},
		{"sqlite.csv", "", "area=number rooms=number town=category built=date balcony=number", "flat_id=identifier note=text", 0.75},
		{"survey.csv", "", "Date submitted=date How old are you? [years]=number How content are you, from 1 to 5?=number What do you use? [A train]=boolean What do you use? [A car]=boolean", "Response ID=identifier", 0.7},
	} {
		path := cmp.Or(tables[c.file], filepath.Join("testdata", "foreign", c.file))
		o := command(t, "", append([]string{"train", "--json", "--epochs", "60", "--data", path}, strings.Fields(c.args)...)...)
		if o.code != exitDone {
			t.Errorf("%s: exit code %d, stderr %q", c.file, o.code, o.stderr)
			continue
		}
		all := lines(t, o.stdout)
		var used, leftOut []string
		for _, column := range object(t, all[0])["columns"].([]any) {
			column := column.(map[string]any)
			text := fmt.Sprintf("%s=%s", column["name"], column["kind"])
			switch {
			case column["used"] == true:
				used = append(used, text)
			case column["role"] == "feature":
				leftOut = append(leftOut, text)
			}
		}
		if got := strings.Join(used, " "); got != c.columns {
			t.Errorf("%s: used are %q, want %q", c.file, got, c.columns)
		}
		if got := strings.Join(leftOut, " "); got != c.leftOut {
			t.Errorf("%s: left out are %q, want %q", c.file, got, c.leftOut)
		}
		result := object(t, all[len(all)-1])
		got, ok := result["test_accuracy"].(float64)
		if !ok {
			got, ok = result["test_r2"].(float64)
		}
		if !ok || !(got >= c.least) {
			t.Errorf("%s: %v, want at least %v", c.file, result, c.least)
		}
	}
	o := command(t, "", "train", "--data", filepath.Join("testdata", "foreign", "excel_german.csv"))
	if o.code != exitFailed || !strings.Contains(o.stderr, "excel_german.csv:1: column 1") || !strings.Contains(o.stderr, "--encoding latin1") {
		t.Errorf("an encoding that nothing says: exit code %d, stderr %q", o.code, o.stderr)
	}
}
