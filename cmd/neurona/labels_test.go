package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// plots is a table of three columns to predict, a number, one of two classes and one of three, from two.
func plots(n int) string {
	rng := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	b.WriteString("length,width,area,long,size\n")
	for range n {
		length, width := 1+9*rng.Float64(), 1+9*rng.Float64()
		size := []string{"small", "medium", "large"}[min(int(length*width/20), 2)]
		fmt.Fprintf(&b, "%.3f,%.3f,%.3f,%t,%s\n", length, width, 1000+length*width, length > width, size)
	}
	return b.String()
}

// TestSeveralLabels predicts three columns of different kinds with one network.
func TestSeveralLabels(t *testing.T) {
	t.Parallel()
	path, model := file(t, "plots.csv", plots(400)), filepath.Join(t.TempDir(), "m.safetensors")
	all := lines(t, must(t, "", "train", "--json", "--data", path, "--label", "area", "--label", "size", "--label", "long", "--epochs", "120", "--save", model))
	if start := object(t, all[0]); start["loss"] != "split([1, 3, 1], mse, cross_entropy, binary_cross_entropy)" || start["features"] != 2.0 || start["outputs"] != 5.0 {
		t.Errorf("start is %v", start)
	}
	trained := object(t, all[len(all)-1])
	labels := trained["labels"].([]any)
	for i, want := range []struct {
		label, what string
		least       float64
	}{{"area", "r2", 0.95}, {"size", "accuracy", 0.85}, {"long", "accuracy", 0.9}} {
		got := labels[i].(map[string]any)
		if v, ok := got[want.what].(float64); got["label"] != want.label || !ok || !(v >= want.least) {
			t.Errorf("label %d is %v, want %+v", i, got, want)
		}
	}
	if trained["test_r2"] != labels[0].(map[string]any)["r2"] || trained["test_accuracy"] != nil {
		t.Errorf("the first label's are %v and %v", trained["test_r2"], trained["test_accuracy"])
	}

	rows := records(t, plots(400))
	got := records(t, applied(t, "", "predict", model, path))
	if h := strings.Join(got[0], ";"); h != "prediction(area);prediction(size);prediction(long)" || len(got) != len(rows) {
		t.Errorf("%d lines under %s", len(got), h)
	}
	sum, right := 0.0, [2]int{}
	for i, row := range rows[1:] {
		said, err := strconv.ParseFloat(got[i+1][0], 64)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := strconv.ParseFloat(row[2], 64)
		sum += (said - want) * (said - want)
		for c, column := range []int{4, 3} {
			if got[i+1][1+c] == row[column] {
				right[c]++
			}
		}
	}
	// What eval says is what predict's answers give.
	r := lastObject(t, applied(t, "", "eval", model, "--data", path, "--json"))
	judged := r["labels"].([]any)
	if rmse := math.Sqrt(sum / 400); !(math.Abs(judged[0].(map[string]any)["rmse"].(float64)-rmse) <= 1e-4*rmse) {
		t.Errorf("eval's error is %v, predict's %v", judged[0], rmse)
	}
	for c, n := range right {
		if v := judged[1+c].(map[string]any)["accuracy"]; v != float64(n)/400 {
			t.Errorf("eval says %v of column %d, predict is right in %d of 400", v, c, n)
		}
	}
	if other := lastObject(t, applied(t, "", "eval", model, "--data", file(t, "other.csv", strings.Replace(plots(400), "area,long,size", "a,l,s", 1)),
		"--label", "a", "--label", "s", "--label", "l", "--json")); fmt.Sprint(other["labels"]) != fmt.Sprint(judged) {
		t.Errorf("answers in columns of other names are judged %v, want %v", other["labels"], judged)
	}
	// The model's own names are found by name, in any order.
	if other := lastObject(t, applied(t, "", "eval", model, "--data", path, "--label", "long", "--label", "area", "--label", "size", "--json")); fmt.Sprint(other["labels"]) != fmt.Sprint(judged) {
		t.Errorf("labels in another order are judged %v, want %v", other["labels"], judged)
	}
	answer := lastObject(t, applied(t, "width,length\n9,1.5\n", "predict", model, "--json"))
	wantKeys(t, answer, "row", "predictions")
	wantKeys(t, answer["predictions"].(map[string]any), "area", "size", "long")
	if out := applied(t, "", "eval", model, "--data", path); !strings.Contains(out, "area: root mean square error") || !strings.Contains(out, "size: accuracy") {
		t.Errorf("people are told %q", out)
	}
	for args, want := range map[string]string{
		"eval " + model + " --data " + path + " --label long --label long --label long":              `"long" twice`,
		"predict " + model + " " + path + " --probabilities":                                         "of one column",
		"train --data " + path + " --label size --label long --target-accuracy 0.9 --validation 0.1": "--target-accuracy is 0.9, want no target",
		"train --data " + path + " --label size --label size":                                        "cannot be label and label",
		"train --data " + path + " --label size --label area --loss cross_entropy --task regression": "the label \"large\" is no number",
		"eval " + model + " --data " + path + " --label area":                                        "--label is 1 column, want 3 columns",
		"train --data " + path + " --label area --label long --drop length --drop width --drop size": "no column is left",
	} {
		if o := command(t, "", strings.Fields(args)...); o.code == exitDone || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit code %d, stderr %q lacks %q", args, o.code, o.stderr, want)
		}
	}
}

