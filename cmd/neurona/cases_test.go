package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// caseFile is one of the small files that people have.
func caseFile(name string) string {
	return filepath.Join("..", "..", "datasets", "table", "testdata", "cases", name)
}

// TestCases trains on each of the files as they are, and asks for their own labels again: these come in a circle, row by row. An answer
// is right if it is spelt as the label is.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, args    string
		rows          int
		circle        string
		others        int // rows that are not of the circle, at the end
		columns, said string
	}{
		{"bigid3.csv", "", 90, "9007199254740992 9007199254740993 9007199254740996", 0, "x number", "its labels are codes: whole numbers of more digits than float64 holds"},
		{"underscore_labels.csv", "", 90, "1_0 10 2_1", 0, "x number", "its labels are no numbers"},
		{"zeropad.csv", "", 60, "02 01", 0, "x number", "whole numbers with zeros in front"},
		{"onetwo.csv", "", 60, "1 2", 0, "x number", "classification, 2 classes: it has at most two values (--task regression"},
		{"onetwo.csv", "--loss binary_cross_entropy", 60, "1 2", 0, "x number", "binary cross entropy"},
		{"latin1_classes.csv", "--encoding latin1", 60, "grän grün", 0, "x number", "classification, 2 classes"},
		{"pandas_header.csv", "", 60, "b a", 0, "0 number, 1 number", "header: yes, the first line counts the columns"},
		{"c02_cr_only.csv", "--label c", 40, "a b", 0, "x number, y number", "header: yes"},
		{"c03_semicolon_decimal.csv", "--label c", 40, "a b", 0, "x number, y number", "comma: ';', every line looked at has 3 cells|decimal: ',', 80 numbers"},
		{"c06_trailing_comma.csv", "--label c", 40, "a b", 0, "x number, y number", "trailing: dropped, every line ends with a separator"},
		{"c10_missing.csv", "--label c", 41, "a b", 1, "x number, y number", "columns   2 numbers"},
		{"c11_NA.csv", "--label c", 41, "a b", 1, "x number, y number", "columns   2 numbers"},
		{"c12_question.csv", "--label c", 41, "a b", 1, "x number, y number", "columns   2 numbers"},
		{"c18_thousands.csv", "--label c", 41, "a b", 1, "x number, y number", "columns   2 numbers"},
		{"c19_comments.csv", "--label c", 40, "a b", 0, "x number, y number", `comment: "#", 1 line above the table`},
		{"c20_index.csv", "--label c", 40, "a b", 0, "( identifier), x number, y number", "left out  #1 (identifier)"},
		{"c22_boolfeature.csv", "--label c", 40, "a b", 0, "x boolean, y number", "columns   1 number, 1 boolean"},
		{"c40_dates.csv", "--label c", 40, "a b", 40, "d date, y number", "columns   1 number, 1 date"}, // its labels are noise
		{"c55_inf_header.csv", "--label c", 40, "a b", 0, "age number, inf number", "header: yes, texts stand above columns of numbers"},
		{"c57_gz.csv.gz", "--label c", 40, "a b", 0, "x number, y number", "compression: gzip"},
		{"text_features.csv", "--label c", 60, "a b", 0, "(id identifier), city category, x number", "left out  id (identifier)"},
		{"rare1.csv", "--label c", 41, "a b", 1, "x number, y number", "classification, 3 classes"},
	} {
		t.Run(c.file+" "+c.args, func(t *testing.T) {
			t.Parallel()
			path := caseFile(c.file)
			args := append([]string{"--data", path}, strings.Fields(c.args)...)
			out := must(t, "", append([]string{"train"}, args...)...)
			for want := range strings.SplitSeq(c.said, "|") {
				if !strings.Contains(out, want) {
					t.Errorf("the report lacks %q:\n%s", want, out)
				}
			}
			l := learn(t, "", args...)
			circle := strings.Fields(c.circle)
			known := slices.Sorted(slices.Values(circle))
			if c.file == "rare1.csv" {
				known = append(known, "rare")
			}
			if c.file == "underscore_labels.csv" {
				slices.Sort(known) // as texts
			}
			if got, want := l.classes(), strings.Join(known, " "); got != want {
				t.Errorf("classes are %q, want %q", got, want)
			}
			if got := l.columns(); got != c.columns {
				t.Errorf("columns are %s, want %s", got, c.columns)
			}
			if got := l.rows(); got != float64(c.rows) {
				t.Errorf("%v rows, want %d", got, c.rows)
			}
			form := []string{path}
			if c.file == "latin1_classes.csv" {
				form = append(form, "--encoding", "latin1")
			}
			answers, _ := l.answers(t, "", form...)
			if len(answers) != c.rows {
				t.Fatalf("%d answers to %d rows", len(answers), c.rows)
			}
			for i, got := range answers[:c.rows-c.others] {
				if want := circle[i%len(circle)]; got != want {
					t.Errorf("row %d is %q, want %q", i+1, got, want)
				}
			}
			o := command(t, "", append([]string{"eval", l.model, "--json", "--data"}, form...)...)
			r := lastObject(t, o.stdout)
			if right := r["accuracy"].(float64) * float64(c.rows); !(right >= float64(c.rows-c.others)) || r["rows"] != float64(c.rows) {
				t.Errorf("eval says that %v of %v rows are right, want %d", right, r["rows"], c.rows-c.others)
			}
		})
	}
}

