package table

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestRemedySpelling(t *testing.T) {
	r := by("Encoding", latin1Encoding, "if that is how it is written").
		or(by("Quote", rune(0), "")).or(by("Quote", '\'', "")).or(by("Comma", '\t', "")).or(by("Skip", 2, "")).or(by("Header", No, "")).or(by("AsTask", Regression, "")).or(by("Comma", nil, "")).or(inWords("otherwise save it as UTF-8"))
	want := `table.Encoding("latin1"), if that is how it is written; table.Quote(0); table.Quote('\''); table.Comma('\t'); table.Skip(2); table.Header(table.No); table.AsTask("regression"); table.Comma; otherwise save it as UTF-8`
	if got := r.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	only := func(c Cure) string { return strings.TrimPrefix(c.Option, "Encoding") } // who has no such option
	if got, want := r.Spell(only), "Quote; Quote; Comma; Skip; Header; AsTask; Comma; otherwise save it as UTF-8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	first := by("Na", nil, "")
	if first.or(by("Drop", nil, "")); len(first) != 1 || first[0].Option != "Na" {
		t.Errorf("or changed what it was called on: %v", first)
	}
}

// TestRemediesAreOptions checks that what errors and doubts advise is there, in the sources themselves.
func TestRemediesAreOptions(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	options, advised := map[string]bool{}, map[string]bool{}
	for _, name := range sources {
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if results := n.Type.Results; n.Recv == nil && results != nil && len(results.List) == 1 {
					if name, ok := results.List[0].Type.(*ast.Ident); ok && strings.HasSuffix(name.Name, "Option") {
						options[n.Name.Name] = true
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "by" {
					if literal, ok := n.Args[0].(*ast.BasicLit); ok {
						name, _ := strconv.Unquote(literal.Value)
						advised[name] = true
					}
				}
			}
			return true
		})
	}
	if len(options) < 20 || len(advised) < 10 {
		t.Fatalf("found %d options and %d pieces of advice in the sources", len(options), len(advised))
	}
	for name := range advised {
		if !options[name] {
			t.Errorf("there is no option %s", name)
		}
	}
}
