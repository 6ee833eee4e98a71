package neurona

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSnippetsBuild builds every Go block of the documents as a program of its own: what is
// pasted works. Blocks of the shell are README's commands, which CI runs.
func TestSnippetsBuild(t *testing.T) {
	blocks := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != "." {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, block := range goBlocks(string(text)) {
			blocks++
			dir := t.TempDir()
			file := filepath.Join(dir, "main.go")
			if err := os.WriteFile(file, []byte(block), 0o644); err != nil {
				return err
			}
			if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "program"), file).CombinedOutput(); err != nil {
				t.Errorf("%s, Go block %d: %v\n%s", path, i+1, err, out)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if blocks == 0 {
		t.Error("no document has a Go block")
	}
}

// goBlocks returns the Go blocks of a document in Markdown.
func goBlocks(text string) (blocks []string) {
	for _, part := range strings.Split("\n"+text, "\n```go\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		blocks = append(blocks, block+"\n")
	}
	return blocks
}
