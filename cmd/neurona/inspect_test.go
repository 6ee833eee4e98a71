package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tables is the folder of tables that package table is tested on.
const tables = "../../datasets/table/testdata"

// inspected runs neurona inspect and returns the lines that it writes, with one blank for many.
func inspected(t *testing.T, args ...string) []string {
	t.Helper()
	all := lines(t, must(t, "", append([]string{"inspect"}, args...)...))
	for i, l := range all {
		all[i] = strings.Join(strings.Fields(l), " ")
	}
	return all
}

// TestInspect writes all of what there is to say of a table.
func TestInspect(t *testing.T) {
	t.Parallel()
	path := filepath.Join(tables, "penguins.train.csv")
	const want = `file      %s: 258 rows, 7 columns; cells are separated by ',', the decimal point is '.', the first line names the columns; utf-8
          header: yes, texts stand above columns of numbers

column             kind      role     missing  distinct  range         examples                   plan                                         why
species            category  label    0        3                       Adelie, Gentoo, Chinstrap  no feature: label                            its labels are no numbers
island             category  feature  0        3                       Biscoe, Dream, Torgersen   a feature for each level                     3 levels
bill_length_mm     number    feature  2        146       32.1 to 58    32.1, 44.5, 58             a number, scaled, and whether it is missing  every cell that is not missing is a number
bill_depth_mm      number    feature  2        78        13.2 to 21.5  13.2, 17.3, 21.5           a number, scaled, and whether it is missing  every cell that is not missing is a number
flipper_length_mm  number    feature  2        53        172 to 231    172, 197, 231              a number, scaled, and whether it is missing  every cell that is not missing is a number
body_mass_g        number    feature  2        85        2850 to 6300  2850, 4050, 6300           a number, scaled, and whether it is missing  every cell that is not missing is a number
sex                category  feature  9        2                       female, male               a feature for each level                     2 levels, and missing cells

label     species: classification, 3 classes: its labels are no numbers (--task regression, if it is that)
classes   Adelie 114, Chinstrap 51, Gentoo 93
`
	if got := must(t, "", "inspect", path, "--label", "species"); got != fmt.Sprintf(want, path) {
		t.Errorf("got\n%s\nwant\n%s", got, fmt.Sprintf(want, path))
	}
	if got := must(t, "", "inspect", path, "--quiet"); got != "" {
		t.Errorf("--quiet wrote %q", got)
	}
}