// TestSpellingsOfOneValue: a cell says the same however it is spelt, in files of other forms than that of training, too.
func TestSpellingsOfOneValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, a, b, other string }{
		{"c03_semicolon_decimal.csv", "x;y\n1,5;0,25\n", "x,y\n1.5,.25\n", "x,y\n15,.25\n"},
		{"c18_thousands.csv", "x,y\n\"1,234.5\",0.1\n", "y\tx\n0.1\t1234.5\n", "x,y\n1.2345,0.1\n"},
		{"c19_comments.csv", "# one\n# two\nx,y\n2,0.5\n", "\ufeffx|y\r\n2.0|5e-1\r\n", "x,y\n3,0.5\n"},
		{"c22_boolfeature.csv", "x,y\nTRUE,0.5\n", "x,y\ntrue,0.5\n", "x,y\nFALSE,0.5\n"},
		{"c40_dates.csv", "d,y\n2024-01-09,0.5\n", "d,y\n2024-01-09 00:00:00,0.5\n", "d,y\n2024-01-10,0.5\n"},
		{"c06_trailing_comma.csv", "x,y,\n2,0.5,\n", "y,x\n.5,2\n", "x,y\n.5,2\n"},
	} {
		l := learn(t, "", "--data", caseFile(c.file), "--label", "c", "--epochs", "5")
		a, _ := l.likely(t, c.a)
		b, _ := l.likely(t, c.b)
		other, _ := l.likely(t, c.other)
		if a[0] != b[0] || a[0] == other[0] {
			t.Errorf("%s: %q gives %q, %q %q, %q %q", c.file, c.a, a, c.b, b, c.other, other)
		}
	}
}