// TestLabelsOfOneName: predictions of columns that share a name are told apart, and rows are counted once.
func TestLabelsOfOneName(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("t,y,x,y\n")
	for i := range 100 {
		class := string(rune('a' + i/75*2 + i%2)) // new ones in the last quarter
		fmt.Fprintf(&b, "%d,%s,%d.5,%s\n", 1000+i*3, class, i*7%31, class)
	}
	path, model := file(t, "twice.csv", b.String()), filepath.Join(t.TempDir(), "m.safetensors")
	all := lines(t, applied(t, "", "train", "--json", "--data", path, "--label", "y#1", "--label", "y#2", "--past-future", "t", "--test", "0.3", "--epochs", "3", "--save", model))
	if start := object(t, all[0]); start["train_rows"] != 70.0 || start["test_rows"] != 30.0 {
		t.Errorf("%v rows to train on, %v to test", start["train_rows"], start["test_rows"])
	}
	// Rows of classes that one label has not had are said to be left out for the other.
	told := command(t, "", "train", "--data", path, "--label", "y#1", "--label", "y#2", "--past-future", "t", "--test", "0.3", "--epochs", "1").stderr
	judged := command(t, "t,y,x,y\n1003,b,7.5,new\n1006,a,8.5,a\n", "eval", model, "--data", "-", "--json")
	for what, stderr := range map[string]string{"train": told, "eval": judged.stderr} {
		if !strings.Contains(stderr, "y#2") || !strings.Contains(stderr, ", and are left out where the other labels are judged: ") {
			t.Errorf("%s: stderr is %q", what, stderr)
		}
	}
	answer := lastObject(t, applied(t, "t,x\n1003,7.5\n", "predict", model, "--json"))
	wantKeys(t, answer["predictions"].(map[string]any), "y#1", "y#2")
	if got := records(t, applied(t, "t,x\n1003,7.5\n", "predict", model)); strings.Join(got[0], ";") != "prediction(y#1);prediction(y#2)" {
		t.Errorf("the header is %q", got[0])
	}
}

// TestLabelIsNotDropped: a column that is to be predicted and left out is a contradiction, whoever says that it is predicted. Where
// nobody does, another one is.
func TestLabelIsNotDropped(t *testing.T) {
	t.Parallel()
	path := file(t, "houses.csv", houses(60))
	columns, _ := columnsOf(t, path)
	for _, verb := range []string{"train --epochs 1 --data " + path, "inspect " + path} {
		for _, c := range []struct {
			args string
			code int
		}{
			{"--label price --drop price", exitUsage},
			{"--label price --drop #-1", exitUsage},
			{"--label price --label rooms --drop rooms", exitUsage},
			{"--columns " + columns + " --drop price", exitUsage},
			{"--columns " + columns + " --label rooms --drop price", exitDone},
			{"--label price --drop rooms", exitDone},
			{"--drop price", exitDone},
		} {
			o := command(t, "", strings.Fields(verb+" "+c.args)...)
			if o.code != c.code || (c.code == exitUsage) != strings.Contains(o.stderr, "want another column than one that is to be predicted") {
				t.Errorf("%s %s: exit code %d, stderr %q, want %d", verb, c.args, o.code, o.stderr, c.code)
			}
		}
	}
}

// TestLongLabels: columns whose long names begin alike are told apart in answers.
func TestLongLabels(t *testing.T) {
	t.Parallel()
	one, two := strings.Repeat("a", 150)+"1", strings.Repeat("a", 150)+"2"
	path, model := file(t, "plots.csv", strings.NewReplacer("area", one, "size", two).Replace(plots(60))), filepath.Join(t.TempDir(), "m.safetensors")
	applied(t, "", "train", "--quiet", "--data", path, "--label", one, "--label", two, "--epochs", "1", "--save", model)
	if h := records(t, applied(t, "", "predict", model, path))[0]; h[0] != "prediction("+one+")" || h[1] != "prediction("+two+")" {
		t.Errorf("the header is %q", h)
	}
	first := object(t, lines(t, applied(t, "", "predict", model, path, "--json"))[0])
	if said := first["predictions"].(map[string]any); len(said) != 2 || said[one] == nil || said[two] == nil {
		t.Errorf("an answer is %v, want both columns", first)
	}
}
