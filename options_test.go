package neurona

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestOptionsAreCalledAlike: a function that returns an option is called by what it sets, without
// a word before it that says that it does: Seed, not WithSeed or SetSeed.
func TestOptionsAreCalledAlike(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("nn", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil || len(f.Type.Results.List) != 1 {
				continue
			}
			of, ok := f.Type.Results.List[0].Type.(*ast.Ident)
			if !ok || !strings.HasSuffix(of.Name, "Option") {
				continue
			}
			seen++
			for _, word := range []string{"With", "Set", "Use", "Check", "Option"} {
				if strings.HasPrefix(f.Name.Name, word) {
					t.Errorf("%s: the option %s begins with %s, want what it sets alone", path, f.Name.Name, word)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Errorf("%d options were found, want all", seen)
	}
}