// TestInspectCases says of each file what it is about.
func TestInspectCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, args string
		want       []string // whole lines
	}{
		{"c03_semicolon_decimal.csv", "--label c", []string{`comma: ';', every line looked at has 3 cells`, `decimal: ',', 80 numbers, as "0,498"`,
			"x number feature 0 40 -0.589 to 5.453 -0.589, 4.519, 5.453 a number, scaled every cell that is not missing is a number", "classes a 20, b 20"}},
		{"c06_trailing_comma.csv", "--label c", []string{"trailing: dropped, every line ends with a separator"}},
		{"c11_NA.csv", "--label c", []string{"y number feature 1 39 0.031 to 0.956 0.031, 0.464, 0.956 a number, scaled, and whether it is missing every cell that is not missing is a number"}},
		{"c18_thousands.csv", "--label c", []string{"x number feature 0 41 -0.552 to 1234.5 -0.552, 4.368, 1234.5 a number, scaled every cell that is not missing is a number, written as 1,234.5"}},
		{"c19_comments.csv", "--label c", []string{`comment: "#", 1 line above the table`}},
		{"c20_index.csv", "--label c", []string{"#1 identifier feature 0 40 0 to 39 0, 20, 39 left out the first column, without a name, and whole numbers, all different: an index that a program has written"}},
		{"c22_boolfeature.csv", "--label c", []string{"x boolean feature 0 2 FALSE, TRUE 0 or 1 every cell is false or true"}},
		{"c40_dates.csv", "--label c", []string{"d date feature 0 28 2024-01-01 to 2024-01-28 2024-01-01, 2024-01-11, 2024-01-28 time elapsed and calendar every cell that is not missing is a date, written as 2006-1-2",
			"doubt column d: rows have a date: a random split tests on the past as well as on the future (--past-future d, tests on the future)"}},
		{"c40_dates.csv", "--label c --past-future d", []string{"d date feature, past-future 0 28 2024-01-01 to 2024-01-28 2024-01-01, 2024-01-11, 2024-01-28 time elapsed and calendar every cell that is not missing is a date, written as 2006-1-2"}},
		{"dup_train.csv", "", []string{"x#2 number feature 0 117 -0.996 to 0.971 -0.996, 0.033, 0.971 a number, scaled every cell that is not missing is a number",
			"label label, since no --label says otherwise: classification, 2 classes: its labels are no numbers (--task regression, if it is that)",
			"doubt column x#2: the label follows from it alone in the training rows (--drop 'x#2', if it is not known when answers are wanted)"}},
		{"headerless_y_first.csv", "--label #1", []string{"#1 number label 0 293 -9.257 to 10.394 -9.257, 0.137, 10.394 no feature: label its numbers are not all whole",
			"label #1: regression: its numbers are not all whole (--task classification, if it is that)"}},
		{"pandas_header.csv", "", []string{"doubt the first line counts the columns, 0, 1, 2 ...: it was taken for a header (--header)"}},
		{"text_features.csv", "", []string{"id identifier feature 0 60 u0, u1, u10 left out texts, all different",
			"doubt rows that are identical with an earlier one in all that is used, the label too: 6 (a split keeps them on one side; remove them if they are copies)"}},
		{"timestamps.csv", "", []string{"doubt column t: the rows are in its order: a random split tests between rows that were learnt (--past-future t)"}},
		{"latin1_classes.csv", "--encoding latin1", []string{"classes grän 30, grün 30"}},
		{"zeropad.csv", "", []string{"classes 01 30, 02 30"}},
		{"houses.csv", "--group rooms --weight area", []string{"area number weight 0 97 30.1 to 249.1 30.1, 149.9, 249.1 no feature: weight every cell that is not missing is a number",
			"rooms number group 0 7 1 to 7 1, 4, 7 no feature: group every cell that is not missing is a number"}},
		{"price_int.csv", "--as area=category --drop area", []string{"area category feature 0 199 84.93, 100.25, 100.90 left out asked for"}},
	} {
		got := inspected(t, append([]string{filepath.Join(tables, "cases", c.file)}, strings.Fields(c.args)...)...)
		for _, want := range c.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s %s: there is no line %q in\n%s", c.file, c.args, want, strings.Join(got, "\n"))
			}
		}
	}
}

// TestInspectSources reads several files, patterns, and standard input.
func TestInspectSources(t *testing.T) {
	t.Parallel()
	first, second := file(t, "a.csv", flowers(30)), file(t, "b.csv", flowers(60))
	for _, args := range [][]string{{first, second}, {filepath.Dir(first) + "/*.csv", second}} {
		if got, want := inspected(t, args...)[0], first+", "+second+": 90 rows, 3 columns; "; !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
	}
	many := []string{first, first, second, second, first}
	if got, want := inspected(t, many...)[0], first+", "+first+", "+second+" and 2 more: 210 rows"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := must(t, flowers(30), "inspect", "-"); !strings.HasPrefix(got, "file      standard input: 30 rows, 3 columns; ") {
		t.Errorf("got %q", got)
	}
	for args, want := range map[string]string{first + "x": first + "x", filepath.Join(tables, "cases/latin1_classes.csv"): "--encoding latin1"} {
		if o := command(t, "", "inspect", args); o.code != exitFailed || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %d and %q", args, o.code, o.stdout, o.stderr, exitFailed, want)
		}
	}
}

