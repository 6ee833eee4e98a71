package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/model"
)

// What goes wrong with other trainers of tables without a word: here it is right, or said.

// savedColumn is how a column becomes features, as a model has it.
type savedColumn struct {
	Field     int
	Levels    []string
	Rare      []string
	Means     []float64
	Gaps      bool
	Fill      float64
	Low, High float64
}

// saved is what a model has learnt of its table, as text, and what it keeps of the columns that are used. How it did on rows to test
// with, and what the whole table was, is not among it.
func (l *learnt) saved(t *testing.T) (text string, columns []savedColumn) {
	t.Helper()
	net, meta, err := nn.LoadFile(l.model)
	if err != nil {
		t.Fatal(err)
	}
	net.Close()
	var task struct {
		Table struct{ Columns []savedColumn }
	}
	if err := json.Unmarshal([]byte(meta[model.MetadataKey]), &task); err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(meta[model.MetadataKey]), &all); err != nil {
		t.Fatal(err)
	}
	return string(all["format"]) + string(all["loss"]) + string(all["table"]), task.Table.Columns
}

// repeat makes a table of a header and rows that come again and again, each with a number of its own behind it.
func repeat(times int, header string, rows ...string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range times * len(rows) {
		fmt.Fprintf(&b, "%s,%d.5\n", rows[i%len(rows)], i*17%97)
	}
	return b.String()
}

// TestMissingCodeIsNoLevel: what is missing is no code, and no code is missing.
func TestMissingCodeIsNoLevel(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]string{
		"codes":   repeat(12, "zone_code,label,x", "7,p", "12,q", "-1,p", ",q", "NA,q"),
		"padded":  repeat(12, "zone,label,x", "007,p", "012,q", "100,p", ",q", "NA,q"),
		"letters": repeat(12, "zone,label,x", "7a,p", "12b,q", "-1,p", ",q", ",q"),
	} {
		l := learn(t, table, "--data", "-", "--label", "label")
		_, columns := l.saved(t)
		zone := columns[0]
		if len(zone.Levels) != 3 || zone.Rare != nil || !zone.Gaps {
			t.Errorf("%s: levels %q and %q, gaps %v", name, zone.Levels, zone.Rare, zone.Gaps)
		}
		if strings.Contains(strings.Join(zone.Levels, " "), "NA") {
			t.Errorf("%s: a missing cell is a level: %q", name, zone.Levels)
		}
		rows, stderr := l.likely(t, "zone,zone_code,x\n"+strings.Repeat(",,5.5\n", 2)+zone.Levels[0]+","+zone.Levels[0]+",5.5\n")
		if rows[0] != rows[1] || rows[0] == rows[2] || stderr != "" {
			t.Errorf("%s: missing, missing, %s: %q, %q", name, zone.Levels[0], rows, stderr)
		}
	}
}

// TestCodesOfAnotherProgram: 7 comes as 7.0 from a program in which a column with gaps has decimals.
func TestCodesOfAnotherProgram(t *testing.T) {
	t.Parallel()
	l := learn(t, repeat(20, "zone_code,label,x", "7,p", "12,q", "30,p"), "--data", "-", "--label", "label")
	if l.columns() != "zone_code code, x number" {
		t.Fatalf("columns are %s", l.columns())
	}
	want, _ := l.likely(t, "zone_code,x\n7,5.5\n12,5.5\n30,5.5\n")
	if !strings.HasPrefix(want[0], "p,") || !strings.HasPrefix(want[1], "q,") || want[0] == want[2] {
		t.Errorf("answers are %q", want)
	}
	for _, table := range []string{
		"zone_code,x\n7.0,5.5\n12.0,5.5\n30.0,5.5\n",
		"zone_code,x\n7,5.5\n12.0,5.5\n30.0,5.5\n",
		"zone_code;x\n7,0;5,5\n12,0;5,5\n30,0;5,5\n",
	} {
		got, stderr := l.likely(t, table)
		if strings.Join(got, " ") != strings.Join(want, " ") || stderr != "" {
			t.Errorf("%q: got %q, %q, want %q", table, got, stderr, want)
		}
	}
	// The labels, too.
	codes := learn(t, repeat(20, "x,class,y", "1.5,7", "3.5,12", "5.5,30"), "--data", "-", "--label", "class")
	o := command(t, repeat(20, "x,class,y", "1.5,7.0", "3.5,12.0", "5.5,30.0"), "eval", codes.model, "--data", "-", "--json")
	if r := lastObject(t, o.stdout); r["accuracy"] != 1.0 || codes.classes() != "7 12 30" {
		t.Errorf("accuracy of 7.0 for 7 is %v, of classes %s", r["accuracy"], codes.classes())
	}
}

