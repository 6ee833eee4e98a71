package native

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRoads keeps the roads apart: what float32 needs does not speak of bf16, but for the
// files that hold both, and is read in pieces of 300 lines at most.
func TestRoads(t *testing.T) {
	both := []string{"doc.go", "native.go", "road.go", "tuning.go"}
	bf16 := regexp.MustCompile(`(?i)bf16|bfloat|amx|pairs?\b|pairs?[A-Z0-9]|\bpieces?\b|\bterms?\b|\bunits?\b|rounded`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files (%v)", len(files), err)
	}
	files = append(files, filepath.Join("..", "..", "kernels", "product.go")) // on the road, too
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n > 300 {
			t.Errorf("%s has %d lines, want 300 at most", file, n)
		}
		if strings.HasPrefix(file, "bf16") || slices.Contains(both, file) {
			continue
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if word := bf16.Find(line); word != nil {
				t.Errorf("%s:%d speaks of %q: %s", file, i+1, word, line)
			}
		}
	}
}
