package familytest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// catalogFile is the table of a family.
const catalogFile = "catalog.go"

// count says where a part is not what it is to be: a file of its name, with a
// constructor of its name and the function that describes it, and a line of catalog.go
// that calls that function.
func count(dir string, parts []string) (faults []string) {
	fault := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	files := token.NewFileSet()
	functions := map[string][]string{} // by file
	home := map[string]string{}        // the file of a function
	sources, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	var lines []*ast.CallExpr // of catalog.go
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(files, source, nil, parser.SkipObjectResolution)
		if err != nil {
			return []string{err.Error()}
		}
		file := filepath.Base(source)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				functions[file] = append(functions[file], f.Name.Name)
				home[f.Name.Name] = file
			}
		}
		if file == catalogFile {
			lines = entries(parsed)
		}
	}

	listed := map[string]int{} // lines of catalog.go, by the file that they call
	last := 0
	for _, entry := range lines {
		if line := files.Position(entry.Pos()).Line; line == last {
			fault("%s:%d has two parts in a line", catalogFile, line)
		} else {
			last = line
		}
		name, _ := entry.Fun.(*ast.Ident)
		if name == nil || len(entry.Args) > 0 {
			fault("%s:%d is no call of a part's function", catalogFile, last)
			continue
		}
		listed[home[name.Name]]++
	}
	if len(lines) != len(parts) {
		fault("%s has %d lines, the catalogue has %d parts", catalogFile, len(lines), len(parts))
	}
	for _, part := range parts {
		file := part + ".go"
		if functions[file] == nil {
			fault("%s has no file %s", part, file)
			continue
		}
		if !slices.ContainsFunc(functions[file], func(f string) bool { return ast.IsExported(f) && plain(f) == plain(part) }) {
			fault("%s has no constructor of the name %s", file, part)
		}
		if listed[file] != 1 {
			fault("%s calls %d functions of %s, want one", catalogFile, listed[file], file)
		}
	}
	return faults
}

// countGoldens says which part has no golden, and which golden no part.
func countGoldens(dir string, parts []string) (faults []string) {
	for _, part := range parts {
		if _, err := os.Stat(goldenFile(dir, part)); err != nil {
			faults = append(faults, fmt.Sprintf("%s has no golden: %v", part, err))
		}
	}
	goldens, _ := filepath.Glob(goldenFile(dir, "*"))
	for _, golden := range goldens {
		if part := strings.TrimSuffix(filepath.Base(golden), ".json"); !slices.Contains(parts, part) {
			faults = append(faults, fmt.Sprintf("%s is a golden of no part", golden))
		}
	}
	return faults
}

// plain is a name without what tells names of Go and of parts apart.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// entries are the arguments of the With in a catalog.go.
func entries(file *ast.File) (calls []*ast.CallExpr) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "With" {
			for _, a := range call.Args {
				if c, ok := a.(*ast.CallExpr); ok {
					calls = append(calls, c)
				}
			}
		}
		return true
	})
	return calls
}
