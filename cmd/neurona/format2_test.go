package main

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// TestFormat2: models saved when format 2 was new say what they said then, of a table and of built-in data.
func TestFormat2(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"flats", "circle"} {
		path := filepath.Join("..", "..", "nn", "model", "testdata", "format2", name)
		text, err := os.ReadFile(path + ".answers.csv")
		if err != nil {
			t.Fatal(err)
		}
		want := records(t, string(text))
		got := records(t, applied(t, "", "predict", path+".safetensors", path+".csv", "--probabilities"))
		if len(got) != len(want) {
			t.Errorf("%s: %d answers, want %d", name, len(got), len(want))
			continue
		}
		for i, row := range want {
			for j, cell := range row {
				w, number := strconv.ParseFloat(cell, 64)
				if number != nil {
					if got[i][j] != cell {
						t.Errorf("%s: line %d says %q, want %q", name, i+1, got[i][j], cell)
					}
					continue
				}
				// Instruction sets round sums of some tens of terms differently.
				if g, err := strconv.ParseFloat(got[i][j], 64); err != nil || !(math.Abs(g-w) <= 1e-5) {
					t.Errorf("%s: line %d says %q, want %q", name, i+1, got[i][j], cell)
				}
			}
		}
	}
}