// TestUnseenCategory: a category that training had not is none of the others, and is said.
func TestUnseenCategory(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{"category": "city,label,x", "code": "zone_code,label,x"} {
		names := map[string][]string{"category": {"rome", "oslo", "bern", "kyiv"}, "code": {"7", "12", "30", "99"}}[name]
		l := learn(t, repeat(20, header, names[0]+",p", names[1]+",q", names[2]+",r"), "--data", "-", "--label", "label")
		column, _, _ := strings.Cut(header, ",")
		var table strings.Builder
		fmt.Fprintf(&table, "%s,x\n", column)
		for _, n := range names {
			fmt.Fprintf(&table, "%s,5.5\n", n)
		}
		rows, stderr := l.likely(t, table.String())
		if want := fmt.Sprintf("neurona: column %s: 1 cell never seen in training (%q)\n", column, names[3]); stderr != want {
			t.Errorf("%s: stderr is %q, want %q", name, stderr, want)
		}
		for i, known := range rows[:3] {
			if known == rows[3] || !strings.HasPrefix(known, []string{"p", "q", "r"}[i]+",") {
				t.Errorf("%s: %s is %q, and %s, which was never seen, %q", name, names[i], known, names[3], rows[3])
			}
		}
		// Nothing is known of it: no class is certain.
		for _, p := range numbers(t, strings.Split(rows[3], ",")[1:]) {
			if !(p > 0.01 && p < 0.99) {
				t.Errorf("%s: what was never seen is %q", name, rows[3])
			}
		}
		if o := command(t, table.String(), "predict", l.model, "--strict"); o.code != exitFailed || o.stdout != "" {
			t.Errorf("%s: --strict: exit code %d", name, o.code)
		}
	}
}

// TestColumnAllMissing: a column with nothing in it is left out, and said, and needs to have something in it never.
func TestColumnAllMissing(t *testing.T) {
	t.Parallel()
	table := repeat(20, "x,empty,words,label,y", "1,,NA,p", "5,,NA,q")
	if out := must(t, table, "train", "--data", "-", "--label", "label"); !strings.Contains(out, "left out  empty (constant), words (constant)\n") {
		t.Errorf("the report is\n%s", out)
	}
	l := learn(t, table, "--data", "-", "--label", "label", "--missing", "drop")
	if l.result["test_accuracy"] != 1.0 || l.rows() != 40 || l.stderr != "" && strings.Contains(l.stderr, "dropped") {
		t.Errorf("test accuracy is %v of %v rows, stderr %q", l.result["test_accuracy"], l.rows(), l.stderr)
	}
	for _, table := range []string{"x,y\n1,5.5\n5,5.5\n", "empty,x,y\n7,1,5.5\nseven,5,5.5\n"} {
		if got := must(t, table, "predict", l.model); got != "prediction\np\nq\n" {
			t.Errorf("%q: got %q", table, got)
		}
	}
}

