package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
)

// mixedTable has what a file of columns can say: dates, levels with an order, names that come twice, decimal commas, words
// for missing cells, a name that looks like a place, and a column of no use.
func mixedTable(rows int) string {
	var b strings.Builder
	b.WriteString("id;when;cut;x;x;a=b;\"l\n\";#2;code;weight;ok;price\n")
	for i := range rows {
		gap := fmt.Sprintf("%d,25", i%9)
		if i%10 == 3 {
			gap = "NA"
		}
		fmt.Fprintf(&b, "u%d;%02d.%02d.2024;%s;%d,5;%s;k%d;%d;%d;%03d;%d;%s;%d,75\n", i, i%28+1, i%12+1, []string{"Fair", "Good", "Best"}[i*i%7%3],
			i*7%31, gap, i*5%4, i*11%17, i*3%13, i*i%5+1, i%3+1, []string{"yes", "no"}[i*i%11%2], 100*(i*7%31)+i*i%5)
	}
	return b.String()
}

// trained trains for two epochs and returns the model.
func trained(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if o := command(t, "", append([]string{"train", "--quiet", "--epochs", "2", "--save", path}, args...)...); o.code != exitDone {
		t.Fatalf("%q: exit code %d, stderr %q", args, o.code, o.stderr)
	}
	return savedFile(t, path)
}

// TestColumnsRoundTrip: what is written of a table and read again changes nothing, not a bit of the model.
func TestColumnsRoundTrip(t *testing.T) {
	t.Parallel()
	at := func(name string) string { return filepath.Join(tables, name) }
	mixed := file(t, "mixed.csv", mixedTable(120))
	for _, c := range []struct{ data, args string }{
		{at("penguins.train.csv"), "--label species"},
		{at("penguins.train.csv"), "--label body_mass_g"},
		{at("penguins.train.csv"), "--label sex --label body_mass_g --label island"},
		{at("cases/c03_semicolon_decimal.csv"), "--label c"},
		{at("cases/c11_NA.csv"), "--label c"},
		{at("cases/c18_thousands.csv"), "--label c"},
		{at("cases/c20_index.csv"), "--label c"},
		{at("cases/c40_dates.csv"), "--label c"},
		{at("cases/dup_train.csv"), ""},
		{at("cases/headerless_y_first.csv"), "--label #1"},
		{at("cases/text_features.csv"), ""},
		{at("cases/timestamps.csv"), "--past-future t"},
		{at("cases/zeropad.csv"), ""},
		{mixed, "--as cut=Fair<Good<Best"},
		{mixed, ""},
		{mixed, "--weight weight --group code --drop x#2 --as id=category"},
		{mixed, "--past-future when --na NA --na 3,25"},
	} {
		args := strings.Fields(c.args)
		path, text := columnsOf(t, c.data, args...)
		with, without := []string{"--data", c.data, "--columns", path}, append([]string{"--data", c.data}, args...)
		if got, want := trained(t, with...), trained(t, without...); got != want {
			t.Errorf("%s %s: models differ; the file is\n%s", c.data, c.args, text)
		}
		// And what is read is written again, but for the reasons.
		again := filepath.Join(t.TempDir(), "again.json")
		must(t, "", "inspect", c.data, "--quiet", "--columns", path, "--write", again)
		second, err := os.ReadFile(again)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := withoutReasons(string(second)), withoutReasons(text); got != want {
			t.Errorf("%s %s: got\n%s\nwant\n%s", c.data, c.args, got, want)
		}
	}
}

// withoutReasons is a file of columns without what is for people.
func withoutReasons(text string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		entry, _, found := strings.Cut(l, `, "why": `)
		if found {
			entry += "\n"
		}
		b.WriteString(entry)
	}
	return b.String()
}

