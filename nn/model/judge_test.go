package model_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestJudge: labels are found under other names, and those that are none are told.
func TestJudge(t *testing.T) {
	m, records := flats(t, "heating")
	for _, r := range records {
		r["truth"] = r["heating"]
		delete(r, "heating")
	}
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Evaluate(tab); !errors.Is(err, table.ErrAbsent) {
		t.Errorf("without labels: %v", err)
	}
	if s, _, err := m.Evaluate(tab, "truth"); err != nil || s.Rows != len(records) {
		t.Errorf("%+v, %v", s, err)
	}
	if _, _, err := m.Evaluate(tab, "truth", "town"); !errors.As(err, new(*table.OptionError)) {
		t.Errorf("two columns for one target: %v", err)
	}
	if _, _, err := m.Evaluate(tab, "town"); err == nil || !strings.Contains(err.Error(), "no row has a label that the model knows") {
		t.Errorf("other classes: %v", err)
	}
	for _, r := range records {
		r["heating"] = nil
	}
	if tab, err = table.FromRecords(records); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Evaluate(tab, "heating"); err == nil || !strings.Contains(err.Error(), "every label is missing") {
		t.Errorf("no labels: %v", err)
	}
	n, records := flats(t, "price")
	records[7]["price"] = "dear"
	if tab, err = table.FromRecords(records); err != nil {
		t.Fatal(err)
	}
	if _, _, err := n.Evaluate(tab); err == nil || !strings.Contains(err.Error(), `records:8: the label "dear" is no number`) {
		t.Errorf("a word among numbers: %v", err)
	}
}

func TestProbabilities(t *testing.T) {
	m, records := flats(t, "heating")
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{5, 3, 5}
	p, _, err := m.Probabilities(tab, rows)
	if err != nil || len(p) != 3 {
		t.Fatal(p, err)
	}
	for i, row := range rows {
		a, err := m.PredictRecord(records[row])
		if err != nil {
			t.Fatal(err)
		}
		for j, want := range a.Probabilities() {
			if p[i][j] != want {
				t.Errorf("row %d: %v, want %v", row, p[i], a.Probabilities())
			}
		}
	}
	if _, _, err := m.Probabilities(tab, []int{-1}); err == nil {
		t.Error("row -1 has probabilities")
	}
	hinge, _ := flats(t, "lift", model.Loss("hinge"))
	if _, _, err := hinge.Probabilities(tab, nil); err == nil || !strings.Contains(err.Error(), "hinge") {
		t.Errorf("margins: %v", err)
	}
	if empty, report, err := m.Predict(tab, []int{}); err != nil || len(empty) != 0 || len(report.Columns) != 0 {
		t.Errorf("no rows: %v, %v, %v", empty, report, err)
	}
}

// TestDamagedWeights: outputs that are no numbers are an error that says of which row, by all roads.
func TestDamagedWeights(t *testing.T) {
	m, records := flats(t, "price")
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	file := text.Bytes()
	binary.LittleEndian.PutUint32(file[len(file)-4:], math.Float32bits(float32(math.NaN()))) // the last bias
	bad, err := model.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer bad.Close()
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	e := (*model.OutputError)(nil)
	if _, _, err := bad.Predict(tab, []int{7, 8}); !errors.As(err, &e) || e.Row != 0 || !strings.Contains(err.Error(), "row 1 is NaN") {
		t.Errorf("a table: %v", err)
	}
	if a, err := bad.PredictRecord(records[0]); !errors.As(err, &e) || a.Outputs() != nil {
		t.Errorf("a record: %v, %v", a, err)
	}
	if _, _, err := bad.Evaluate(tab); err == nil {
		t.Error("it is judged")
	}
	p, err := model.Prepare(tab, model.Label("price"))
	if err != nil {
		t.Fatal(err)
	}
	if err := bad.Task().Finite(bad.Network(), p.Train.X); !errors.As(err, &e) {
		t.Errorf("all rows: %v", err)
	}
	if err := m.Task().Finite(m.Network(), p.Train.X); err != nil {
		t.Error(err)
	}
}

// TestFormat1: columns of numbers, named or not, are answered as records too.
func TestFormat1(t *testing.T) {
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if err := net.SetWeights(0, tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{3, -2}}, []float32{0.5}); err != nil {
		t.Fatal(err)
	}
	read := func(task string) (*model.Model, error) {
		var text bytes.Buffer
		if err := net.Save(&text, map[string]string{model.MetadataKey: task}); err != nil {
			t.Fatal(err)
		}
		return model.Read(&text)
	}
	const scalers = `"scaler":{"kind":"standardise","offset":[10,20],"scale":[2,4]}`
	m, err := read(`{"format":1,"data":"old/houses.csv","seed":1,"rows":0,"loss":"mse","features":["area","rooms"],` + scalers + `,"targets":{"kind":"minmax","offset":[1000],"scale":[500]}}`)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	want := (3*(14.0-10)/2-2*(12.0-20)/4+0.5)*500 + 1000
	if a, err := m.PredictRecord(map[string]any{"area": 14, "rooms": "12"}); err != nil || !(math.Abs(a.Number()-want) <= 1e-4*want) {
		t.Errorf("%v, %v, want %v", a, err, want)
	}
	if m.Provenance().Data != "houses.csv" {
		t.Errorf("it comes from %+v", m.Provenance())
	}
	classes, err := read(`{"format":1,"data":"circle","seed":1,"rows":0,"loss":"bce","classes":["out","in"],` + scalers + `}`)
	if err != nil {
		t.Fatal(err)
	}
	defer classes.Close()
	if a, err := classes.PredictRecord(map[string]any{"#1": 14, "#2": 12}); err != nil || a.Class() != "in" {
		t.Errorf("columns without names: %v, %v", a, err)
	}
	for name, task := range map[string]string{
		"a scaler of one": `{"format":1,"loss":"mse","scaler":{"offset":[1],"scale":[1,2]}}`, "a scale of zero": `{"format":1,"loss":"mse","scaler":{"offset":[1,2],"scale":[1,0]}}`, "names": `{"format":1,"loss":"mse","features":["x"]}`,
	} {
		if _, err := read(task); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