// TestTwoNumbersAreNoBoolean: 3 and 9 are numbers, and 6 is between them.
func TestTwoNumbersAreNoBoolean(t *testing.T) {
	t.Parallel()
	l := learn(t, repeat(30, "x,price,noise", "3,30.25", "9,90.25"), "--data", "-", "--label", "price", "--task", "regression", "--hidden", "none", "--epochs", "1000")
	if l.columns() != "x number, noise number" {
		t.Fatalf("columns are %s", l.columns())
	}
	answers, _ := l.answers(t, "x,noise\n3,5\n6,5\n9,5\n")
	for i, v := range numbers(t, answers) {
		if want := 30.25 + 30*float64(i); !(math.Abs(v-want) < 3) {
			t.Errorf("of %d the answer is %v, want about %v", 3+3*i, v, want)
		}
	}
}

// TestGapAtPrediction: where training had no gap, a gap is the median, not 0, and said.
func TestGapAtPrediction(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("year,noise,price\n")
	for i := range 101 {
		fmt.Fprintf(&b, "%d,%d.5,%d.25\n", 1900+i*37%101, i*29%101, 10*(1900+i*37%101))
	}
	l := learn(t, b.String(), "--data", "-")
	_, columns := l.saved(t)
	if m := columns[0].Fill; !(m > 1930 && m < 1970) {
		t.Errorf("a gap is filled with %v, want about 1950", m)
	}
	answers, stderr := l.answers(t, fmt.Sprintf("year,noise\n,50\n%v,50\n0,50\n", columns[0].Fill))
	if answers[0] != answers[1] || answers[0] == answers[2] {
		t.Errorf("the answers to a gap, the median and 0 are %q", answers)
	}
	if want := "neurona: column year: 1 cell missing where training had none; 1 cell outside of the range of training (\"0\")\n"; stderr != want {
		t.Errorf("stderr is %q, want %q", stderr, want)
	}
}

// TestLabelsAreEncoded: labels 5 and 7 are two classes, and no places in a list of eight.
func TestLabelsAreEncoded(t *testing.T) {
	t.Parallel()
	for _, loss := range []string{"auto", "cross_entropy", "mse"} {
		args := []string{"--data", "-", "--label", "grade", "--loss", loss}
		if loss == "mse" {
			args = append(args, "--task", "classification")
		}
		l := learn(t, repeat(30, "x,grade,noise", "1,5", "4,7"), args...)
		if l.classes() != "5 7" || l.result["test_accuracy"] != 1.0 {
			t.Errorf("%s: classes %s, test accuracy %v", loss, l.classes(), l.result["test_accuracy"])
		}
		if answers, _ := l.answers(t, "x,noise\n4,5\n1,5\n"); strings.Join(answers, " ") != "7 5" {
			t.Errorf("%s: answers are %q", loss, answers)
		}
	}
}

// TestColumnsInAnotherOrder: columns are found by name.
func TestColumnsInAnotherOrder(t *testing.T) {
	t.Parallel()
	l := learn(t, repeat(12, "n,town,open,day,zone_code,label,m", "1,rome,yes,2024-01-05,7,p", "5,oslo,no,2024-05-05,12,q", "9,rome,no,2024-06-15,30,p"), "--data", "-", "--label", "label")
	if l.columns() != "n number, town category, open boolean, day date, zone_code code, m number" {
		t.Fatalf("columns are %s", l.columns())
	}
	want, _ := l.likely(t, "n,town,open,day,zone_code,m\n1,rome,no,2024-05-05,30,9.5\n9,oslo,yes,2024-01-05,7,1.5\n")
	if want[0] == want[1] {
		t.Fatalf("two rows have the probabilities %q", want)
	}
	got, stderr := l.likely(t, "day,m,label,zone_code,other,open,n,town\n2024-05-05,9.5,q,30,x,no,1,rome\n2024-01-05,1.5,q,7,x,yes,9,oslo\n")
	if strings.Join(got, " ") != strings.Join(want, " ") || stderr != "" {
		t.Errorf("got %q, %q, want %q", got, stderr, want)
	}
	o := command(t, "day,m,label,zone_code,other,open,n,city\n2024-05-05,9.5,q,30,x,no,1,rome\n", "predict", l.model)
	if o.code != exitFailed || !strings.Contains(o.stderr, `a column is not there: unknown column "town"`) {
		t.Errorf("without a column: exit code %d, stderr %q", o.code, o.stderr)
	}
}

