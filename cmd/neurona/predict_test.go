package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// train trains on a CSV file and returns the model's path.
func train(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	must(t, "", append([]string{"train", "--quiet", "--save", path}, args...)...)
	return path
}

// records parses a CSV file.
func records(t *testing.T, s string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(s)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPredictRoundTrip trains on text labels, and predicts them again.
func TestPredictRoundTrip(t *testing.T) {
	t.Parallel()
	table := flowers(90)
	path := file(t, "flowers.csv", table)
	model := train(t, "--data", path, "--label", "species")
	got := records(t, must(t, "", "predict", model, path, "--probabilities"))
	if want := "prediction,p(setosa),p(versicolor),p(virginica)"; strings.Join(got[0], ",") != want {
		t.Errorf("header is %q, want %q", got[0], want)
	}
	right, rows := 0, records(t, table)[1:]
	for i, row := range rows {
		if got[i+1][0] == row[2] {
			right++
		}
		sum, best := 0.0, 0.0
		for _, cell := range got[i+1][1:] {
			p, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum, best = sum+p, max(best, p)
		}
		// Six digits of each are written.
		if !(math.Abs(sum-1) <= 3e-6) || !(best >= 1.0/3) {
			t.Errorf("row %d: probabilities %q sum to %v", i, got[i+1][1:], sum)
		}
	}
	if len(got) != len(rows)+1 || right < 88 {
		t.Errorf("%d of %d rows are right in %d lines", right, len(rows), len(got))
	}

	// eval agrees about how many are right.
	r := lastObject(t, must(t, "", "eval", model, "--data", path, "--json"))
	if want := float64(right) / float64(len(rows)); !(math.Abs(r["accuracy"].(float64)-want) <= 1e-12) {
		t.Errorf("eval's accuracy is %v, predict's %v", r["accuracy"], want)
	}
}

// TestPredictInputs gives the same rows in different forms.
func TestPredictInputs(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", file(t, "flowers.csv", flowers(90)))
	want := "prediction\nsetosa\nvirginica\n"
	for name, c := range map[string]struct{ input, args string }{
		"by place":            {"0.1,5\n4.1,5\n", "--header no"},
		"by place, answered":  {"0.1,5,x\n4.1,5,\n", "--header no"},
		"left out":            {"7,0.1,5\n7,4.1,5\n", "--header no --label #1"},
		"header":              {"length,width\n0.1,5\n4.1,5\n", ""},
		"columns swapped":     {"width,length\n5,0.1\n5,4.1\n", ""},
		"more columns":        {"width,height,length\n5,77,0.1\n5,88,4.1\n", ""},
		"answers":             {"length,width,species\n0.1,5,\n4.1,5,what?\n", ""},
		"CRLF, mark, no end":  {"\ufefflength,width\r\n0.1,5\r\n4.1,5", ""},
		"blanks around cells": {"length, width\n0.1 , 5\n 4.1, 5\n", ""},
		"semicolons":          {"length;width\n0,1;5\n4,1;5\n", ""},
		"tabs":                {"length\twidth\n0.1\t5\n4.1\t5\n", "--comma tab"},
	} {
		args := append([]string{"predict", model, file(t, "new.csv", c.input)}, strings.Fields(c.args)...)
		if got := must(t, "", args...); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		args[2] = "-"
		if got := must(t, c.input, append(args, "--no-header")...); got != "setosa\nvirginica\n" {
			t.Errorf("%s, as a file without header: got %q", name, got)
		}
	}
	path := filepath.Join(t.TempDir(), "out.csv")
	if out := must(t, "length,width\n0.1,5\n4.1,5\n", "predict", model, "-o", path); out != "" {
		t.Errorf("with -o, stdout has %q", out)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != want {
		t.Errorf("-o wrote %q, %v, want %q", data, err, want)
	}
	all := lines(t, must(t, "length,width\n0.1,5\n4.1,5\n", "predict", model, "--json", "--probabilities"))
	last := object(t, all[1])
	wantKeys(t, last, "row", "prediction", "probabilities")
	if len(all) != 2 || last["row"] != 2.0 || last["prediction"] != "virginica" || len(last["probabilities"].([]any)) != 3 {
		t.Errorf("--json wrote %q", all)
	}
	wantKeys(t, lastObject(t, must(t, "length,width\n0.1,5\n", "predict", model, "--json")), "row", "prediction")
}

// TestReadingIsDoubted: what may have been misread is said where a model is applied, as it is in training.
func TestReadingIsDoubted(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", file(t, "table.csv", "x,label\n1,a\n5,b\n1.5,a\n5.5,b\n2,a\n6,b\n1.25,a\n5.25,b\n"))
	for _, c := range []struct{ table, args, want string }{
		{"x\n1\n\n5\n\n", "predict MODEL", "neurona: doubt: blank lines of a table of one column, which were passed over: 2 (write \"\" where a cell is missing)\n"},
		{"# x,label\n1,a\n5,b\n", "eval MODEL --data - --header no --comment #", "neurona: doubt: the comment above the table, \" x,label\", has as many cells as the table and may be its header (--comment none)\n"},
	} {
		if o := command(t, c.table, strings.Fields(strings.ReplaceAll(c.args, "MODEL", model))...); o.code != exitDone || o.stderr != c.want {
			t.Errorf("%s: exit code %d, stderr %q, want %q", c.args, o.code, o.stderr, c.want)
		}
	}
	// A missing cell that is quoted is a row.
	if got := records(t, command(t, "x\n1\n\"\"\n5\n", "predict", model).stdout); len(got) != 4 {
		t.Errorf("answers to three rows are %q", got)
	}
}

// TestPredictQuantity trains on prices and wants them back in their own units.
func TestPredictQuantity(t *testing.T) {
	t.Parallel()
	for _, scale := range []string{"standardise", "minmax", "robust", "quantile"} {
		path := file(t, "prices.csv", houses(200))
		model := train(t, "--data", path, "--label", "price", "--scale", scale)
		got := records(t, must(t, "area,rooms\n100,3\n", "predict", model))
		price, err := strconv.ParseFloat(got[1][0], 64)
		if err != nil {
			t.Fatal(err)
		}
		// The prices range over 500,000; this is well in the middle.
		if want := 315000.5; !(math.Abs(price-want) <= 25000) {
			t.Errorf("%s: price is %v, want about %v", scale, price, want)
		}
		r := lastObject(t, applied(t, "", "eval", model, "--data", path, "--json"))
		if rmse, ok := r["rmse"].(float64); !ok || !(rmse <= 25000) || r["accuracy"] != nil {
			t.Errorf("%s: eval says %v", scale, r)
		}
		o := command(t, "area,rooms\n100,3\n", "predict", model, "--probabilities")
		if o.code != exitUsage || !strings.Contains(o.stderr, "predicts a quantity") {
			t.Errorf("--probabilities of a quantity: exit code %d, stderr %q", o.code, o.stderr)
		}
	}
}

// TestPredictTwoClasses checks the side that each loss's output speaks for.
func TestPredictTwoClasses(t *testing.T) {
	t.Parallel()
	for _, loss := range []string{"binary_cross_entropy", "mse", "hinge", "cross_entropy"} {
		model := train(t, "--data", "circle", "--loss", loss, "--epochs", "300")
		want := "inside\noutside\n"
		if got := must(t, "0,0\n0.99,-0.99\n", "predict", model, "--header", "no", "--no-header"); got != want {
			t.Errorf("%s: got %q, want %q", loss, got, want)
		}
		if loss == "mse" || loss == "hinge" {
			o := command(t, "0,0\n", "predict", model, "--header", "no", "--probabilities")
			if o.code != exitUsage || !strings.Contains(o.stderr, "the loss "+loss+" of "+model+" gives none") {
				t.Errorf("%s: probabilities: exit code %d, stderr %q", loss, o.code, o.stderr)
			}
			continue
		}
		got := records(t, must(t, "0,0\n", "predict", model, "--header", "no", "--no-header", "--probabilities"))
		outside, err1 := strconv.ParseFloat(got[0][1], 64)
		inside, err2 := strconv.ParseFloat(got[0][2], 64)
		if err1 != nil || err2 != nil || !(inside > 0.8) || !(outside < 0.2) || !(outside >= 0) {
			t.Errorf("%s: probabilities at the centre are %q", loss, got[0])
		}
	}
}

// TestEvalOnTrainingData finds the data of training again, seed and size too.
func TestEvalOnTrainingData(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	trained := lastObject(t, must(t, "", "train", "--json", "--data", "moons", "--rows", "300", "--seed", "9", "--scale", "standardise", "--save", path))
	r := lastObject(t, must(t, "", "eval", path, "--json"))
	wantKeys(t, r, "event", "model", "data", "rows", "accuracy", "accuracy_low", "accuracy_high", "baseline", "loss", "rmse", "r2", "classes", "eval_seconds", "load_seconds",
		"samples_per_second", "backend", "library", "isa", "workers", "precision", "asked_precision")
	if r["accuracy"] != trained["test_accuracy"] || r["loss"] != trained["test_loss"] || r["rows"] != 150.0 {
		t.Errorf("eval says %v, train said %v", r, trained)
	}
	other := lastObject(t, must(t, "", "eval", path, "--json", "--data", "moons", "--seed", "10"))
	if other["loss"] == r["loss"] {
		t.Error("another seed gave the same loss")
	}
	out := must(t, "", "eval", path)
	for _, want := range []string{"moons, 150 rows", "recall", "precision", "upper", "lower"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// TestEvalUnseenClasses judges on rows of classes that training had not: they are wrong, as they are where train judges, and said.
func TestEvalUnseenClasses(t *testing.T) {
	t.Parallel()
	table := flowers(90)
	model := train(t, "--data", file(t, "flowers.csv", table))
	new := strings.Replace(table, "setosa", "lily", 1)
	new = strings.Replace(new, "virginica", strings.Repeat("rose", 10), 2) + "1,2,\n7,5,rose\n7,5,rose\n7,5,iris\n7,5,orchid\n7,5,tulip\n"
	path := file(t, "new.csv", new)
	before := lastObject(t, must(t, "", "eval", model, "--data", file(t, "known.csv", table), "--json"))
	o := command(t, "", "eval", model, "--data", path, "--json")
	want := `neurona: rows without a label, which are left out: 1 of 96
neurona: label species: rows of classes never seen in training, which count as wrong and have no loss: 8 of 95 ("lily", "roseroseroseroseroserose...", "rose", "iris", "orchid" and 1 more; the first is ` + path + `:2)
neurona: column length: `
	if o.code != exitDone || !strings.HasPrefix(o.stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", o.code, o.stderr, want)
	}
	// All of the flowers are right, or nearly.
	r := lastObject(t, o.stdout)
	right, said := 0.0, 0.0
	for _, c := range r["classes"].([]any) {
		right, said = right+c.(map[string]any)["right"].(float64), said+c.(map[string]any)["said"].(float64)
	}
	if lost := before["accuracy"].(float64)*90 - right; !(lost >= 0) || lost > 3 || r["accuracy"] != right/95 || r["rows"] != 95.0 || r["unseen_rows"] != 8.0 || said != 95 {
		t.Errorf("of %v rows %v are right, %v are of a class, and the accuracy is %v; of the known rows it is %v", r["rows"], right, said, r["accuracy"], before["accuracy"])
	}
	if out := applied(t, "", "eval", model, "--data", path); !strings.Contains(out, ", 95 rows\n") {
		t.Errorf("people are told\n%s", out)
	}
	if o := command(t, "", "eval", model, "--data", path, "--strict"); o.code != exitFailed || o.stdout != "" || !strings.Contains(o.stderr, "8 of 95") || !strings.Contains(o.stderr, "--strict: "+path) {
		t.Errorf("--strict: exit code %d, stdout %q, stderr %q", o.code, o.stdout, o.stderr)
	}
	must(t, "", "eval", model, "--data", file(t, "known.csv", table), "--strict")

	// Train judges the same rows alike.
	var b strings.Builder
	b.WriteString("part,x,y,label\n")
	for i := range 100 {
		label := []string{"a", "b"}[i%2]
		if i%20 < 5 && i >= 80 {
			label = "c"
		}
		fmt.Fprintf(&b, "%d,%d.5,%d,%s\n", map[bool]int{true: 1}[i >= 80], i*17%97+200*(i%2), i%2, label)
	}
	l := learn(t, b.String(), "--data", "-", "--label", "label", "--past-future", "part")
	rows := strings.SplitAfter(b.String(), "\n")
	r = lastObject(t, applied(t, rows[0]+strings.Join(rows[81:], ""), "eval", l.model, "--data", "-", "--json"))
	if r["accuracy"] != 0.75 || l.result["test_accuracy"] != r["accuracy"] || r["loss"] != l.result["test_loss"] {
		t.Errorf("eval says %v, train said %v", r, l.result)
	}
	// Of several labels, each has its own; a row without one of them is left out.
	l = learn(t, b.String(), "--data", "-", "--label", "label", "--label", "y", "--past-future", "part")
	o = command(t, "part,x,label,y\n0,1.5,a,0\n0,201.5,b,1\n0,1.5,d,0\n0,1.5,e,7\n0,1.5,,7\n0,1.5,a,8\n", "eval", l.model, "--data", "-", "--json")
	for i, want := range []string{"rows without a label, which are left out: 1 of 6", `label label: rows of classes never seen in training, which count as wrong and have no loss, and are left out where the other labels are judged: 2 of 5 ("d", "e"; the first is standard input:4)`,
		`label y: rows of classes never seen in training, which count as wrong and have no loss, and are left out where the other labels are judged: 2 of 5 ("7", "8"; the first is standard input:5)`} {
		if all := lines(t, o.stderr); o.code != exitDone || all[i] != "neurona: "+want {
			t.Errorf("exit code %d, line %d is %q, want %q", o.code, i, all[i], want)
		}
	}
	labels := lastObject(t, o.stdout)["labels"].([]any)
	for i, label := range labels {
		if got := label.(map[string]any)["accuracy"]; got != 0.5 {
			t.Errorf("label %d has the accuracy %v, want 0.5: of four rows two are right", i, got)
		}
	}
}

// TestPredictNoRows: a header with nothing below it has a header with nothing below it for an answer, if it names the columns that the model needs.
func TestPredictNoRows(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", file(t, "flowers.csv", flowers(60)))
	nameless := train(t, "--data", file(t, "nameless.csv", strings.SplitN(flowers(60), "\n", 2)[1]), "--header", "no")
	narrow := train(t, "--data", file(t, "narrow.csv", "x,label\n1,a\n5,b\n1.5,a\n5.5,b\n2,a\n6,b\n1.25,a\n5.25,b\n"))
	several := train(t, "--data", file(t, "plots.csv", plots(60)), "--label", "area", "--label", "size", "--epochs", "1")
	for _, c := range []struct{ name, model, table, args, want, stderr string }{
		{"header", model, "length,width\n", "", "prediction\n", ""},
		{"no end", model, "length,width", "", "prediction\n", ""},
		{"with answers", model, "width,species,length\n", "--probabilities", "prediction,p(setosa),p(versicolor),p(virginica)\n", ""},
		{"strict", model, "length,width\n", "--strict", "prediction\n", ""},
		{"no header wanted", model, "length,width\n", "--no-header", "", ""},
		{"JSON", model, "length,width\n", "--json", "", ""},
		{"mark, comments, quotes, blank lines", model, "\ufeff# of today\r\n\"length\";\"width\";\"no;te\"\r\n\r\n\r\n", "", "prediction\n", ""},
		{"trailing separators", model, "length,width,\n", "", "prediction\n", ""},
		{"several labels", several, "width,long,length\n", "", "prediction(area),prediction(size)\n", ""},
		{"by place", nameless, "a,b\n", "--header yes", "prediction\n", ""},
		{"nothing, without a header", nameless, "", "--header no", "prediction\n", ""},
		{"nothing, by place", model, "", "--header no", "prediction\n", ""},
		{"blank lines may be rows", narrow, "x\n\n\n", "", "prediction\n", "blank lines of a table of one column, which were passed over: 2"},
	} {
		path := filepath.Join(t.TempDir(), "out.csv")
		for _, args := range [][]string{{"-"}, {file(t, "new.csv", c.table)}, {"-", "-o", path}} {
			o := command(t, c.table, append(append([]string{"predict", c.model}, args...), strings.Fields(c.args)...)...)
			got := o.stdout
			if len(args) > 1 {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Error(err)
				}
				got = string(data)
			}
			if o.code != exitDone || got != c.want || !strings.Contains(o.stderr, c.stderr) || c.stderr == "" && o.stderr != "" {
				t.Errorf("%s, from %s: exit code %d, wrote %q, stderr %q, want %q", c.name, args[0], o.code, got, o.stderr, c.want)
			}
		}
	}
	for _, c := range []struct{ name, model, table, args, want string }{
		{"another header", model, "lenght,width\n", "", `a column is not there: unknown column "length", did you mean "lenght"?`},
		{"a row of words", model, "red,small\n", "", `a column is not there: unknown column "length"`},
		{"too few by place", nameless, "a\n", "--header yes", "columns are taken by place, and here are 1"},
		{"a header of a nameless model", nameless, "a,b\n", "", "had no name, and here all have"},
		{"nothing", model, "", "", "the file is empty"},
		{"blank lines", model, "\n\n", "--header no", "the file is empty"},
		{"damaged", model, "length,\"width\n", "", "standard input:1"},
	} {
		if o := command(t, c.table, append([]string{"predict", c.model, "-"}, strings.Fields(c.args)...)...); o.code != exitFailed || o.stdout != "" || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q, want %q", c.name, o.code, o.stdout, o.stderr, c.want)
		}
	}
	var stderr strings.Builder
	if code := run(t.Context(), []string{"predict", model, "-", "--header", "no"}, strings.NewReader(""), &failing{5}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "standard output: no room") {
		t.Errorf("no room for a header: exit code %d, stderr %q", code, stderr.String())
	}
	if o := command(t, "length,width,species\n", "eval", model, "--data", "-"); o.code != exitFailed || !strings.Contains(o.stderr, "nothing below it") {
		t.Errorf("eval: exit code %d, stderr %q", o.code, o.stderr)
	}
}
