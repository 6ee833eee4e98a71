package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestBadTables trains on tables that are no good. Each error must say where.
func TestBadTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, table, args, want string }{
		{"empty", "", "", "data.csv"},
		{"header alone", "x,y,label\n", "", "data.csv"},
		{"one row", "x,y,label\n1,2,a\n", "", "data.csv: all rows are of one class"},
		{"ragged", "x,y,label\n1,2,a\n1,b\n3,4,b\n", "", "data.csv:3"},
		{"no label", "x,y,place\n1,2,a\n1,3,b\n", "", `no label column is given, and other columns than the last are called as labels are: candidates are "y", "place" (--label`},
		{"one class", "x,y,label\n1,2,a\n1,3,a\n", "", `all rows are of one class ("a")`},
		{"text quantity", "x,z,price\n1,2,3\n1,3,cheap\n", "--loss mse", `data.csv:3: column 3 ("price"): not of the kind asked for: the label "cheap" is no number`},
		{"labels missing", "x,y,label\n1,2,\n1,3,\n", "", "every label is missing"},
		{"two rows to validate", "x,y,label\n1,2,a\n1,3,a\n4,1,b\n4,2,b\n", "--test 0.5 --validation 0.5", "no column is left to learn from in 1 row"},
		{"one number", "x,price\n1,2\n", "--task regression --label price", "data.csv: --test 0.2: the rows cannot be split: 1 row"},
		{"gaps in every row", "x,z,label\n1,,a\n,3,b\n4,,b\n,2,a\n5,,a\n,6,b\n", "--missing drop", "none is left without these (--missing impute; --drop, of the columns with gaps)"},
		{"a class for each row", "x,z,label\n1,2,a\n1,3,b\n4,1,c\n4,2,d\n7,1,e\n", "--label label", "that was trained on (--test, another fraction"},
		{"columns by colons", "x:z:label\n1:2:a\n1:3:b\n", "", "(--comma :, if it separates 3 cells in each line"},
		{"columns by something else", "x:z:label\n1:2:a\n1:3:b\n", "--label #1", "--comma :"},
		{"a title", "My report\nx,y,label\n1,2,a\n1,3,b\n", "", "data.csv:2: ragged row: 3 cells, want 1: \"x,y,label\" (--skip 1, if the table begins in line 2"},
		{"comments of another kind", "% c\nx,y,label\n1,2,a\n1,3,b\n", "", "(--comment %, if"},
		{"a title as wide as the table", "My report,,\nx,y,label\n1,2,a\n1,3,b\n", "", "data.csv:1: no header, or not in the first line"},
		{"many columns", "x,y,label\n1,2,a\n1,3,b\n", "--max-columns 2", "more than 2 columns (--max-columns"},
		{"long lines", "x,y,label\n1,2,a\n1,3,b\n", "--max-record 4", "a record of more than 4 bytes"},
		{"large tables", "x,y,label\n1,2,a\n1,3,b\n", "--max-memory 1", "(--max-memory"},
		{"workbooks", "PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml", "", "it is an Excel workbook (.xlsx) (save"},
		{"two readings", "x,y,label\n1.234,2,a\n1.345,3,b\n1.456,4,a\n1.567,5,b\n", "", "--as"},
	} {
		path := file(t, "data.csv", c.table)
		o := command(t, "", strings.Fields("train --data "+path+" "+c.args)...)
		if o.code != exitFailed && !strings.HasPrefix(c.want, "--") || o.code == exitDone {
			t.Errorf("%s: exit code %d, want %d", c.name, o.code, exitFailed)
		}
		if !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: stderr lacks %q: %q; stdout is %q", c.name, c.want, o.stderr, o.stdout)
		}
	}
}

func TestMissingFiles(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	for _, args := range []string{
		"train --data " + missing + ".csv",
		"train --data mnist --data-dir " + missing,
		"eval " + missing + ".safetensors",
		"predict " + missing + ".safetensors",
	} {
		o := command(t, "", strings.Fields(args)...)
		if o.code != exitFailed || !strings.Contains(o.stderr, missing) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stderr %q, want %d and the path", args, o.code, o.stderr, exitFailed)
		}
	}
}

