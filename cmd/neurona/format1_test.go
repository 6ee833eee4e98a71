package main

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestFormat1 predicts with models that a version before has saved: of named columns and of unnamed ones.
func TestFormat1(t *testing.T) {
	t.Parallel()
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if err := net.SetWeights(0, tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{3, -2}}, []float32{0.5}); err != nil {
		t.Fatal(err)
	}
	model := func(task string) string {
		var b strings.Builder
		if err := net.Save(&b, map[string]string{model.MetadataKey: task}); err != nil {
			t.Fatal(err)
		}
		return file(t, "m.safetensors", b.String())
	}
	const scalers = `"scaler":{"kind":"standardise","offset":[10,20],"scale":[2,4]}`
	named := model(`{"format":1,"data":"houses.csv","seed":1,"rows":0,"loss":"mse","features":["area","rooms"],` + scalers + `,"targets":{"kind":"minmax","offset":[1000],"scale":[500]}}`)
	want := (3*(14.0-10)/2-2*(12.0-20)/4+0.5)*500 + 1000
	for _, c := range []struct{ table, args string }{
		{"rooms,area\n12,14\n", ""}, {"14,12,9\n", "--header no --label #3"}, {"area,rooms,price\n14,12,?\n", ""},
	} {
		args := append([]string{"predict", named, "--no-header"}, strings.Fields(c.args)...)
		got, err := strconv.ParseFloat(strings.TrimSpace(must(t, c.table, args...)), 64)
		if err != nil || !(math.Abs(got-want) <= 1e-4*want) {
			t.Errorf("%q: %v, %v, want %v", c.table, got, err, want)
		}
	}
	r := lastObject(t, must(t, "area,rooms,price\n14,12,"+strconv.FormatFloat(want+10, 'g', -1, 64)+"\n", "eval", named, "--data", "-", "--label", "price", "--json"))
	if got := r["rmse"].(float64); !(math.Abs(got-10) <= 1e-4*want) {
		t.Errorf("eval's error is %v, want 10", got)
	}
	classes := model(`{"format":1,"data":"circle","seed":1,"rows":0,"loss":"bce","classes":["out","in"],` + scalers + `}`)
	if got := must(t, "14,12\n6,28\n", "predict", classes, "--no-header"); got != "in\nout\n" {
		t.Errorf("columns without names: got %q", got)
	}
}
