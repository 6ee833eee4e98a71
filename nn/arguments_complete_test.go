package nn_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// needless is what the catalogue leaves out, and why.
var needless = map[string]string{
	"FromMat": "gonum's matrices are valid, or panic themselves",
	"ToMat":   "has no error to return: its comment says what it panics for",

	"Network.Inputs": "a field", "Network.Layer": "a field", "Network.Layers": "a field", "Network.Shape": "a field", "Network.Memory": "TestMemory", "Network.Outputs": "a field", "Network.Seed": "a field", "Network.Backend": "a field",
	"Network.Precision": "a field", "Network.AskedPrecision": "a field",
	"Trainer.Network": "a field", "Trainer.Optimizer": "a field", "Trainer.Loss": "a field", "Trainer.Position": "two fields",
	"Optimizer.Network": "a field", "Optimizer.Steps": "a field", "Optimizer.Rate": "a field", "Optimizer.Observer": "a field",
}

// TestCatalogueIsComplete reads the package: all that is exported and takes
// something is in the catalogue, or among what needs not be.
func TestCatalogueIsComplete(t *testing.T) {
	known := slices.Collect(maps.Keys(catalogue(t)))
	for name := range needless {
		known = append(known, name)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{"Environment": true} // what layers of one's own do
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil {
				of := f.Recv.List[0].Type
				if p, ok := of.(*ast.StarExpr); ok {
					of = p.X
				}
				of = of.(*ast.Ident)
				if !of.(*ast.Ident).IsExported() || strings.HasSuffix(of.(*ast.Ident).Name, "Error") {
					continue
				}
				name = of.(*ast.Ident).Name + "." + name
			}
			seen[name] = true
			if !slices.Contains(known, name) {
				t.Errorf("%s is exported by %s and not in the catalogue", name, file)
			}
		}
	}
	for _, name := range known {
		if !seen[name] {
			t.Errorf("%s is in the catalogue and not in the package", name)
		}
	}
}