// TestColumnsOfOneName: columns of one name are told apart by which comes first, where the new table has more columns, and in another order.
func TestColumnsOfOneName(t *testing.T) {
	t.Parallel()
	train, err := os.ReadFile(caseFile("dup_train.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := "pos neg pos neg"
	l := learn(t, "", "--data", caseFile("dup_train.csv"))
	if answers, _ := l.answers(t, "", caseFile("dup_new_id.csv")); strings.Join(answers, " ") != want {
		t.Errorf("answers are %q, want %s", answers, want)
	}
	unnamed := learn(t, strings.Replace(string(train), "x,x,label", ",,label", 1), "--data", "-")
	if answers, _ := unnamed.answers(t, "id,,\n1,-0.9,0.9\n2,-0.9,-0.9\n3,0.9,0.9\n4,0.9,-0.9\n"); strings.Join(answers, " ") != want {
		t.Errorf("without names, answers are %q, want %s", answers, want)
	}
	// What stands between the two is nothing to either.
	if answers, _ := l.answers(t, "x,label,x\n-0.9,,0.9\n-0.9,,-0.9\n"); strings.Join(answers, " ") != "pos neg" {
		t.Errorf("with the label between them, answers are %q", answers)
	}
}

// TestTimestamps: numbers that float32 does not tell apart are learnt as well as their differences.
func TestTimestamps(t *testing.T) {
	t.Parallel()
	far, err := os.ReadFile(caseFile("timestamps.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var near strings.Builder
	near.WriteString("t,label\n")
	for _, r := range records(t, string(far))[1:] {
		seconds, err := strconv.Atoi(r[0])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&near, "%d.0,%s\n", seconds-1_700_000_000, r[1]) // with a point: not a count of the rows
	}
	var losses []float64
	for name, data := range map[string]string{"as they are": string(far), "less an offset": near.String()} {
		l := learn(t, data, "--data", "-")
		if l.result["test_accuracy"] != 1.0 || l.columns() != "t number" {
			t.Errorf("%s: test accuracy is %v, of %s", name, l.result["test_accuracy"], l.columns())
		}
		if d := l.doubted("time"); len(d) != 1 || !strings.HasPrefix(d[0], "t: column t: the rows are in its order") {
			t.Errorf("%s: doubts about time are %q", name, d)
		}
		losses = append(losses, l.result["test_loss"].(float64))
	}
	// Their mean is rounded to 2.4e-7, of a standard deviation of 35.
	if !(math.Abs(losses[0]-losses[1]) <= 1e-7) {
		t.Errorf("an offset changes the loss: %v", losses)
	}
	l := learn(t, string(far), "--data", "-", "--scale", "none")
	if d := l.doubted("collapse"); len(d) != 1 || !strings.HasPrefix(d[0], "t: column t: 94 of its 96 values are the same as the next one") {
		t.Errorf("doubts about collapsed values are %q", d)
	}
	if !strings.Contains(l.stderr, "neurona: doubt: column t: 94 of its 96 values") {
		t.Errorf("stderr is %q", l.stderr)
	}
}

// farLabels is a table of labels of 1.7e9 ± 50: a number x, the part that a row is for, and the label.
func farLabels() (table string, labels []float64) {
	var b strings.Builder
	b.WriteString("x,part,when\n")
	for i := range 200 {
		x, part := float64(i*37%200)/100-1, i/160
		label := math.Round(1_700_000_000 + 50*x + 2*math.Sin(float64(i)))
		labels = append(labels, label)
		fmt.Fprintf(&b, "%.2f,%d,%.0f\n", x, part, label)
	}
	return b.String(), labels
}

// rmse is the root mean square difference.
func rmse(got, want []float64) float64 {
	sum := 0.0
	for i, v := range got {
		sum += (v - want[i]) * (v - want[i])
	}
	return math.Sqrt(sum / float64(len(got)))
}

// TestErrorInItsUnit compares the errors that train and eval report with those of predict's answers.
func TestErrorInItsUnit(t *testing.T) {
	t.Parallel()
	table, labels := farLabels()
	l := learn(t, table, "--data", "-", "--past-future", "part")
	answers, stderr := l.answers(t, strings.ReplaceAll(table, "part,when", "part,answer"))
	if stderr != "" {
		t.Errorf("stderr is %q", stderr)
	}
	got := numbers(t, answers)
	// The label has a noise of 1.4, and answers are rounded to some 5e-6.
	for _, c := range []struct {
		name     string
		reported any
		want     float64
	}{
		{"train's of the test part", l.result["test_rmse"], rmse(got[160:], labels[160:])},
		{"eval's of all", lastObject(t, must(t, table, "eval", l.model, "--data", "-", "--json"))["rmse"], rmse(got, labels)},
	} {
		if v, ok := c.reported.(float64); !ok || !(math.Abs(v-c.want) <= 1e-4) || !(v > 0.5 && v < 4) {
			t.Errorf("the error %s is %v, want %v", c.name, c.reported, c.want)
		}
	}
	if r2, ok := l.result["test_r2"].(float64); !ok || !(r2 > 0.99) || l.result["test_accuracy"] != nil {
		t.Errorf("test_r2 is %v, test_accuracy %v", l.result["test_r2"], l.result["test_accuracy"])
	}
	l = learn(t, table, "--data", "-", "--past-future", "part", "--scale-target", "none", "--epochs", "1")
	if d := l.doubted("collapse"); len(d) != 1 || !strings.HasPrefix(d[0], "when: column when: ") {
		t.Errorf("doubts about collapsed values are %q", d)
	}
}

// TestErrorOfAnySize: errors of numbers whose squares float64 does not hold are told as those of others, in their unit.
func TestErrorOfAnySize(t *testing.T) {
	t.Parallel()
	var want float64
	for _, unit := range []string{"", "e300", "e-300"} {
		var b strings.Builder
		b.WriteString("x,size\n")
		for i := range 100 {
			fmt.Fprintf(&b, "%d.5,%.3f%s\n", i*37%100, float64(i*37%100)/50+math.Sin(float64(i))/10, unit)
		}
		l := learn(t, b.String(), "--data", "-", "--label", "size", "--epochs", "20")
		got, _ := l.result["test_rmse"].(float64)
		one, _ := strconv.ParseFloat("1"+unit, 64)
		if want == 0 {
			want = got
		}
		if got /= one; !(got > 0.01) || !(math.Abs(got-want) <= 1e-3*want) {
			t.Errorf("in units of 1%s the error is %v, want %v", unit, got, want)
		}
		if r2, ok := l.result["test_r2"].(float64); !ok || !(r2 > 0.5 && r2 < 1) {
			t.Errorf("in units of 1%s, test_r2 is %v", unit, l.result["test_r2"])
		}
	}
}

// TestLatin1 names the place of a byte that is no UTF-8, and the flag.
func TestLatin1(t *testing.T) {
	t.Parallel()
	path := caseFile("latin1_classes.csv")
	want := `latin1_classes.csv:2: column 2 ("art"): not text in this encoding: byte 0xe4 in "4.63,gr\xe4n" (--encoding latin1`
	for _, args := range [][]string{
		{"train", "--data", path},
		{"predict", learn(t, "", "--data", path, "--encoding", "latin1").model, path},
	} {
		o := command(t, "", args...)
		if o.code != exitFailed || o.stdout != "" || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %q", args[0], o.code, o.stdout, o.stderr, want)
		}
	}
}

// TestPredictWithLabels: a table that still has its column of answers, empty or senseless, needs no flag.
func TestPredictWithLabels(t *testing.T) {
	t.Parallel()
	l := learn(t, "", "--data", caseFile("c02_cr_only.csv"), "--label", "c")
	path := caseFile("predict_label_empty_class.csv")
	if got := must(t, "", "predict", l.model, path); got != "prediction\na\nb\n" {
		t.Errorf("answers are %q", got)
	}
	if got := must(t, "x,y,c\n5,.5,?\n0,.5,\xc3\xbc 7\n", "predict", l.model); got != "prediction\na\nb\n" {
		t.Errorf("answers are %q", got)
	}
	o := command(t, "", "eval", l.model, "--data", path)
	if o.code != exitFailed || !strings.Contains(o.stderr, "every label is missing") {
		t.Errorf("eval: exit code %d, stderr %q", o.code, o.stderr)
	}
}

// TestHeaders: the first line is a header or a row, a doubt says so where it is not certain, and --header decides.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, header string
		rows         float64
		columns      string
		doubts       int
	}{
		{"pandas_header.csv", "auto", 60, "0 number, 1 number", 1},
		{"pandas_header.csv", "yes", 60, "0 number, 1 number", 0},
		{"pandas_header.csv", "no", 61, " number,  number", 0},
		{"c55_inf_header.csv", "auto", 40, "age number, inf number", 0},
		{"c55_inf_header.csv", "yes", 40, "age number, inf number", 0},
		{"c55_inf_header.csv", "no", 41, " category,  category", 0},
		{"headerless_y_first.csv", "auto", 300, " number,  number", 0},
		{"headerless_y_first.csv", "no", 300, " number,  number", 0},
		{"headerless_y_first.csv", "yes", 299, "-4.103 number, -1.445 number", 0},
	} {
		l := learn(t, "", "--data", caseFile(c.file), "--label", "#3", "--header", c.header, "--epochs", "1")
		if got := l.rows(); got != c.rows || l.columns() != c.columns || len(l.doubted("header")) != c.doubts {
			t.Errorf("%s, --header %s: %v rows, columns %s, doubts %q, want %v, %s and %d", c.file, c.header, got, l.columns(), l.doubted("header"), c.rows, c.columns, c.doubts)
		}
	}
	// The label is the first column, of a linear function.
	l := learn(t, "", "--data", caseFile("headerless_y_first.csv"), "--label", "#1")
	if r2 := l.result["test_r2"].(float64); !(r2 > 0.99) {
		t.Errorf("test_r2 is %v", r2)
	}
	if answers, _ := l.answers(t, "", caseFile("headerless_y_first.csv"), "--label", "#1", "--header", "no"); len(answers) != 300 {
		t.Errorf("%d answers to 300 rows", len(answers))
	} else if first := numbers(t, answers)[0]; !(math.Abs(first+4.103) < 0.5) {
		t.Errorf("the first answer is %v, want about -4.103", first)
	}
}