// TestBadPredictions applies a good model to what it was not trained on.
func TestBadPredictions(t *testing.T) {
	t.Parallel()
	model := train(t, "--data", file(t, "flowers.csv", flowers(60)))
	for _, c := range []struct{ name, table, args, want string }{
		{"empty", "", "", "standard input"},
		{"names unknown", "1,2\n3,4\n", "", `a column is not there: "length", and here columns have no names`},
		{"too few columns", "1\n2\n", "--header no", "columns are taken by place, and here are 1: want 2, or the 3 that were learnt"},
		{"too many columns", "1,2,a,b\n", "--header no", "here are 4"},
		{"misspelt column", "lenght,width\n1,2\n", "", `a column is not there: unknown column "length", did you mean "lenght"?`},
		{"twice", "length,length,width\n1,2,3\n", "", "here are 2, learnt were 1, and which is which cannot be told"},
		{"strict", "length,width\n1e9,2\n", "--strict", "--strict"},
	} {
		o := command(t, c.table, append([]string{"predict", model}, strings.Fields(c.args)...)...)
		if o.code != exitFailed || !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stderr %q, want %d and %q", c.name, o.code, o.stderr, exitFailed, c.want)
		}
		// The place that answers would go to is not to blame.
		out := filepath.Join(t.TempDir(), "out.csv")
		o = command(t, c.table, append([]string{"predict", model, "-o", out}, strings.Fields(c.args)...)...)
		if _, err := os.Stat(out); o.code != exitFailed || !strings.Contains(o.stderr, c.want) || strings.Contains(o.stderr, "--output") || err == nil {
			t.Errorf("%s, to a file: exit code %d, stderr %q", c.name, o.code, o.stderr)
		}
	}
	o := command(t, "", "eval", model)
	if o.code != exitUsage || !strings.Contains(o.stderr, "--data is missing: the model was trained on") {
		t.Errorf("eval without its data: exit code %d, stderr %q", o.code, o.stderr)
	}
	o = command(t, "", "eval", model, "--data", file(t, "new.csv", "length,width,species\n1,2,setsa\n"))
	if o.code != exitFailed || !strings.Contains(o.stderr, `did you mean "setosa"`) || !strings.Contains(o.stderr, "new.csv:2") {
		t.Errorf("an unknown class: exit code %d, stderr %q", o.code, o.stderr)
	}
	for data, want := range map[string]string{
		"circle": `circle: classes are ["outside" "inside"], want ["setosa" "versicolor" "virginica"]`,
	} {
		o := command(t, "", "eval", model, "--data", data)
		if o.code != exitFailed || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit code %d, stderr %q, want %q", data, o.code, o.stderr, want)
		}
	}
	o = command(t, "", "eval", train(t, "--data", "moons", "--epochs", "1"), "--data", "circle")
	if o.code != exitFailed || !strings.Contains(o.stderr, `classes are ["outside" "inside"], want ["upper" "lower"]`) {
		t.Errorf("data of classes with other names: exit code %d, stderr %q", o.code, o.stderr)
	}
	o = command(t, "", "eval", train(t, "--data", "spiral", "--epochs", "1"), "--data", "circle")
	if o.code != exitFailed || !strings.Contains(o.stderr, `classes are ["outside" "inside"], want [`) {
		t.Errorf("data of other classes: exit code %d, stderr %q", o.code, o.stderr)
	}
}

