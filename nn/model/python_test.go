package model_test

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// TestPythonReadsModels: a reader in Python, written from docs/model-file.md, says what the model says.
func TestPythonReadsModels(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("Python is not on this machine, which a reader of models is written in: %v", err)
	}
	for name, c := range map[string]struct {
		file string
		opts []model.Option
	}{
		"penguins":  {"penguins.test.csv", []model.Option{model.Label("species")}},
		"numbers":   {"penguins.test.csv", []model.Option{model.Label("body_mass_g"), model.Encode(table.ScaleBy(table.Robust))}},
		"quantiles": {"penguins.test.csv", []model.Option{model.Label("sex"), model.Encode(table.ScaleBy(table.Quantile))}},
		"dates":     {"cases/c40_dates.csv", []model.Option{model.Label("c")}},
		"booleans":  {"cases/c22_boolfeature.csv", []model.Option{model.Label("c")}},
		"thousands": {"cases/c18_thousands.csv", []model.Option{model.Label("c")}},
		"gaps":      {"cases/c11_NA.csv", []model.Option{model.Label("c")}},
		"texts":     {"cases/text_features.csv", nil},
		"times":     {"cases/timestamps.csv", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("..", "..", "datasets", "table", "testdata", c.file)
			tab, err := table.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := model.Train(context.Background(), tab, append([]model.Option{model.Epochs(2)}, c.opts...)...)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			path := filepath.Join(t.TempDir(), "m.safetensors")
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(python, filepath.Join("testdata", "read_model.py"), path, file).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			answers, _, err := m.Predict(tab, nil)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			if len(lines) != len(answers) {
				t.Fatalf("%d answers, want %d: %.200s", len(lines), len(answers), out)
			}
			for i, line := range lines {
				for j, text := range strings.Fields(line) {
					got, err := strconv.ParseFloat(text, 64)
					want := float64(answers[i].Outputs()[j])
					if err != nil || !(math.Abs(got-want) <= 1e-5*max(1, math.Abs(want))) {
						t.Fatalf("row %d, output %d: %s, want %v", i, j, text, want)
					}
				}
			}
		})
	}
}