// TestWeightsAreCopies: a row that counts three times is three rows, in every step of the training.
func TestWeightsAreCopies(t *testing.T) {
	t.Parallel()
	for _, task := range []string{"classification", "regression"} {
		var weighted, copies strings.Builder
		weighted.WriteString("part,a,b,label,count\n")
		copies.WriteString("part,a,b,label\n")
		for i := range 50 {
			a, b := float64(i*17%50)/25-1, float64(i*29%50)/25-1
			times := 1 + 2*(i%2)
			label := fmt.Sprintf("%.3f", a-b*b+float64(i%2))
			if task == "classification" {
				label = []string{"p", "q"}[map[bool]int{true: 1}[a+0.5*b > 0.3*float64(i%2)]]
			}
			row := fmt.Sprintf("%d,%.2f,%.2f,%s", i/40, a, b, label)
			if i >= 40 {
				times = 1 // to test with
			}
			fmt.Fprintf(&weighted, "%s,%d\n", row, times)
			copies.WriteString(strings.Repeat(row+"\n", times))
		}
		// One batch an epoch, and nothing that is fitted to rows as they are counted.
		losses := func(table string, args ...string) (list []float64) {
			o := command(t, table, append(strings.Fields("train --json --data - --label label --task "+task+" --past-future part --scale none --scale-target none "+
				"--hidden 8 --activation tanh --optimizer sgd --lr 0.3 --schedule constant --batch 1000 --epochs 20"), args...)...)
			if o.code != exitDone {
				t.Fatalf("exit code %d, stderr %q", o.code, o.stderr)
			}
			for _, line := range lines(t, o.stdout) {
				e := object(t, line)
				for _, key := range []string{"loss", "test_loss"} {
					if v, ok := e[key].(float64); ok {
						list = append(list, v)
					}
				}
			}
			return list
		}
		want := losses(copies.String())
		got, without := losses(weighted.String(), "--weight", "count"), losses(weighted.String(), "--drop", "count")
		if len(want) != 21 || len(got) != 21 || len(without) != 21 {
			t.Fatalf("%s: %d, %d and %d losses", task, len(want), len(got), len(without))
		}
		for i := range want {
			// Sums of 80 float32 in another order, over 20 steps.
			if !(math.Abs(got[i]-want[i]) <= 1e-5*want[i]) {
				t.Errorf("%s: loss %d is %v with weights, %v with copies", task, i, got[i], want[i])
			}
		}
		if !(math.Abs(without[20]-want[20]) > 1e-3*want[20]) {
			t.Errorf("%s: weights change nothing", task)
		}
	}
}

