package familytest

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write goldens, and the table in the package comment, as they are now: a change has to be meant")

// goldenFile is where the golden of a part is, from the family's folder.
func goldenFile(dir, part string) string {
	return filepath.Join(dir, "testdata", "golden", part+".json")
}

// Golden compares what a part gives, by cases, with its golden.
func Golden(t *testing.T, part string, got map[string]string) {
	t.Helper()
	file := goldenFile(".", part)
	if *update {
		text, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("no golden: %v (go test -update writes it)", err)
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if got, want := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("%s has the cases %q, want %q", file, want, got)
	}
	for key, g := range got {
		if w := want[key]; g != w {
			t.Errorf("%s: %s is %s, want %s", file, key, g, w)
		}
	}
}
