package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestInspectModel: all that a model holds of the data is said, and what holds none of it is no model.
func TestInspectModel(t *testing.T) {
	t.Parallel()
	path := train(t, "--data", "../../datasets/table/testdata/penguins.train.csv", "--label", "species", "--epochs", "2", "--scale", "quantile", "--drop", "sex")
	out := must(t, "", "inspect", path)
	for _, want := range []string{
		"network   stack(dense(64), relu, dense(3)), ", "predicts  species: 3 classes: Adelie, Chinstrap, Gentoo\n", "loss      cross_entropy\n", "test      accuracy ", "learnt of penguins.train.csv, 206 rows, seed 1\n",
		"data      sha256:", "by        neurona train --data penguins.train.csv --label species --epochs 2 --scale quantile --drop sex\n", " kB\n",
		"3 levels: Biscoe, Dream, Torgersen\n", "scaled: quantile, ", "left out", "label; 3 levels: Adelie",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	var e modelEvent
	if err := json.Unmarshal([]byte(must(t, "", "inspect", path, "--json")), &e); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if e.Bytes != info.Size() || e.Outputs != 3 || len(e.Columns) != 7 || len(e.Targets[0].Classes) != 3 || e.Columns[1].Kind != "category" || len(e.Columns[1].Levels) != 3 || e.Provenance.Rows != 206 || len(e.Scores) != 1 || e.Scores[0].Rows != 52 {
		t.Errorf("got %+v", e)
	}
	// What the file has of texts of the table is all said.
	for _, c := range e.Columns {
		if c.Name == "bill_length_mm" && (c.Range == "" || c.Quantiles == 0) {
			t.Errorf("of a number: %+v", c)
		}
	}
	if out := must(t, "", "inspect", path, "--quiet"); out != "" {
		t.Errorf("--quiet says %q", out)
	}
	o := command(t, "", "inspect", path, "--label", "x")
	if o.code != exitUsage || !strings.Contains(o.stderr, "--label is of tables") {
		t.Errorf("a flag of tables: exit code %d, %s", o.code, o.stderr)
	}
	old := must(t, "", "inspect", "../../nn/model/testdata/format2/flats.safetensors")
	if !strings.Contains(old, "4 levels: Würzburg, Ulm, Gießen, Köln; 6 missing") || !strings.Contains(old, "30.2 to 176.5") {
		t.Errorf("of a version before:\n%s", old)
	}
	o = command(t, "", "inspect", file(t, "broken.safetensors", "\x10\x00\x00\x00\x00\x00\x00\x00{\"x\":1}"))
	if o.code != exitFailed || !strings.Contains(o.stderr, "broken.safetensors") {
		t.Errorf("a damaged file: exit code %d, %s", o.code, o.stderr)
	}
	drawn := must(t, "", "inspect", train(t, "--epochs", "1"))
	if !strings.Contains(drawn, "learnt of circle") || !strings.Contains(drawn, "predicts  #3: 2 classes: ") {
		t.Errorf("of built-in data:\n%s", drawn)
	}
}