// TestGroupsStayTogether: a group is in one part alone. That is told by how often a copy of its name is a level in the training part.
func TestGroupsStayTogether(t *testing.T) {
	t.Parallel()
	const groups, rows = 20, 5 // in each
	var b strings.Builder
	b.WriteString("who,name,x,label\n")
	for i := range groups * rows {
		fmt.Fprintf(&b, "%[1]d,n%[1]d,%[2]d.5,%[3]s\n", i%groups, i*17%97, []string{"p", "q"}[i*17%97/50])
	}
	torn := func(seed int, args ...string) int {
		l := learn(t, b.String(), append([]string{"--data", "-", "--validation", "0.25", "--epochs", "1", "--seed", fmt.Sprint(seed)}, args...)...)
		_, columns := l.saved(t)
		trained, n := l.start["train_rows"].(float64), 0
		for _, c := range columns {
			for i := range c.Levels {
				if math.Round(c.Means[i]*trained) != rows {
					n++
				}
			}
			n += len(c.Rare)
		}
		if validated := l.start["validation_rows"].(float64); !(validated >= 10) || !(trained >= 40) {
			t.Errorf("seed %d: %v rows to train on, %v to validate", seed, trained, validated)
		}
		return n
	}
	for seed := range 5 {
		if n := torn(seed, "--group", "who"); n > 0 {
			t.Errorf("seed %d: %d groups are on both sides", seed, n)
		}
		if torn(seed, "--drop", "who") == 0 {
			t.Errorf("seed %d: without --group no group is on both sides: nothing has been tested", seed)
		}
	}
	// Rows without a group belong to none: they are on both sides, and counted.
	var gaps strings.Builder
	gaps.WriteString("who,x,label\n")
	for i := range 60 {
		fmt.Fprintf(&gaps, "%s,%d.5,%s\n", []string{"", "", "ann"}[i%3], i*17%97, []string{"p", "q"}[i*17%97/50])
	}
	l := learn(t, gaps.String()+",1.5,\n", "--data", "-", "--group", "who", "--epochs", "1")
	if tested := l.start["test_rows"].(float64); !(tested >= 10 && tested <= 20) {
		t.Errorf("%v rows of 60 are tested on, want about 12 of the 40 that have no group", tested)
	}
	if want := "neurona: doubt: column who: rows without a group, each of which is dealt by itself: 40 of 60 ("; !strings.Contains(l.stderr, want) {
		t.Errorf("stderr is %q, want %q", l.stderr, want)
	}
}

// TestForeignClasses: rows of classes that have never been trained on are wrong answers, in every accuracy that is told.
func TestForeignClasses(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("part,x,label\n")
	for i := range 100 {
		label := []string{"a", "b"}[i%2]
		if i%20 < 5 && i >= 60 {
			label = "c" // 5 of 20 to validate, and of 20 to test
		}
		fmt.Fprintf(&b, "%d,%d.5,%s\n", map[bool]int{true: 1}[i >= 60]+map[bool]int{true: 1}[i >= 80], i*17%97+200*(i%2), label)
	}
	args := []string{"train", "--data", "-", "--past-future", "part", "--validation", "0.25", "--json", "--target-accuracy"}
	o := command(t, b.String(), append(args, "0.8")...)
	all := lines(t, o.stdout)
	start, last, result := object(t, all[0]), object(t, all[len(all)-2]), object(t, all[len(all)-1])
	if o.code != exitTargetMissed || !strings.Contains(o.stderr, "validation accuracy 75.00 % after 100 epochs") {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
	if start["validation_rows"] != 20.0 || start["test_rows"] != 20.0 || last["validation_accuracy"] != 0.75 || result["test_accuracy"] != 0.75 {
		t.Errorf("accuracies are %v of %v rows, and %v of %v", last["validation_accuracy"], start["validation_rows"], result["test_accuracy"], start["test_rows"])
	}
	want := "neurona: rows to test with, of a class of label that was never trained on, which count as wrong: 5 of 20\n"
	if !strings.Contains(o.stderr, `never trained on: "c"`) || !strings.Contains(o.stderr, want) || !strings.Contains(o.stderr, strings.Replace(want, "test", "validate", 1)) {
		t.Errorf("stderr is %q", o.stderr)
	}
}

// TestUnreadCells: what is no date, no number, or neither yes nor no is taken for missing, and that is said.
func TestUnreadCells(t *testing.T) {
	t.Parallel()
	l := learn(t, repeat(20, "open,day,label,x", "yes,2024-01-05,p", "no,2024-05-05,q"), "--data", "-", "--label", "label")
	_, stderr := l.answers(t, "open,day,x\nperhaps,2024-02-30,1.5e\nyes,2024-01-05,1.5\n")
	want := `neurona: column open: 1 cell not of the column's kind, taken for missing ("perhaps")
neurona: column day: 1 cell not of the column's kind, taken for missing ("2024-02-30")
neurona: column x: 1 cell not of the column's kind, taken for missing ("1.5e")
`
	if stderr != want {
		t.Errorf("stderr is %q, want %q", stderr, want)
	}

	// In rows to judge by, too, which the kinds of columns do not follow from.
	var b strings.Builder
	b.WriteString("part,x,label\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d,%d.5,%s\n", i/10, i*17%97, []string{"p", "q"}[i%2])
	}
	table := strings.NewReplacer("1,73.5", "1,seven", "2,49.5", "2,nine").Replace(b.String())
	other := learn(t, table, "--data", "-", "--past-future", "part", "--validation", "0.5", "--test", "0.33", "--epochs", "1")
	want = `rows to validate with: column x: 1 cell not of the column's kind, taken for missing ("seven"); 2 cells outside of the range of training ("90.5", "95.5")
rows to test with: column x: 1 cell not of the column's kind, taken for missing ("nine"); 1 cell outside of the range of training ("88.5")`
	if notes, _ := other.start["notes"].([]any); len(notes) != 2 || fmt.Sprint(notes[0])+"\n"+fmt.Sprint(notes[1]) != want {
		t.Errorf("notes are %q, want %q", notes, want)
	}
}