// TestInspectUndecided shows columns that are refused, and tables without a label, which is no failure.
func TestInspectUndecided(t *testing.T) {
	t.Parallel()
	undecided := file(t, "undecided.csv", "when,price,kind\n01/02/2024,1.234,p\n03/04/2024,2.345,q\n05/06/2024,3.456,p\n")
	got := inspected(t, undecided)
	for _, want := range []string{
		"when date feature 0 3 01/02/2024, 03/04/2024, 05/06/2024 refused not decided",
		"price number feature 0 3 1.234, 2.345, 3.456 refused not decided",
		"refused " + undecided + `:2: column 1 ("when"): two readings fit every row: the order of day, month and year in "01/02/2024" may be dmy or mdy (--as when=dmy; --as when=mdy)`,
		"refused " + undecided + `: column 2 ("price"): two readings fit every row: "1.234" may be 1.234 or 1234 (--as price=decimal_point; --as price=decimal_comma)`,
		"classes p 2, q 1",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("there is no line %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	if got := inspected(t, undecided, "--as", "when=dmy", "--as", "price=decimal_comma", "--as", "when=dmy", "--as", "#2=decimal_comma"); slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "refused") }) ||
		!slices.Contains(got, "when date feature 0 3 2024-02-01 to 2024-06-05 2024-02-01, 2024-04-03, 2024-06-05 time elapsed and calendar asked for") {
		t.Errorf("decided, and it says\n%s", strings.Join(got, "\n"))
	}

	no := filepath.Join(tables, "cases/c40_dates.csv")
	for _, c := range []struct {
		args string
		want string
	}{
		{"", "label none: " + no + `: no label column is given, and other columns than the last are called as labels are: candidates are "y", "c" (--label)`},
		{"--label d", "label none: " + no + `: column 1 ("d"): no label column: it is a date (--task classification, if each date is a class)`},
		{"--label c --task regression", "label none: " + no + `:2: column 3 ("c"): not of the kind asked for: the label "a" is no number (--na a, if it stands for a label that is missing; --task classification, if labels are classes)`},
	} {
		got := inspected(t, append([]string{no}, strings.Fields(c.args)...)...)
		if !slices.Contains(got, c.want) || !slices.Contains(got, "c category feature 0 2 a, b a feature for each level 2 levels") {
			t.Errorf("%s: there is no line %q, or none of column c, in\n%s", c.args, c.want, strings.Join(got, "\n"))
		}
		e := lastObject(t, must(t, "", append([]string{"inspect", no, "--json"}, strings.Fields(c.args)...)...))
		if targets := e["targets"].([]any); len(targets) != 0 || "label none: "+e["no_label"].(string) != c.want {
			t.Errorf("%s: targets are %v, since %q", c.args, targets, e["no_label"])
		}
	}
}

// TestInspectJSON writes all that is known: scripts rely on the keys.
func TestInspectJSON(t *testing.T) {
	t.Parallel()
	text := "when,cut,x,x,y\n" + strings.Repeat("31.12.2024,Good,\"1.234,5\",1,10\n1.1.2025,Fair,\"2,5\",NA,20\n2.1.2025,Good,\"3,5\",7,10\n", 4)
	e := lastObject(t, must(t, text, "inspect", "-", "--json", "--label", "y", "--as", "cut=Fair<Good", "--task", "classification"))
	wantKeys(t, e, "files", "rows", "dialect", "columns", "targets", "doubts")
	if e["rows"] != 12.0 || fmt.Sprint(e["files"]) != "[standard input]" {
		t.Errorf("got %v", e)
	}
	dialect := e["dialect"].(map[string]any)
	wantKeys(t, dialect, "comma", "decimal", "quote", "comment", "comments", "space", "header", "trailing", "encoding", "gzip", "reasons")
	if dialect["comma"] != "," || dialect["quote"] != `"` || dialect["comment"] != "" || dialect["header"] != true {
		t.Errorf("the dialect is %v", dialect)
	}
	wantKeys(t, dialect["reasons"].([]any)[0].(map[string]any), "what", "choice", "why")
	columns := e["columns"].([]any)
	column := func(i int) map[string]any { return columns[i].(map[string]any) }
	plain := []string{"name", "role", "kind", "why", "used", "plan", "missing", "distinct", "asked", "past_future", "examples"}
	with := func(more ...string) []string { return append(slices.Clone(plain), more...) }
	wantKeys(t, column(0), with("missing_words", "dates", "low", "high", "range")...)
	wantKeys(t, column(1), with("order")...)
	wantKeys(t, column(2), with("nth", "missing_words", "numbers", "low", "high", "range")...)
	wantKeys(t, column(4), plain...)
	if c := column(0); c["low"] != 1735603200.0 || fmt.Sprint(c["dates"]) != "map[layout:2.1.2006]" || fmt.Sprint(c["examples"]) != "[2024-12-31 2025-01-01 2025-01-02]" {
		t.Errorf("a date is %v", c)
	}
	if c := column(2); c["name"] != "x" || c["nth"] != 1.0 || fmt.Sprint(c["numbers"]) != "map[decimal:, thousands:.]" || c["range"] != "2.5 to 1234.5" || c["asked"] != false {
		t.Errorf("a number is %v", c)
	}
	if c := column(3); c["nth"] != 2.0 || c["missing"] != 4.0 || c["used"] != true {
		t.Errorf("a number with gaps is %v", c)
	}
	if c := column(1); fmt.Sprint(c["order"]) != "[Fair Good]" || c["asked"] != true {
		t.Errorf("a category is %v", c)
	}
	target := e["targets"].([]any)[0].(map[string]any)
	wantKeys(t, target, "label", "task", "why", "classes", "missing")
	if got, want := fmt.Sprint(target["classes"]), "[map[name:10 rows:8] map[name:20 rows:4]]"; got != want || target["label"] != "y" {
		t.Errorf("the target is %v, want the classes %s", target, want)
	}
	wantKeys(t, e["doubts"].([]any)[0].(map[string]any), "kind", "what", "remedy")
	doubt := lastObject(t, must(t, "", "inspect", filepath.Join(tables, "cases/timestamps.csv"), "--json"))["doubts"].([]any)[0].(map[string]any)
	wantKeys(t, doubt, "kind", "column", "what", "remedy")
	if doubt["kind"] != "time" || doubt["column"] != "t" {
		t.Errorf("a doubt is %v", doubt)
	}

	path := filepath.Join(t.TempDir(), "columns.json")
	e = lastObject(t, must(t, "when,y\n01/02/2024,a\n02/03/2024,b\n", "inspect", "-", "--json", "--quiet", "--write", path))
	c := e["columns"].([]any)[0].(map[string]any)
	if refused := `two readings fit every row`; !strings.Contains(c["refused"].(string), refused) || c["low"] != nil || e["written"] != path {
		t.Errorf("a column is %v, want it refused: %s", c, refused)
	}
}

// TestInspectWide shows people the first 200 columns of many, and programs all.
func TestInspectWide(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "f%d,", i)
	}
	b.WriteString("label\n")
	for row := range 6 {
		for i := range 300 {
			fmt.Fprintf(&b, "%d.5,", row*i)
		}
		fmt.Fprintf(&b, "%c\n", 'a'+row%2)
	}
	path := file(t, "wide.csv", b.String())
	got := inspected(t, path)
	if n := len(slices.DeleteFunc(slices.Clone(got), func(l string) bool { return !strings.HasPrefix(l, "f") || strings.HasPrefix(l, "file") })); n != 200 {
		t.Errorf("%d columns are shown", n)
	}
	for _, want := range []string{"and 101 columns more (--json has all)", "classes a 3, b 3"} {
		if !slices.Contains(got, want) {
			t.Errorf("there is no line %q", want)
		}
	}
	if n := len(lastObject(t, must(t, "", "inspect", path, "--json"))["columns"].([]any)); n != 301 {
		t.Errorf("--json has %d columns", n)
	}
}

