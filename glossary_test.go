package neurona

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGlossary: ARCHITECTURE.md's glossary has at most forty words, and the names that its words
// have replaced are gone from what is not a test.
func TestGlossary(t *testing.T) {
	_, glossary, found := strings.Cut(architecture(t), "## Glossary\n")
	glossary, _, ends := strings.Cut(glossary, "\n## ")
	if words := len(regexp.MustCompile(`[^\s*.=×]+`).FindAllString(glossary, -1)); !found || !ends || words == 0 || words > 40 {
		t.Errorf("the glossary has %d words, want at most 40", words)
	}
	old := regexp.MustCompile(`\b(Lanes(Pass|Layer|Loss|Rows)?|InLanes|twin\w*|spare|lookAhead|weightsJob)\b`)
	for _, folder := range []string{"blas", "kernels", "nn"} {
		err := filepath.WalkDir(folder, func(file string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			source, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for i, line := range strings.Split(string(source), "\n") {
				if code, _, _ := strings.Cut(line, "//"); old.MatchString(code) {
					t.Errorf("%s:%d: %s", file, i+1, old.FindString(code))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
