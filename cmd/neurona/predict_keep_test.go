package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestKeep: columns of the table are written behind the answer, cell by cell as they are spelt, and those that cannot be told apart are an
// error.
func TestKeep(t *testing.T) {
	t.Parallel()
	path := file(t, "flowers.csv", flowers(60))
	model := train(t, "--data", path, "--label", "species", "--epochs", "5")
	rows := records(t, flowers(60))
	var b strings.Builder
	b.WriteString("id,id," + strings.Join(rows[0][:2], ",") + ",,\"a \"\"note\"\"\"\n")
	for i, row := range rows[1:] {
		fmt.Fprintf(&b, "00%d,x%d,%s,%d,\"n,%d\"\n", i, i, strings.Join(row[:2], ","), i, i)
	}
	table := b.String()
	plain := records(t, command(t, table, "predict", model).stdout)
	for _, c := range []struct{ args, header, first string }{
		{"--keep id#2,#1", "prediction,id#2,id#1", ",x0,000"},
		{"--keep #6", `prediction,"a ""note"""`, `,"n,0"`},
		{"--keep #5,id#1", "prediction,#5,id", ",0,000"},
		{"--append", "prediction,id#1,id#2," + strings.Join(rows[0][:2], ",") + `,#5,"a ""note"""`, ""},
		{"--append --probabilities", "prediction,p(setosa),p(versicolor),p(virginica),id#1,id#2," + strings.Join(rows[0][:2], ",") + `,#5,"a ""note"""`, ""},
		{"--append --no-header", "", ""},
	} {
		out := command(t, table, append([]string{"predict", model}, strings.Fields(c.args)...)...)
		got := strings.Split(out.stdout, "\n")
		if out.code != exitDone {
			t.Errorf("%s: exit code %d, %s", c.args, out.code, out.stderr)
			continue
		}
		first := got[0]
		if c.header != "" {
			if first = got[1]; got[0] != c.header {
				t.Errorf("%s: the header is %s, want %s", c.args, got[0], c.header)
			}
		}
		if !strings.HasPrefix(first, plain[1][0]+",") || !strings.HasSuffix(first, c.first) {
			t.Errorf("%s: the first row is %s, want %s%s", c.args, first, plain[1][0], c.first)
		}
		if n := len(records(t, out.stdout)); c.header != "" && n != len(plain) {
			t.Errorf("%s: %d lines, want %d", c.args, n, len(plain))
		}
	}
	o := lastObject(t, command(t, table, "predict", model, "--json", "--keep", "#6,id#1").stdout)
	if kept := o["columns"].(map[string]any); o["row"] != 60.0 || kept[`a "note"`] != "n,59" || kept["id"] != "0059" {
		t.Errorf("got %v", o)
	}
	// A header alone has the names of what would be there.
	if got := must(t, strings.SplitN(table, "\n", 2)[0]+"\n", "predict", model, "--keep", "#6"); got != "prediction,\"a \"\"note\"\"\"\n" {
		t.Errorf("a header alone: %q", got)
	}
	for args, want := range map[string]string{
		"--keep idd":            `--keep: unknown column "idd", did you mean "id"?`,
		"--keep id":             "there are 2 of that name",
		"--keep #1,id#1":        "want each column once",
		"--keep #1 --append":    "--keep and --append",
		"--keep=":               `--keep is "", want a column`,
		"--append --keep again": "--keep and --append",
	} {
		o := command(t, table, append([]string{"predict", model}, strings.Fields(args)...)...)
		if want != "" && (o.code != exitUsage || !strings.Contains(o.stderr, want)) {
			t.Errorf("%s: exit code %d, %s, want %q", args, o.code, o.stderr, want)
		}
	}
	twice := strings.Replace(flowers(30), "species", "prediction", 1)
	o2 := command(t, twice, "predict", model, "--append")
	if o2.code != exitFailed || !strings.Contains(o2.stderr, `a column of the table is called "prediction"`) || o2.stdout != "" {
		t.Errorf("a column called as the answer: exit code %d, %s", o2.code, o2.stderr)
	}
	if o := command(t, twice, "predict", model, "--append", "--no-header"); o.code != exitDone {
		t.Errorf("without a header: %s", o.stderr)
	}
}

// TestNoPowersOfTen: numbers are answered as people write them.
func TestNoPowersOfTen(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x,price\n")
	for i := range 200 {
		fmt.Fprintf(&b, "%d.5,%d\n", i, 1_000_000+50_000*i)
	}
	model := train(t, "--data", file(t, "dear.csv", b.String()), "--label", "price", "--epochs", "20")
	for i, row := range records(t, must(t, "x\n10.5\n100.5\n", "predict", model))[1:] {
		if strings.ContainsAny(row[0], "eE") || len(strings.Split(row[0], ".")[0]) != 7 {
			t.Errorf("row %d is %s, want a number of seven digits", i, row[0])
		}
	}
}

// TestBaseline: eval says what the most frequent class, or the mean, would have been right about, and how sure an accuracy is.
func TestBaseline(t *testing.T) {
	t.Parallel()
	table := "x,y\n" + strings.Repeat("1.5,a\n2.5,a\n3.5,b\n", 20)
	path := file(t, "t.csv", table)
	model := train(t, "--data", path, "--label", "y", "--epochs", "3")
	r := lastObject(t, must(t, "", "eval", model, "--data", path, "--json"))
	low, high, accuracy := r["accuracy_low"].(float64), r["accuracy_high"].(float64), r["accuracy"].(float64)
	baseline := r["baseline"].([]any)[0].(map[string]any)
	if !(low <= accuracy && accuracy <= high && high-low > 0.01) || fmt.Sprintf("%.4f", baseline["accuracy"]) != "0.6667" || baseline["rmse"] != nil {
		t.Errorf("%v from %v to %v, baseline %v", accuracy, low, high, baseline)
	}
	out := must(t, "", "eval", model, "--data", path)
	for _, want := range []string{"baseline  accuracy 66.67 %, by the most frequent class\n", "on others accuracy "} {
		if !strings.Contains(strings.ReplaceAll(out, "  ", " "), strings.ReplaceAll(want, "  ", " ")) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	numbers := train(t, "--data", path, "--label", "x", "--task", "regression", "--epochs", "3")
	r = lastObject(t, must(t, "", "eval", numbers, "--data", path, "--json"))
	if b := r["baseline"].([]any)[0].(map[string]any); fmt.Sprintf("%.4f", b["rmse"]) != "0.8165" || b["r2"] != 0.0 || r["accuracy_low"] != nil {
		t.Errorf("numbers: baseline %v, %v", b, r["accuracy_low"])
	}
}