// TestInspectNasty writes names, classes and paths that a terminal would obey: each stays in its line.
func TestInspectNasty(t *testing.T) {
	t.Parallel()
	path := file(t, "nasty\x1b[3m\n\t.csv", nastyTable(70))
	for _, terminal := range []bool{true, false} {
		for _, args := range [][]string{{"inspect", path}, {"inspect", path, "--json"}, {"inspect", path, "--label", "no\x1b[1m"}} {
			var out, err bytes.Buffer
			a := &app{stdin: strings.NewReader(""), stdout: newStandardOutput(&out), stderr: newStandardError(&err)}
			a.stdout.interactive, a.stdout.escapes = terminal, terminal
			code := a.run(t.Context(), args)
			if got := controls(out.String() + err.String()); got != "" && (terminal || args[len(args)-1] != "--json") {
				t.Errorf("%q: there is %s: %q", args, got, out.String())
			}
			if len(args) > 2 {
				continue
			}
			if code != exitDone || !strings.Contains(out.String(), `"a\x1b]0;title\ab"  number`) || !strings.Contains(out.String(), `"i\nneurona: all is well" 1`) {
				t.Errorf("exit code %d, stdout %q", code, out.String())
			}
			all := lines(t, out.String())
			if name := `nasty\u001b[3m\u000a\u0009.csv: 70 rows, 3 columns; `; !strings.Contains(all[0], name) {
				t.Errorf("terminal %v: the first line is %q, want %q in it", terminal, all[0], name)
			}
			// Kinds, and what comes behind them, stand below each other.
			at := strings.Index(all[3], "kind")
			for _, l := range all[4:7] {
				if fields := strings.Fields(l[at:]); l[at-1] != ' ' || fields[1] != "feature" && fields[1] != "label" {
					t.Errorf("terminal %v: a line is %q, want a kind where %q has it", terminal, l, all[3])
				}
			}
		}
	}
}

// columnsOf writes a file of columns for a table and returns its path and text.
func columnsOf(t *testing.T, data string, args ...string) (path, text string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "columns.json")
	must(t, "", append([]string{"inspect", data, "--quiet", "--write", path}, args...)...)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(content)
}