// TestColumnsFile: what is written is all that people may want to edit, in few words.
func TestColumnsFile(t *testing.T) {
	t.Parallel()
	_, got := columnsOf(t, file(t, "mixed.csv", mixedTable(60)), "--weight", "weight", "--past-future", "when", "--drop", "a=b")
	const want = `{
  "version": 1,
  "labels": [
    "price"
  ],
  "task": "regression",
  "columns": [
    { "name": "id", "kind": "identifier", "use": false, "role": "feature", "why": "texts, all different" },
    { "name": "when", "kind": "date", "use": true, "role": "feature", "past_future": true, "dates": "dmy", "why": "every cell that is not missing is a date, written as 2.1.2006" },
    { "name": "cut", "kind": "category", "use": true, "role": "feature", "why": "3 levels" },
    { "name": "x", "nth": 1, "kind": "number", "use": true, "role": "feature", "decimal": ",", "why": "every cell that is not missing is a number" },
    { "name": "x", "nth": 2, "kind": "number", "use": true, "role": "feature", "decimal": ",", "missing": [ "NA" ], "why": "every cell that is not missing is a number" },
    { "name": "a=b", "kind": "category", "use": false, "role": "feature", "why": "4 levels" },
    { "name": "l\n", "kind": "number", "use": true, "role": "feature", "decimal": ",", "why": "every cell that is not missing is a number" },
    { "name": "#2", "kind": "number", "use": true, "role": "feature", "decimal": ",", "why": "every cell that is not missing is a number" },
    { "name": "code", "kind": "code", "use": true, "role": "feature", "why": "whole numbers with zeros in front" },
    { "name": "weight", "kind": "number", "use": true, "role": "weight", "decimal": ",", "why": "every cell that is not missing is a number" },
    { "name": "ok", "kind": "boolean", "use": true, "role": "feature", "why": "every cell is no or yes" },
    { "name": "price", "kind": "number", "use": true, "role": "label", "decimal": ",", "why": "its numbers are not all whole" }
  ]
}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Of what is refused, people decide; without a label, nothing is said of one.
	got = must(t, "x<1,when\n1,01/02/2024\n2,02/03/2024\n", "inspect", "-", "--quiet", "--na", "?", "--write", "-")
	const refused = `{
  "version": 1,
  "missing": [
    "?"
  ],
  "columns": [
    { "name": "x<1", "kind": "number", "use": true, "role": "feature", "why": "every cell that is not missing is a number" },
    { "name": "when", "kind": "date", "use": true, "role": "feature", "why": "standard input:2: column 2 (\"when\"): two readings fit every row: the order of day, month and year in \"01/02/2024\" may be dmy or mdy (--as when=dmy; --as when=mdy)" }
  ]
}
`
	if got != refused {
		t.Errorf("got\n%s\nwant\n%s", got, refused)
	}
	// What another column has decided is there to be decided otherwise.
	got = must(t, "x,z,y\n1.234,2.5,a\n2.345,3.5,b\n", "inspect", "-", "--quiet", "--write", "-")
	if part := `{ "name": "x", "kind": "number", "use": true, "role": "feature", "decimal": ".", "why": "every`; !strings.Contains(got, part) || strings.Count(got, "decimal") != 1 {
		t.Errorf("there is no %s, or another decimal, in\n%s", part, got)
	}
}

// TestSpelling: a column is spelt so that it is found, whatever others are called.
func TestSpelling(t *testing.T) {
	t.Parallel()
	tab, err := table.Read(strings.NewReader(",#1,#5,x,x,x#1\n1,2,3,4,5,6\n"), table.Header(table.Yes))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "#2", "#3", "#4", "x#2", "#6"} {
		got := tab.Spell(tab.Columns()[i])
		if c, err := tab.Find(got); got != want || err != nil || c.Index() != i {
			t.Errorf("column %d is spelt %q, want %q; found is %+v, %v", i, got, want, c, err)
		}
	}
}

