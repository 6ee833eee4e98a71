package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestBadTables trains on tables that are no good. Each error must say where.
func TestBadTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, table, args, want string }{
		{"empty", "", "", "data.csv"},
		{"header alone", "x,y,label\n", "", "data.csv"},
		{"one row", "x,y,label\n1,2,a\n", "", "data.csv: 1 row, want at least 2"},
		{"ragged", "x,y,label\n1,2,a\n1,b\n3,4,b\n", "", "data.csv:3"},
		{"text feature", "x,y,label\n1,2,a\n1,two,b\n", "", `data.csv:3: column 2`},
		{"NaN", "x,y,label\n1,2,a\n1,NaN,b\n", "", "data.csv:3: column 2"},
		{"infinity", "x,y,label\n1,2,a\n1,-Inf,b\n", "", "data.csv:3: column 2"},
		{"one class", "x,y,label\n1,2,a\n1,3,a\n", "", `all rows are of one class ("a")`},
		{"text quantity", "x,y,price\n1,2,3\n1,3,cheap\n", "--loss mse", "data.csv:3: column 3"},
		{"label missing", "x,y,label\n1,2,a\n1,3,\n", "", "data.csv:3: column 3"},
		{"two rows to validate", "x,y,label\n1,2,a\n1,3,b\n", "--validation 0.5", "--validation is 0.5, want 0: there is 1 row"},
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
	for _, c := range []struct{ name, table, want string }{
		{"empty", "", "standard input"},
		{"too few columns", "1\n2\n", "standard input: 1 feature, want the 2"},
		{"too many columns", "1,2,3\n", "standard input: 3 features, want the 2"},
		{"misspelt column", "lenght,width\n1,2\n", `there is no column "length"`},
		{"text", "length,width,species\n1,2,setosa\n", "standard input:2: column 3"},
		{"hint", "length,width,species\n1,2,setosa\n", "left out with --label"},
		{"NaN", "1,2\n1,NaN\n", "standard input:2: column 2"},
	} {
		o := command(t, c.table, "predict", model)
		if o.code != exitFailed || !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: exit code %d, stderr %q, want %d and %q", c.name, o.code, o.stderr, exitFailed, c.want)
		}
	}
	o := command(t, "", "eval", model)
	if o.code != exitUsage || !strings.Contains(o.stderr, "--data is missing: the model was trained on") {
		t.Errorf("eval without its data: exit code %d, stderr %q", o.code, o.stderr)
	}
	o = command(t, "", "eval", model, "--data", file(t, "new.csv", "1,2,setsa\n"))
	if o.code != exitFailed || !strings.Contains(o.stderr, `did you mean "setosa"`) || !strings.Contains(o.stderr, "new.csv:1") {
		t.Errorf("an unknown class: exit code %d, stderr %q", o.code, o.stderr)
	}
	for data, want := range map[string]string{
		"circle": `there is no column "length"`,
		"digits": "784 features, want the 2",
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
	if o.code != exitFailed || !strings.Contains(o.stderr, "2 classes, want the 3") {
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
	task := func(json string) []byte { return with(map[string]string{taskKey: json}) }
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
		{"other format", task(`{"format":99}`), "format is 99, want 1"},
		{"unknown loss", task(`{"format":1,"loss":"cross_entrpy"}`), `did you mean "cross_entropy"`},
		{"too few classes", task(`{"format":1,"loss":"cross_entropy","classes":["a"]}`), "1 classes with the loss cross_entropy, for a network with 3 outputs"},
		{"no two classes", task(`{"format":1,"loss":"bce","classes":["a"]}`), "1 classes, want 2"},
		{"means and variances", task(`{"format":1,"loss":"gaussian"}`), "gaussian is for programs: its outputs are of link mean_variance"},
		{"classes of quantities", task(`{"format":1,"loss":"huber","classes":["a","b"]}`), "2 classes with the loss huber, which tells none apart"},
		{"too many outputs", task(`{"format":1,"loss":"mse"}`), "for a network with 3 outputs"},
		{"feature names", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"features":["x"]}`), "1 feature names for 2 inputs"},
		{"rows", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"rows":-5}`), "rows is -5"},
		{"scaler", task(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"],"scaler":{"offset":[1],"scale":[1,2]}}`), "1 offsets and 2 scales for 2 inputs"},
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
		for _, c := range [][]string{{"predict", path, args[1], "--label", "-1"}, {"eval", path, "--data", args[1]}} {
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
	var model strings.Builder
	if err := net.Save(&model, map[string]string{taskKey: `{"format":1,"loss":"bce","classes":["outside","inside"]}`}); err != nil {
		t.Fatal(err)
	}
	o := command(t, "", "eval", file(t, "m.safetensors", model.String()), "--data", "circle")
	if o.code != exitFailed || !strings.Contains(o.stderr, "leave out the last sigmoid") || o.stdout != "" {
		t.Errorf("exit code %d, stderr %q, want %d and the remedy", o.code, o.stderr, exitFailed)
	}
}
