package familytest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// catalogFile is the table of a family.
const catalogFile = "catalog.go"

// source is what the files of a family's folder say.
type source struct {
	files     *token.FileSet
	functions map[string][]string // by file
	home      map[string]string   // the file of a function
	tables    map[string]table    // of catalog.go, by family
}

// table is a function of catalog.go that returns a catalogue, and the calls that its lines are.
type table struct {
	function string
	lines    []*ast.CallExpr
}

// heading is that of the table in the package comment.
func (t table) heading() string {
	if t.function == "Catalog" {
		return "The catalogue"
	}
	return t.function
}

// read reads the folder of a family, or of several.
func read(dir string) (*source, error) {
	s := &source{token.NewFileSet(), map[string][]string{}, map[string]string{}, map[string]table{}}
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(s.files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		file := filepath.Base(path)
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			s.functions[file] = append(s.functions[file], f.Name.Name)
			s.home[f.Name.Name] = file
			if file == catalogFile {
				if family, lines := entries(f); family != "" {
					s.tables[family] = table{f.Name.Name, lines}
				}
			}
		}
	}
	return s, nil
}

// count says where a part of a family is not what it is to be: a file of its name, with a
// constructor of its name and the function that describes it, and a line of catalog.go
// that calls that function.
func (s *source) count(family string, parts []string) (faults []string) {
	fault := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	lines := s.tables[family].lines
	listed := map[string]int{} // lines of catalog.go, by the file that they call
	last := 0
	for _, entry := range lines {
		if line := s.files.Position(entry.Pos()).Line; line == last {
			fault("%s:%d has two parts in a line", catalogFile, line)
		} else {
			last = line
		}
		name, _ := entry.Fun.(*ast.Ident)
		if name == nil || len(entry.Args) > 0 {
			fault("%s:%d is no call of a part's function", catalogFile, last)
			continue
		}
		listed[s.home[name.Name]]++
	}
	if len(lines) != len(parts) {
		fault("%s has %d lines, the catalogue has %d parts", catalogFile, len(lines), len(parts))
	}
	for _, part := range parts {
		file := part + ".go"
		if s.functions[file] == nil {
			fault("%s has no file %s", part, file)
			continue
		}
		if !slices.ContainsFunc(s.functions[file], func(f string) bool { return ast.IsExported(f) && plain(f) == plain(part) }) {
			fault("%s has no constructor of the name %s", file, part)
		}
		if listed[file] != 1 {
			fault("%s calls %d functions of %s, want one", catalogFile, listed[file], file)
		}
	}
	return faults
}

// countGoldens says which part has no golden, and which golden is of no line of catalog.go.
func (s *source) countGoldens(dir string, parts []string) (faults []string) {
	for _, part := range parts {
		if _, err := os.Stat(goldenFile(dir, part)); err != nil {
			faults = append(faults, fmt.Sprintf("%s has no golden: %v", part, err))
		}
	}
	known := map[string]bool{}
	for _, t := range s.tables {
		for _, line := range t.lines {
			if name, ok := line.Fun.(*ast.Ident); ok {
				known[strings.TrimSuffix(s.home[name.Name], ".go")] = true
			}
		}
	}
	goldens, _ := filepath.Glob(goldenFile(dir, "*"))
	for _, golden := range goldens {
		if !known[strings.TrimSuffix(filepath.Base(golden), ".json")] {
			faults = append(faults, fmt.Sprintf("%s is a golden of no part", golden))
		}
	}
	return faults
}

// plain is a name without what tells names of Go and of parts apart.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// entries are the family that a function of catalog.go makes a catalogue of, empty if it
// makes none, and the arguments of its With.
func entries(f *ast.FuncDecl) (family string, calls []*ast.CallExpr) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		with, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || with.Sel.Name != "With" {
			return true
		}
		if made, ok := with.X.(*ast.CallExpr); ok && len(made.Args) == 1 {
			if name, ok := made.Args[0].(*ast.BasicLit); ok {
				family, _ = strconv.Unquote(name.Value)
			}
		}
		for _, a := range call.Args {
			if c, ok := a.(*ast.CallExpr); ok {
				calls = append(calls, c)
			}
		}
		return true
	})
	return family, calls
}