// TestBadModels loads files that are no models, or lie about what they predict.
func TestBadModels(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(train(t, "--data", file(t, "flowers.csv", flowers(60))))
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(3)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	with := func(meta map[string]string) []byte {
		var b strings.Builder
		if err := net.Save(&b, meta); err != nil {
			t.Fatal(err)
		}
		return []byte(b.String())
	}
	task := func(json string) []byte { return with(map[string]string{model.MetadataKey: json}) }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "m.safetensors"},
		{"text", []byte("these are not tensors"), "m.safetensors"},
		{"truncated", good[:len(good)-5], "m.safetensors"},
		{"no task", with(nil), `no "task"`},
		{"task is no JSON", task("{"), `metadata "task"`},
		{"other format", task(`{"format":99}`), "format is 99, want 1 to 3"},
		{"unknown loss", task(`{"format":1,"loss":"cross_entrpy"}`), `did you mean "cross_entropy"`},
		{"too few classes", task(`{"format":1,"loss":"cross_entropy","classes":["a"]}`), "1 classes with the loss cross_entropy, for a network with 3 outputs"},
		{"no two classes", task(`{"format":1,"loss":"bce","classes":["a"]}`), "1 classes, want 2"},
		{"means and variances", task(`{"format":1,"loss":"gaussian"}`), "gaussian is for programs: its outputs are of link mean_variance"},
		{"classes of quantities", task(`{"format":1,"loss":"huber","classes":["a","b"]}`), "2 classes with the loss huber, which tells none apart"},
		{"too many outputs", task(`{"format":1,"loss":"mse"}`), "the network has 3"},
		{"feature names", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"features":["x"]}`), "1 feature names for 2 inputs"},
		{"rows", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"rows":-5}`), "rows is -5"},
		{"scaler", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"scaler":{"offset":[1],"scale":[1,2]}}`), "1 offsets and 2 scales for 2 inputs"},
		{"neither", task(`{"format":2,"loss":"cross_entropy"}`), `want one of "table" and "drawn"`},
		{"unknown field", task(`{"format":2,"loss":"cross_entropy","colour":1}`), `unknown field "colour"`},
		{"other inputs", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":3,"classes":["a","b","c"]}}`), "columns of 3 features for 2 inputs"},
		{"huge inputs", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":1000000000,"classes":["a","b","c"]}}`), "columns of 1000000000 features for 2 inputs"},
		{"names of others", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":2,"names":["a"],"classes":["a","b","c"]}}`), "1 names and 0 scalers for 2 inputs"},
		{"classes twice", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":2,"classes":["a","b","a"]}}`), "classification"},
		{"quantiles of none", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":2,"classes":["a","b","c"],"scalers":[{"kind":"quantile","scale":1},{"kind":"none","scale":1}]}}`), "quantile"},
		{"no classes", task(`{"format":2,"loss":"cross_entropy","drawn":{"inputs":2}}`), "0 classes with the loss cross_entropy"},
		{"more losses", task(`{"format":2,"loss":"split([1, 2], mse, cross_entropy)","drawn":{"inputs":2,"classes":["a","b","c"]}}`), "is of 2 columns, and 1 are predicted"},
		{"huge rows", task(`{"format":2,"loss":"cross_entropy","rows":1000000000,"drawn":{"inputs":2,"classes":["a","b","c"]}}`), "rows is 1000000000, want 0 to"},
		{"other encoder", task(`{"format":2,"loss":"cross_entropy","table":{"format":"neurona.table","version":99}}`), "version 99"},
		{"scale of zero", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"scaler":{"offset":[1,2],"scale":[1,0]}}`), "scale"},
	} {
		path := file(t, "m.safetensors", string(c.data))
		o := command(t, "1,2\n", "predict", path)
		if o.code != exitFailed || !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stderr %q, want %d and %q", c.name, o.code, o.stderr, exitFailed, c.want)
		}
	}
}

// TestDamagedWeights applies a model whose weights are no numbers.
func TestDamagedWeights(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"class":    {"--data", file(t, "flowers.csv", flowers(60)), "--epochs", "1"},
		"quantity": {"--data", file(t, "houses.csv", houses(60)), "--loss", "mse", "--epochs", "1"},
	} {
		path := train(t, args...)
		model, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The last number of the file is the last bias.
		copy(model[len(model)-4:], "\x00\x00\xc0\x7f")
		if err := os.WriteFile(path, model, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, c := range [][]string{{"predict", path, args[1]}, {"eval", path, "--data", args[1]}} {
			o := command(t, "", c...)
			if o.code != exitFailed || !strings.Contains(o.stderr, "output for row 1 is NaN, want a finite number") || o.stdout != "" {
				t.Errorf("%s, %s: exit code %d, stdout %q, stderr %q, want %d and the row", name, c[0], o.code, o.stdout, o.stderr, exitFailed)
			}
		}
	}
}

// TestBoundedLogits judges a model of others' making, whose sigmoid the loss
// would apply once more.
func TestBoundedLogits(t *testing.T) {
	t.Parallel()
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1), activation.Sigmoid()))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	var text strings.Builder
	if err := net.Save(&text, map[string]string{model.MetadataKey: `{"format":1,"loss":"bce","classes":["outside","inside"]}`}); err != nil {
		t.Fatal(err)
	}
	o := command(t, "", "eval", file(t, "m.safetensors", text.String()), "--data", "circle")
	if o.code != exitFailed || !strings.Contains(o.stderr, "leave out the last sigmoid") || o.stdout != "" {
		t.Errorf("exit code %d, stderr %q, want %d and the remedy", o.code, o.stderr, exitFailed)
	}
}