// TestTaskIsGuessed: what is learnt of a label is guessed, said, and --task does the other.
func TestTaskIsGuessed(t *testing.T) {
	t.Parallel()
	prices, err := os.ReadFile(caseFile("price_int.csv"))
	if err != nil {
		t.Fatal(err)
	}
	// Each price twice, of areas that differ: a class needs two rows to be tested.
	var twice strings.Builder
	twice.WriteString("area,price\n")
	for _, r := range records(t, string(prices))[1:] {
		fmt.Fprintf(&twice, "%s,%s\n%s1,%s\n", r[0], r[1], r[0], r[1])
	}
	ones, err := os.ReadFile(caseFile("onetwo.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, table string
		args        string
		said        string
		task        string
		classes     int
	}{
		{"prices", string(prices), "", "price, since no --label says otherwise: regression: it has 200 values in 200 rows (--task classification", "regression", 0},
		{"prices twice", twice.String(), "", "regression: ", "regression", 0},
		{"prices twice", twice.String(), "--task classification", "classification, 200 classes: asked for (--task regression", "classification", 200},
		{"prices twice", twice.String(), "--loss cross_entropy", "classification, 200 classes: asked for", "classification", 200},
		{"one and two", string(ones), "", "classification, 2 classes: it has at most two values (--task regression", "classification", 2},
		{"one and two", string(ones), "--task regression", "regression: asked for (--task classification", "regression", 0},
		{"one and two", string(ones), "--loss huber", "regression: asked for", "regression", 0},
	} {
		args := append([]string{"--data", "-", "--epochs", "2"}, strings.Fields(c.args)...)
		if out := must(t, c.table, append([]string{"train"}, args...)...); !strings.Contains(out, c.said) {
			t.Errorf("%s %s: the report lacks %q:\n%s", c.name, c.args, c.said, out)
		}
		l := learn(t, c.table, args...)
		if classes, _ := l.start["classes"].([]any); l.start["task"] != c.task || len(classes) != c.classes {
			t.Errorf("%s %s: %v of %d classes, want %s of %d", c.name, c.args, l.start["task"], len(classes), c.task, c.classes)
		}
	}
	o := command(t, string(prices), "train", "--data", "-", "--task", "classification")
	if want := "no row to judge by has a class that was trained on"; o.code != exitFailed || !strings.Contains(o.stderr, want) {
		t.Errorf("classes of one row each: exit code %d, stderr %q, want %q", o.code, o.stderr, want)
	}
}

// TestSplitsAreStratified: whatever the seed, every class with two rows is trained on, and tested on; one with a single row is
// trained on, and doubted.
func TestSplitsAreStratified(t *testing.T) {
	t.Parallel()
	var pairs strings.Builder
	pairs.WriteString("x,label\n")
	for i := range 60 {
		class := []string{"a", "b"}[i%2]
		if i < 2 {
			class = "two rows"
		}
		fmt.Fprintf(&pairs, "%d.5,%s\n", i*7%61, class)
	}
	table := func(name string) string {
		data, err := os.ReadFile(caseFile(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, c := range []struct {
		name, table    string
		classes        string
		test, untested string
	}{
		{"a rare class", table("imbalanced.csv"), "fraud ok", "200", ""},
		{"a class of one row", table("rare1.csv"), "a b rare", "8", `"rare"`},
		{"a class of two rows", pairs.String(), "a b two rows", "13", ""}, // 12 of 58, and one of the two
	} {
		label := "c"
		if c.name == "a class of two rows" {
			label = "label"
		}
		for seed := range 12 {
			l := learn(t, c.table, "--data", "-", "--label", label, "--epochs", "1", "--seed", fmt.Sprint(seed))
			if l.classes() != c.classes || fmt.Sprint(l.start["test_rows"]) != c.test {
				t.Errorf("%s, seed %d: classes %q, %v rows to test, want %q and %s", c.name, seed, l.classes(), l.start["test_rows"], c.classes, c.test)
			}
			doubts := strings.Join(l.doubted("split"), "\n")
			if strings.Contains(doubts, "never trained on") || c.untested == "" && doubts != "" || !strings.Contains(doubts, c.untested) {
				t.Errorf("%s, seed %d: doubts %q, want %s", c.name, seed, doubts, c.untested)
			}
		}
	}
}

// TestMissingCells: rows with gaps are learnt from and answered, each with one line, in order; --missing drop says how many it leaves out.
func TestMissingCells(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"c10_missing.csv", "c11_NA.csv", "c12_question.csv"} {
		l := learn(t, "", "--data", caseFile(name), "--label", "c", "--seed", "2") // which trains on the row with the gap
		// Training had a gap in y, and none in x.
		answers, stderr := l.answers(t, "x,y,c\n5,,\n0,0.5,\n,0.5,\n5,NA,\n0,?,\n,,\n5,0.5,\n")
		if len(answers) != 7 || answers[0] != "a" || answers[1] != "b" || answers[3] != "a" || answers[4] != "b" || answers[6] != "a" {
			t.Errorf("%s: answers are %q", name, answers)
		}
		if want := "neurona: column x: 2 cells missing where training had none\n"; stderr != want {
			t.Errorf("%s: stderr is %q, want %q", name, stderr, want)
		}
		o := command(t, "", "train", "--data", caseFile(name), "--label", "c", "--seed", "2", "--missing", "drop")
		if want := "rows to train on that have missing cells, and are dropped (--missing drop): 1 of 33\n"; !strings.Contains(o.stderr, want) || !strings.Contains(o.stdout, "32 rows to train on, 8 to test") {
			t.Errorf("%s: stderr is %q, want %q; stdout %q", name, o.stderr, want, o.stdout)
		}
	}
	l := learn(t, "", "--data", caseFile("text_features.csv"), "--label", "c")
	answers, stderr := l.answers(t, "city,x\nrome,5\nparis,0\n,5\nrome,0\n\"\",0\nberlin,5\n")
	if got := strings.Join(answers, " "); got != "a b a b b a" {
		t.Errorf("answers are %s", got)
	}
	if want := "neurona: column city: 2 cells missing where training had none; 1 cell never seen in training (\"berlin\")\n"; stderr != want {
		t.Errorf("stderr is %q, want %q", stderr, want)
	}
}

// TestTargetsAreScaled: labels of hundreds of thousands are learnt though --scale none leaves features as they are, unless
// --scale-target none says otherwise.
func TestTargetsAreScaled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, args string
		learns     bool
	}{
		{"houses.csv", "", true},
		{"houses.csv", "--scale none --epochs 500 --batch 8", true}, // areas of hundreds take their time
		{"houses.csv", "--scale-target minmax", true},
		{"houses.csv", "--scale-target none", false},
		{"scaled_features.csv", "", true},
		{"scaled_features.csv", "--scale none", true},
		{"scaled_features.csv", "--scale none --scale-target none", false},
	} {
		l := learn(t, "", append([]string{"--data", caseFile(c.file)}, strings.Fields(c.args)...)...)
		if r2, ok := l.result["test_r2"].(float64); !ok || (r2 > 0.9) != c.learns || (r2 > 0) != c.learns {
			t.Errorf("%s %s: test_r2 is %v", c.file, c.args, l.result["test_r2"])
		}
	}
}

// TestDivergedKeepsModel: a training that fails leaves the model of the last one as it was.
func TestDivergedKeepsModel(t *testing.T) {
	t.Parallel()
	data := caseFile("houses.csv")
	path := train(t, "--data", data)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := command(t, "", "train", "--data", data, "--lr", "1e30", "--save", path)
	if o.code != exitFailed || !strings.Contains(o.stderr, "neurona: nn: epoch 1: step 2: loss is ") {
		t.Errorf("exit code %d, stderr %q, want %d", o.code, o.stderr, exitFailed)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the file at --save has changed, or %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside it stand %v, %v", left, err)
	}
}