// TestColumnsDecide edits files of columns: each edit is what the columns are then, and no other changes.
func TestColumnsDecide(t *testing.T) {
	t.Parallel()
	data := file(t, "mixed.csv", strings.ReplaceAll(mixedTable(120), "Best", "<Best"))
	vague := file(t, "vague.csv", "when,price,town,y\n"+strings.Repeat("01/02/2024,1.234,Rome,10\n03/04/2024,2.345,NA,20\n05/06/2024,3.456,Oslo,NA\n", 20))
	for _, c := range []struct {
		name, data, old, new, flags string
		want, gone                  string // a line that there is, and the beginning of one that there is no more
	}{
		{"kind", data, `"name": "code", "kind": "code"`, `"name": "code", "kind": "number"`, "", "code number feature 0 3 1 to 5 1, 2, 5 a number, scaled asked for", "code code"},
		{"use", data, `"name": "a=b", "kind": "category", "use": true`, `"name": "a=b", "kind": "category", "use": false`, "", "a=b category feature 0 4 k0, k1, k2 left out 4 levels", ""},
		{"take in", data, `"name": "id", "kind": "identifier", "use": false`, `"name": "id", "kind": "category", "use": true`, "", "id category feature 0 120 u0, u1, u10 a feature for each level asked for", "id identifier"},
		{"a name of a place", data, `"name": "#2", "kind": "number", "use": true, "role": "feature", "decimal": ","`, `"name": "#2", "kind": "code", "use": true, "role": "feature"`, "", "#2 code feature 0 13 0, 3, 6 a feature for each level asked for", ""},
		{"order", data, `"name": "cut", "kind": "category"`, `"name": "cut", "order": ["Fair","Good","<Best"], "kind": "category"`, "", "cut category feature 0 3 Good, <Best, Fair its place in the order, scaled asked for", ""},
		{"no word is missing", data, `"missing": [ "NA" ]`, `"missing": []`, "", "x#2 number feature 0 10 0,25, 1,25, 2,25 refused not decided", "x#2 number feature 12"},
		{"another word is missing", data, `"missing": [ "NA" ]`, `"missing": [ "NA", "8,25" ]`, "", "x#2 number feature 24 8 0.25 to 7.25 0.25, 3.25, 7.25 a number, scaled, and whether it is missing asked for", ""},
		{"weight", data, `"name": "weight", "kind": "number", "use": true, "role": "feature"`, `"name": "weight", "kind": "number", "use": true, "role": "weight"`, "", "weight number weight 0 3 1 to 3 1, 2, 3 no feature: weight every cell that is not missing is a number", ""},
		{"no role", data, `"role": "feature", "why": "4 levels"`, `"why": ""`, "", "a=b category feature 0 4 k0, k1, k2 a feature for each level 4 levels", ""},
		{"date", vague, `"name": "when", "kind": "date", "use": true, "role": "feature"`, `"name": "when", "kind": "date", "use": true, "role": "feature", "dates": "mdy"`, "--label town --drop price", "when date feature 0 3 2024-01-02 to 2024-05-06 2024-01-02, 2024-03-04, 2024-05-06 time elapsed and calendar asked for", "refused"},
		{"the other order", vague, `"name": "when", "kind": "date", "use": true, "role": "feature"`, `"name": "when", "kind": "date", "use": true, "role": "feature", "dates": "dmy"`, "--label town --drop price", "when date feature 0 3 2024-02-01 to 2024-06-05 2024-02-01, 2024-04-03, 2024-06-05 time elapsed and calendar asked for", "refused"},
		{"point", vague, `"name": "price", "kind": "number", "use": true, "role": "feature"`, `"name": "price", "kind": "number", "use": true, "role": "feature", "decimal": "."`, "--label town --drop when", "price number feature 0 3 1.234 to 3.456 1.234, 2.345, 3.456 a number, scaled asked for", "refused"},
		{"decimal", vague, `"name": "price", "kind": "number", "use": true, "role": "feature"`, `"name": "price", "kind": "number", "use": true, "role": "feature", "decimal": ","`, "--label town --drop when", "price number feature 0 3 1234 to 3456 1234, 2345, 3456 a number, scaled asked for", "refused"},
	} {
		path, text := columnsOf(t, c.data)
		if strings.Count(text, c.old) != 1 {
			t.Fatalf("%s: %q is not in\n%s", c.name, c.old, text)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(text, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := inspected(t, append([]string{c.data, "--columns", path}, strings.Fields(c.flags)...)...)
		found, gone := false, false
		for _, l := range got {
			found = found || l == c.want
			gone = gone || c.gone != "" && strings.HasPrefix(l, c.gone)
		}
		if !found || gone {
			t.Errorf("%s: want a line %q, and none that begins with %q:\n%s", c.name, c.want, c.gone, strings.Join(got[2:], "\n"))
		}
	}
}

// TestColumnsOfLabels: a file says what a label needs that cannot be used as it is.
func TestColumnsOfLabels(t *testing.T) {
	t.Parallel()
	data := file(t, "vague.csv", "x,price\n"+strings.Repeat("1,1.234\n2,2.345\n3,3.456\n4,NA\n", 20))
	if o := command(t, "", "train", "--data", data, "--label", "price"); o.code != exitFailed || !strings.Contains(o.stderr, `the labels are numbers, but "NA"`) {
		t.Fatalf("exit code %d, stderr %q: nothing is to be decided", o.code, o.stderr)
	}
	// The words of features are none of labels.
	words, _ := columnsOf(t, file(t, "words.csv", "x,y\n"+strings.Repeat("1,10.5\n2,20.5\n3,30.5\n4,NA\n", 20)), "--na", "NA")
	content, err := os.ReadFile(words)
	if err != nil {
		t.Fatal(err)
	}
	_, columns, _ := strings.Cut(string(content), `"columns"`)
	if err := os.WriteFile(words, []byte(`{"version": 1, "columns"`+columns), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := must(t, "x,y\n1,10.5\n2,20.5\n3,30.5\n4,NA\n5,10.5\n", "inspect", "-", "--columns", words); !strings.Contains(got, "rows without a label, which training leaves out: 1 of 5") {
		t.Errorf("got\n%s", got)
	}
	path, text := columnsOf(t, data)
	const old = `{ "name": "price", "kind": "number", "use": true, "role": "feature"`
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in\n%s", old, text)
	}
	write := func(entry string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(strings.Replace(text, old, entry, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{ "name": "price", "kind": "number", "use": true, "role": "label", "missing": ["NA"], "decimal": ","`)
	got := inspected(t, data, "--columns", path)
	if want := "price number label 20 3 1234 to 3456 1234, 2345, 3456 no feature: label asked for"; !strings.Contains(strings.Join(got, "\n"), want) {
		t.Errorf("there is no line %q in\n%s", want, strings.Join(got, "\n"))
	}
	o := command(t, "", "train", "--data", data, "--columns", path, "--epochs", "1")
	if o.code != exitDone || !strings.Contains(o.stdout, "a number to predict\nlabel     price: regression: asked for") || !strings.Contains(o.stderr, "rows without a label, which are left out: 20 of 80") {
		t.Errorf("exit code %d, stdout %q, stderr %q", o.code, o.stdout, o.stderr)
	}
	// The decimal point is not decided.
	write(`{ "name": "price", "kind": "number", "use": true, "role": "label", "missing": ["NA"]`)
	if o := command(t, "", "train", "--data", data, "--columns", path); o.code != exitFailed || !strings.Contains(o.stderr, `"1.234" may be 1.234 or 1234`) {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
}

// TestColumnsAndFlags: what a flag says of a column goes before what the file says.
func TestColumnsAndFlags(t *testing.T) {
	t.Parallel()
	data := file(t, "mixed.csv", mixedTable(120))
	path, _ := columnsOf(t, data, "--weight", "weight", "--group", "code", "--as", "cut=Fair<Good<Best", "--drop", "a=b", "--as", "ok=category")
	for flags, want := range map[string]string{
		"":                            "cut category feature 0 3 Good, Best, Fair its place in the order, scaled asked for",
		"--as cut=category":           "cut category feature 0 3 Good, Best, Fair a feature for each level asked for",
		"--as a=b=category":           "a=b category feature 0 4 k0, k1, k2 a feature for each level asked for",
		"--as id=category":            "id category feature 0 120 u0, u1, u10 a feature for each level asked for",
		"--drop cut":                  "cut category feature 0 3 Good, Best, Fair left out 3 levels",
		"--label ok":                  "label ok: classification, 2 classes: its labels are no numbers (--task regression, if it is that)",
		"--label ok --drop cut":       "price number feature 0 85 0.75 to 3004.75 0.75, 1504.75, 3004.75 a number, scaled every cell that is not missing is a number",
		"--task classification":       "price category label 0 85 0.75, 1504.75, 3004.75 no feature: label asked for",
		"--weight #2":                 "#2 number weight 0 13 0 to 12 0, 6, 12 no feature: weight every cell that is not missing is a number",
		"--weight #2 --drop cut":      "weight number feature 0 3 1 to 3 1, 2, 3 a number, scaled every cell that is not missing is a number",
		"--past-future when":          "code code feature 0 3 002, 005, 001 a feature for each level whole numbers with zeros in front",
		"--na NA --na 0,25":           "x#2 number feature 25 8 1.25 to 8.25 1.25, 4.25, 8.25 a number, scaled, and whether it is missing every cell that is not missing is a number",
		"--group cut --as x#2=number": "code code feature 0 3 002, 005, 001 a feature for each level whole numbers with zeros in front",
	} {
		got := inspected(t, append([]string{data, "--columns", path}, strings.Fields(flags)...)...)
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%s: there is no line %q in\n%s", flags, want, strings.Join(got, "\n"))
		}
	}
	past, _ := columnsOf(t, data, "--past-future", "when")
	got := strings.Join(inspected(t, data, "--columns", past, "--group", "cut"), "\n")
	if !strings.Contains(got, "\nwhen date feature 0 84") || !strings.Contains(got, "\ncut category group 0 3") {
		t.Errorf("--group beside a file with past_future: got\n%s", got)
	}
	o := command(t, "", "train", "--data", data, "--columns", path, "--weight", "price")
	if want := "--weight is price, want another column than one whose role is label in " + path; o.code != exitUsage || !strings.Contains(o.stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", o.code, o.stderr, want)
	}
	grades := file(t, "grades.csv", "x,y\n"+strings.Repeat("1.5,1\n2.5,2\n3.5,3\n", 20))
	path, _ = columnsOf(t, grades)
	o = command(t, "", "train", "--data", grades, "--columns", path, "--loss", "mse", "--epochs", "1")
	if o.code != exitDone || !strings.Contains(o.stdout, "\nlabel     y: regression: asked for") {
		t.Errorf("--loss does not go before the file: exit code %d, stdout %q, stderr %q", o.code, o.stdout, o.stderr)
	}
}

// TestBadColumns: each error names the file and the column, and what would have done. It is none of usage.
func TestBadColumns(t *testing.T) {
	t.Parallel()
	data := file(t, "t.csv", "x,x,cut,y\n"+strings.Repeat("1,2.5,Good,a\n2,3.5,Fair,b\n3,4.5,Good,b\n", 10))
	path, text := columnsOf(t, data)
	for _, c := range []struct{ name, old, new, want string }{
		{"no JSON", `"version": 1,`, `"version": 1`, ": line 3: invalid character"},
		{"no object", text, `[1]`, ": it is of type array, want an object"},
		{"empty", text, ``, ": line 1: unexpected end of JSON input"},
		{"two objects", text, text + "{}", ": line 14: invalid character '{' after top-level value"},
		{"no version", `"version": 1,`, ``, ": version is missing, want 1"},
		{"version", `"version": 1,`, `"version": 2, "colour": 3,`, ": version is 2, want 1"},
		{"version of another type", `"version": 1,`, `"version": "1",`, ": version is of type string, want a whole number"},
		{"field", `"columns":`, `"colums":`, `: unknown field "colums", did you mean "columns"? (known: version, labels, task, missing, columns)`},
		{"field of a column", `"cut", "kind"`, `"cut", "knid"`, `: column "cut": unknown field "knid", did you mean "kind"?`},
		{"field in another case", `"cut", "kind"`, `"cut", "Kind"`, `: column "cut": unknown field "Kind", did you mean "kind"?`},
		{"field without a name", `"name": "cut", "kind"`, `"knid"`, `: column 3 in the list: unknown field "knid", did you mean "kind"?`},
		{"no list", text, `{"version": 1, "columns": {}}`, ": columns is of type object, want a list"},
		{"no column", text, `{"version": 1, "columns": [3]}`, ": column 1 in the list: it is of type number, want an object"},
		{"type", `"cut", "kind": "category", "use": true`, `"cut", "kind": "category", "use": "yes"`, `: column "cut": use is of type string, want true or false`},
		{"type of kind", `"cut", "kind": "category"`, `"cut", "kind": 1`, `: column "cut": kind is of type number, want a text`},
		{"type of words", `"cut", "kind"`, `"cut", "missing": "NA", "kind"`, `: column "cut": missing is of type string, want a list`},
		{"kind", `"cut", "kind": "category"`, `"cut", "kind": "categry"`, `: column "cut": unknown kind "categry", did you mean "category"?`},
		{"no kind", `"cut", "kind": "category"`, `"cut"`, `: column "cut": kind is missing`},
		{"no use", `"cut", "kind": "category", "use": true`, `"cut", "kind": "category"`, `: column "cut": use is missing`},
		{"role", `"cut", "kind": "category", "use": true, "role": "feature"`, `"cut", "kind": "category", "use": true, "role": "featur"`, `: column "cut": unknown role "featur", did you mean "feature"?`},
		{"no use of a label", `"y", "kind": "category", "use": true`, `"y", "kind": "category", "use": false`, `: column "y": use is false, and its role is label`},
		{"use of what is not used", `"cut", "kind": "category"`, `"cut", "kind": "identifier"`, `: column "cut": columns of the kind identifier are not used`},
		{"kind of a label", `"y", "kind": "category"`, `"y", "kind": "date"`, `: column "y": its kind is date, and a label is a number, or a category`},
		{"kind against task", `"y", "kind": "category"`, `"y", "kind": "number"`, `: column "y": its kind is number, which is regression, and task is classification`},
		{"task", `"task": "classification"`, `"task": "clasification"`, `: unknown task "clasification", did you mean "classification"?`},
		{"label unknown", "    \"y\"\n", "    \"z\"\n", `: labels: unknown column "z"`},
		{"label twice", "    \"y\"\n", "    \"y\", \"#-1\"\n", `: column "y": labels has it twice`},
		{"label not listed", `"use": true, "role": "feature", "why": "2 levels"`, `"use": true, "role": "label", "why": "2 levels"`, `: column "cut": its role is label, and labels does not list it`},
		{"label against role", "    \"y\"\n", "    \"cut\"\n", `: column "cut": its role is feature, and labels says that it is to be predicted`},
		{"two groups", `"cut", "kind": "category", "use": true, "role": "feature"`, `"cut", "kind": "category", "use": true, "role": "group" }, { "name": "z", "kind": "code", "use": true, "role": "group"`, `: column "z": its role is group, and that of "cut" is too`},
		{"group and time", `"cut", "kind": "category", "use": true, "role": "feature"`, `"cut", "past_future": true, "kind": "category", "use": true, "role": "feature" }, { "name": "z", "kind": "code", "use": true, "role": "group"`, `: column "z": rows are divided by one column, and "cut" is one already`},
		{"time of a label", `"y", "kind"`, `"y", "past_future": true, "kind"`, `: column "y": past_future is of features`},
		{"dates of another kind", `"cut", "kind"`, `"cut", "dates": "dmy", "kind"`, `: column "cut": dates is of the kind date, and its kind is category`},
		{"order of dates", `"cut", "kind": "category"`, `"cut", "dates": "dym", "kind": "date"`, `: column "cut": dates is "dym", want ymd, dmy or mdy`},
		{"decimal of another kind", `"cut", "kind"`, `"cut", "decimal": ".", "kind"`, `: column "cut": decimal is of the kind number, and its kind is category`},
		{"decimal", `"cut", "kind": "category"`, `"cut", "decimal": ";", "kind": "number"`, `: column "cut": decimal is ";", want "." or ","`},
		{"order of another kind", `"name": "x", "nth": 1, "kind"`, `"name": "x", "nth": 1, "order": ["1", "2"], "kind"`, `: column "x" (nth 1): order is of features of the kind category`},
		{"order twice", `"cut", "kind"`, `"cut", "order": ["Good", "Fair", "Good"], "kind"`, `: column "cut": order has "Good" twice`},
		{"order of one", `"cut", "kind"`, `"cut", "order": ["Good"], "kind"`, `: column "cut": order has 1 level, want at least 2`},
		{"a level in no order", `"cut", "kind"`, `"cut", "order": ["Good", "Best"], "kind"`, `column 3 ("cut"): not of the kind asked for: the order has no "Fair"`},
		{"column unknown", `"name": "cut"`, `"name": "cutt"`, `: unknown column "cutt", did you mean "cut"?`},
		{"column twice", `"name": "x", "nth": 2`, `"name": "x", "nth": 1`, `: column "x" (nth 1): it is there twice`},
		{"column twice, otherwise", `"name": "cut"`, `"name": "y", "nth": 1`, `: column "y": it is there twice`},
		{"which of two", `"name": "x", "nth": 2`, `"name": "x"`, `: column "x": ` + data + ` has 2 of that name, want nth`},
		{"the third of two", `"name": "x", "nth": 2`, `"name": "x", "nth": 3`, `: column "x" (nth 3): ` + data + ` has 2 of that name`},
		{"before the first", `"name": "x", "nth": 2`, `"name": "x", "nth": -2`, `: column "x": nth is -2`},
		{"no name", `"name": "cut"`, `"name": ""`, `: column "": all columns of ` + data + ` have names`},
		{"not listed", "    { \"name\": \"cut\", \"kind\": \"category\", \"use\": true, \"role\": \"feature\", \"why\": \"2 levels\" },\n", "", `: column "cut": ` + data + ` has it, and it is not listed`},
	} {
		if strings.Count(text, c.old) != 1 {
			t.Fatalf("%s: %q is not in\n%s", c.name, c.old, text)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(text, c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		o := command(t, "", "train", "--data", data, "--columns", path)
		if o.code != exitFailed || !strings.Contains(o.stderr, c.want) || o.stdout != "" || !strings.Contains(o.stderr, path) && c.name != "a level in no order" {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %d, the path, and %q", c.name, o.code, o.stdout, o.stderr, exitFailed, c.want)
		}
	}
	if o := command(t, "", "inspect", data, "--columns", path+"x"); o.code != exitFailed || !strings.Contains(o.stderr, "--columns: open "+path+"x") {
		t.Errorf("no file: exit code %d, stderr %q", o.code, o.stderr)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := command(t, "", "inspect", data, "--columns", path, "--header", "no"); o.code != exitFailed || !strings.Contains(o.stderr, `column "x" (nth 1): columns of `+data+" have no names (--header yes") {
		t.Errorf("no names: exit code %d, stderr %q", o.code, o.stderr)
	}
}

// TestCutColumns: a file that ends too early is no file of columns, wherever that is.
func TestCutColumns(t *testing.T) {
	t.Parallel()
	_, text := columnsOf(t, file(t, "mixed.csv", mixedTable(30)))
	text = strings.TrimSuffix(text, "\n")
	for n := range text {
		c := &columnsFile{path: "columns.json"}
		if err := c.decode([]byte(text[:n])); err == nil || !strings.HasPrefix(err.Error(), "columns.json: line ") {
			t.Fatalf("%q: %v", text[:n], err)
		}
	}
	c := &columnsFile{path: "columns.json"}
	if err := c.decode([]byte(text)); err != nil || len(c.Columns) != 12 {
		t.Errorf("%d columns, %v", len(c.Columns), err)
	}
}

// TestColumnsExample: the file in the package's documentation is one.
func TestColumnsExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(text), "\n\t{\n")
	example, _, end := strings.Cut(example, "\n\t}\n")
	if !ok || !end {
		t.Fatal("doc.go has no example of a file of columns")
	}
	if _, err := readColumns(file(t, "columns.json", "{\n"+example+"\n}\n")); err != nil {
		t.Error(err)
	}
}
