package model_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestFormat2 loads models that were saved when format 2 was new, of a table and of data that code draws: they say what they said
// then, and say it to the bit once they are saved again.
func TestFormat2(t *testing.T) {
	for name, data := range map[string]string{"flats": "r_csv2.csv", "circle": "circle"} {
		path := filepath.Join("testdata", "format2", name)
		m, err := model.Load(path + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if p := m.Provenance(); p.Data != data || p.Seed != 1 || m.Task().IsTable() != (name == "flats") {
			t.Errorf("%s comes from %+v", name, p)
		}
		var text bytes.Buffer
		n, err := m.WriteTo(&text)
		if err != nil || n != int64(text.Len()) {
			t.Fatalf("%d bytes of %d, %v", n, text.Len(), err)
		}
		again, err := model.Read(bytes.NewReader(text.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		tab, err := table.Open(path + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		answers, _, err := m.Predict(tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := again.Predict(tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path + ".answers.csv")
		if err != nil {
			t.Fatal(err)
		}
		want, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil || len(want) != len(answers)+1 {
			t.Fatalf("%d lines for %d answers, %v", len(want), len(answers), err)
		}
		for i, a := range answers {
			if a.Class() != want[i+1][0] {
				t.Errorf("%s: row %d is %s, want %s", name, i, a.Class(), want[i+1][0])
			}
			for j, p := range a.Probabilities() {
				// Instruction sets round sums of some tens of terms differently.
				if v, err := strconv.ParseFloat(want[i+1][1+j], 64); err != nil || !(math.Abs(p-v) <= 1e-5) {
					t.Errorf("%s: row %d has probability %v of %s, want %v", name, i, p, m.Classes()[j], v)
				}
			}
			for j, y := range a.Outputs() {
				if math.Float32bits(y) != math.Float32bits(second[i].Outputs()[j]) {
					t.Errorf("%s: row %d is %v, and %v when the model has been saved again", name, i, y, second[i].Outputs()[j])
				}
			}
		}
	}
}

// edited is a model's file with something else in its metadata.
func edited(t *testing.T, file []byte, change func(task map[string]any)) []byte {
	t.Helper()
	n := binary.LittleEndian.Uint64(file)
	var header map[string]any
	if err := json.Unmarshal(file[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	meta := header["__metadata__"].(map[string]any)
	var task map[string]any
	if err := json.Unmarshal([]byte(meta[model.MetadataKey].(string)), &task); err != nil {
		t.Fatal(err)
	}
	change(task)
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	meta[model.MetadataKey] = string(text)
	head, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...), file[8+n:]...)
}

// TestUnknownIsRefused: a file that says more than this version knows is not read, wherever it says it.
func TestUnknownIsRefused(t *testing.T) {
	m, _ := flats(t, "price")
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	at := func(task map[string]any, path ...any) map[string]any {
		var v any = task
		for _, step := range path {
			switch step := step.(type) {
			case string:
				v = v.(map[string]any)[step]
			case int:
				v = v.([]any)[step]
			}
		}
		return v.(map[string]any)
	}
	if _, err := model.Read(bytes.NewReader(edited(t, text.Bytes(), func(map[string]any) {}))); err != nil {
		t.Fatalf("what is not changed is not read: %v", err)
	}
	for name, path := range map[string][]any{
		"the model": {}, "where it comes from": {"provenance"}, "a score": {"scores", 0}, "the score of a target": {"scores", 0, "targets", 0},
		"the table": {"table"}, "the schema": {"table", "schema"}, "a field": {"table", "schema", "fields", 0}, "a column": {"table", "columns", 0}, "a target": {"table", "schema", "targets", 0},
	} {
		_, err := model.Read(bytes.NewReader(edited(t, text.Bytes(), func(task map[string]any) { at(task, path...)["colour"] = 1 })))
		if err == nil || !strings.Contains(err.Error(), `"colour"`) {
			t.Errorf("%s: got %v, want that the field is unknown", name, err)
		}
	}
	for name, c := range map[string]struct {
		change func(task map[string]any)
		want   string
	}{
		"another format":  {func(task map[string]any) { task["format"] = 4 }, "format is 4, want 1 to 3"},
		"another part":    {func(task map[string]any) { at(task, "scores", 0)["part"] = "tset" }, `did you mean "test"?`},
		"too many scores": {func(task map[string]any) { at(task, "scores", 0)["targets"] = []any{} }, "scores of 0 columns"},
		"too many rows":   {func(task map[string]any) { at(task, "provenance")["asked"] = 1 << 30 }, "rows is 1073741824"},
		"another encoder": {func(task map[string]any) { at(task, "table")["version"] = 2 }, "it is of version 2"},
		"another loss":    {func(task map[string]any) { task["loss"] = "msee" }, `did you mean "mse"?`},
		"no loss of it":   {func(task map[string]any) { task["loss"] = "cross_entropy" }, "0 classes"},
		"both":            {func(task map[string]any) { task["drawn"] = map[string]any{"inputs": 40} }, `want one of "table" and "drawn"`},
		"columns of others": {func(task map[string]any) {
			delete(at(task, "table", "columns", 0), "gaps")
			at(task, "table")["columns"] = at(task, "table")["columns"].([]any)[:3]
		}, "are used, and 3 are encoded"},
	} {
		_, err := model.Read(bytes.NewReader(edited(t, text.Bytes(), c.change)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestNoModel: a network alone, and what is no file of one, are errors that can be told apart.
func TestNoModel(t *testing.T) {
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := net.SaveFile(path, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
	if _, err := model.Load(path); !errors.Is(err, model.ErrNoModel) || !strings.Contains(err.Error(), path) {
		t.Errorf("a network: %v", err)
	}
	if _, err := model.Read(strings.NewReader("no tensors here")); !errors.As(err, new(*nn.FormatError)) {
		t.Errorf("a text: %v", err)
	}
	if _, err := model.Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	m, _ := flats(t, "price")
	if _, err := model.New(net, m.Task()); err == nil {
		t.Error("a network of two inputs is one for flats")
	}
	// A score that is no number does not keep from saving.
	endless := model.Score{Part: "test", Loss: math.Inf(1), Targets: []model.TargetScore{{Label: "price", Accuracy: math.NaN(), RMSE: math.Inf(1), R2: math.NaN()}}}
	if e, err := model.New(m.Network(), m.Task(), endless); err != nil {
		t.Error(err)
	} else if _, err := e.WriteTo(io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := model.New(m.Network(), m.Task(), model.Score{Part: "test"}); err == nil {
		t.Error("a score without targets is one of the task")
	}
}

// TestNothingOfPlaces: a model has no path of the data that it was trained on, and none of their rows.
func TestNothingOfPlaces(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "private")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "people.csv")
	var rows strings.Builder
	rows.WriteString("name,age,paid\n")
	for i := range 60 {
		rows.WriteString("Person" + strconv.Itoa(i) + "," + strconv.Itoa(20+i%40) + "," + []string{"yes", "no"}[i%2] + "\n")
	}
	if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Train(t.Context(), tab, model.Label("paid"), model.Epochs(1))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"private", "Person1"} {
		if bytes.Contains(text.Bytes(), []byte(secret)) {
			t.Errorf("the file has %q", secret)
		}
	}
	if m.Provenance().Data != "people.csv" || !strings.HasPrefix(m.Provenance().Hash, "sha256:") || m.Provenance().Rows != 48 {
		t.Errorf("it comes from %+v", m.Provenance())
	}
}
