package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// gappyTable is a table of a number and a category, of which each seventh row lacks one or the other.
func gappyTable(rows int) string {
	var b strings.Builder
	b.WriteString("x,city,label\n")
	for i := range rows {
		x, city := fmt.Sprintf("%d.5", i*7%31+i%2*40), []string{"rome", "oslo"}[i/2%2]
		switch i % 14 {
		case 6:
			x = ""
		case 13:
			city = ""
		}
		fmt.Fprintf(&b, "%s,%s,%s\n", x, city, []string{"p", "q"}[i%2])
	}
	return b.String()
}

// TestMissingDrop drops rows from training alone: those to judge by stay, which is said, and each row of a table is answered.
func TestMissingDrop(t *testing.T) {
	t.Parallel()
	table := gappyTable(140)
	path, model := file(t, "gaps.csv", table), filepath.Join(t.TempDir(), "m.safetensors")
	o := command(t, "", "train", "--data", path, "--json", "--validation", "0.2", "--missing", "drop", "--save", model)
	all := lines(t, o.stdout)
	start := object(t, all[0])
	count := map[string]int{"train": 0, "validate": 0, "test": 0} // rows with gaps
	for line := range strings.Lines(o.stderr) {
		for purpose := range count {
			of, n := "rows to "+purpose+" that have missing cells, ", 0
			if _, rest, ok := strings.Cut(line, of); ok {
				if _, err := fmt.Sscanf(rest[strings.LastIndex(rest, ": ")+2:], "%d", &n); err != nil {
					t.Fatal(line, err)
				}
				count[purpose] = n
			}
			of = "rows to train on that have missing cells, and are dropped (--missing drop): "
			if _, rest, ok := strings.Cut(line, of); ok {
				if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
					t.Fatal(line, err)
				}
				count["train"] = n
			}
		}
	}
	if count["validate"] < 1 || count["test"] < 1 || count["train"]+count["validate"]+count["test"] != 20 {
		t.Errorf("rows with gaps are %v, want all 20 of the table:\n%s", count, o.stderr)
	}
	if got := start["train_rows"].(float64) + start["validation_rows"].(float64) + start["test_rows"].(float64); got != 140-float64(count["train"]) {
		t.Errorf("%v rows are used, of 140 less %d", got, count["train"])
	}
	if !strings.Contains(textsOf(start["notes"]), "rows to test that have missing cells, which are imputed") {
		t.Errorf("scripts are told %v", start["notes"])
	}
	// Without the flag there is nothing to say.
	if o := command(t, "", "train", "--data", path, "--epochs", "1", "--validation", "0.2"); strings.Contains(o.stderr, "missing") {
		t.Errorf("without --missing drop: %s", o.stderr)
	}

	o = command(t, "x,city\n5.5,rome\n,rome\n45.5,\n,\nNA,oslo\n", "predict", model)
	if want := "neurona: column x: 3 cells missing where training had none (\"NA\")\nneurona: column city: 2 cells missing where training had none\n"; o.code != exitDone || o.stderr != want || len(records(t, o.stdout)) != 6 {
		t.Errorf("exit code %d, stderr %q, want %q and 5 answers: %q", o.code, o.stderr, want, o.stdout)
	}
	for i, answer := range records(t, o.stdout)[1:] {
		if answer[0] != "p" && answer[0] != "q" {
			t.Errorf("row %d is answered %q", i, answer)
		}
	}
}

// TestStrict: all that a model is not prepared for is said, and fails with --strict alone, before anything is written.
func TestStrict(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x,city,day,label\n")
	for i := range 80 {
		fmt.Fprintf(&b, "%d.5,%s,2024-%02d-%02d,%s\n", i*7%31+i%2*40, []string{"rome", "oslo"}[i/2%2], 1+i%12, 1+i%28, []string{"p", "q"}[i%2])
	}
	path, model := file(t, "t.csv", b.String()), filepath.Join(t.TempDir(), "m.safetensors")
	applied(t, "", "train", "--data", path, "--label", "label", "--test", "0", "--save", model)
	for _, c := range []struct{ row, said string }{
		{"5.5,rome,2024-05-05", ""},
		{",rome,2024-05-05", "column x: 1 cell missing where training had none"},
		{"NA,rome,2024-05-05", `column x: 1 cell missing where training had none ("NA")`},
		{"5.5,,2024-05-05", "column city: 1 cell missing where training had none"},
		{"5.5,rome,", "column day: 1 cell missing where training had none"},
		{"five,rome,2024-05-05", `column x: 1 cell not of the column's kind, taken for missing ("five")`},
		{"5.5,rome,yesterday", `column day: 1 cell not of the column's kind, taken for missing ("yesterday")`},
		{"5.5,bern,2024-05-05", `column city: 1 cell never seen in training ("bern")`},
		{"555.5,rome,2024-05-05", `column x: 1 cell outside of the range of training ("555.5")`},
	} {
		table, judged := "x,city,day\n"+c.row+"\n", "x,city,day,label\n"+c.row+",p\n"
		if c.said != "" {
			c.said = "neurona: " + c.said + "\n"
		}
		if o := command(t, table, "predict", model); o.code != exitDone || o.stderr != c.said || len(lines(t, o.stdout)) != 2 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %q", c.row, o.code, o.stdout, o.stderr, c.said)
		}
		if o := command(t, judged, "eval", model, "--data", "-"); o.code != exitDone || o.stderr != c.said {
			t.Errorf("eval %s: exit code %d, stderr %q, want %q", c.row, o.code, o.stderr, c.said)
		}
		for _, args := range [][]string{{"predict", model, "--strict"}, {"eval", model, "--data", "-", "--strict"}} {
			in := map[string]string{"predict": table, "eval": judged}[args[0]]
			o := command(t, in, args...)
			if c.said == "" {
				if o.code != exitDone || o.stderr != "" {
					t.Errorf("%s --strict %s: exit code %d, stderr %q", args[0], c.row, o.code, o.stderr)
				}
				continue
			}
			if o.code != exitFailed || o.stdout != "" || !strings.HasPrefix(o.stderr, c.said+"neurona: --strict: ") {
				t.Errorf("%s --strict %s: exit code %d, stdout %q, stderr %q, want %d and %q", args[0], c.row, o.code, o.stdout, o.stderr, exitFailed, c.said)
			}
		}
	}
}