// TestLabelsThatAreNoNumbers: of a regression they are an error, and said if they are missing.
func TestLabelsThatAreNoNumbers(t *testing.T) {
	t.Parallel()
	table := repeat(20, "x,price,y", "1,10.5", "2,20.5", "3,30.5")
	for _, bad := range []string{"inf", "nan", "NaN", "1e999"} {
		o := command(t, table+"4,"+bad+",5\n", "train", "--data", "-", "--label", "price", "--task", "regression")
		if want := fmt.Sprintf(`standard input:62: column 2 ("price"): not of the kind asked for: the label %q is no number`, bad); o.code != exitFailed || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit code %d, stderr %q, want %q", bad, o.code, o.stderr, want)
		}
	}
	o := command(t, table+"4,,5\n4,,6\n", "train", "--data", "-", "--label", "price")
	if want := "neurona: rows without a label, which are left out: 2 of 62\n"; o.code != exitDone || !strings.Contains(o.stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", o.code, o.stderr, want)
	}
}

// TestDropLeavesOneClass: rows are dropped before it is found out what there is to tell apart.
func TestDropLeavesOneClass(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x,z,label\n")
	for i := range 40 {
		fmt.Fprintf(&b, ",%d.5,a\n%d.25,%d.5,b\n", i*7%13, i*3%17, i*5%11)
	}
	o := command(t, "", "train", "--data", file(t, "gaps.csv", b.String()), "--missing", "drop")
	if o.code != exitFailed || !strings.Contains(o.stderr, `all rows are of one class ("b")`) {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
	// With two classes left, rows of the third are wrong, and said.
	for i := range 20 {
		fmt.Fprintf(&b, "%d.5,%d.75,c\n", 20+i, i*5%11)
	}
	o = command(t, "", "train", "--data", file(t, "three.csv", b.String()), "--missing", "drop")
	if want := "of a class of label that was never trained on, which count as wrong: 6 of 18\n"; o.code != exitDone || !strings.Contains(o.stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", o.code, o.stderr, want)
	}
}

// TestColumnThatIsGone: a doubt about a column that was dropped names none, in JSON too.
func TestColumnThatIsGone(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "%d.5,%d.25,\n", i*7%13, i*5%11)
	}
	all := lines(t, applied(t, b.String(), "inspect", "-", "--json"))
	if doubts := fmt.Sprint(object(t, all[0])["doubts"]); !strings.Contains(doubts, "ends with a separator") {
		t.Errorf("doubts are %s", doubts)
	}
}
