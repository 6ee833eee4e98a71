package main

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"path/filepath"
	"strings"

	"github.com/mmcloughlin/avo/gotypes"
)

// spec is what the generic kernels say: they are read from source, because
// the package does not compile while its assembly is being rewritten.
type spec struct {
	pkg  *types.Package
	docs map[string]string // function name -> doc comment
}

// readSpec reads the generic kernels in the folder above, and the types of
// their parameters.
func readSpec() *spec {
	paths, err := filepath.Glob("../generic_*.go")
	if err != nil || len(paths) == 0 {
		log.Fatalf("no generic kernels above %s: run this in kernels/_asm (%v)", ".", err)
	}
	fset := token.NewFileSet()
	s := &spec{docs: map[string]string{}}
	var files []*ast.File
	for _, path := range append(paths, "../optimizer.go", "../chain.go", "../activation.go") {
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			log.Fatal(err)
		}
		files = append(files, file)
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				s.docs[f.Name.Name] = f.Doc.Text()
			}
		}
	}
	config := types.Config{
		IgnoreFuncBodies: true,
		Error:            func(error) {}, // of imports and of files left out; lookups notice what matters
		Sizes:            gotypes.Sizes,
	}
	s.pkg, _ = config.Check("kernels", fset, files, nil)
	return s
}

// signature returns the signature of the generic kernel called name, as Go.
func (s *spec) signature(name string) string {
	f, ok := s.pkg.Scope().Lookup(name + "Generic").(*types.Func)
	if !ok {
		log.Fatalf("there is no func %sGeneric", name)
	}
	return "func" + gotypes.NewSignature(s.pkg, f.Signature()).String()
}

// parameters returns the parameters of the generic kernel called name, in order.
func (s *spec) parameters(name string) []*types.Var {
	f, ok := s.pkg.Scope().Lookup(name + "Generic").(*types.Func)
	if !ok {
		log.Fatalf("there is no func %sGeneric", name)
	}
	var all []*types.Var
	for p := range f.Signature().Params().Variables() {
		all = append(all, p)
	}
	return all
}

// ranged returns the slice that the loop of the generic kernel ranges over.
func (s *spec) ranged(name string) string {
	_, loop, ok := strings.Cut(s.docs[name+"Generic"], "for i := range ")
	if !ok {
		log.Fatalf("the comment of %sGeneric has no loop over a slice", name)
	}
	slice, _, _ := strings.Cut(loop, " ")
	return slice
}

// doc returns the lines of the generic kernel's comment as far as they hold
// for function, which has the same loop: up to where the loop ends.
func (s *spec) doc(name, function string) []string {
	text := strings.ReplaceAll(s.docs[name+"Generic"], name+"Generic", function)
	var lines []string
	inLoop := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, "\t")
		if inLoop && line != "" && !indented {
			break
		}
		inLoop = inLoop || indented
		lines = append(lines, line)
	}
	if !inLoop {
		log.Fatalf("the comment of %sGeneric has no loop", name)
	}
	for lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// constant returns the value of a constant of the generic kernels.
func (s *spec) constant(name string) float32 {
	c, ok := s.pkg.Scope().Lookup(name).(*types.Const)
	if !ok {
		log.Fatalf("there is no const %s", name)
	}
	v, _ := constant.Float32Val(constant.ToFloat(c.Val()))
	return v
}

// integer returns the value of a constant of the package.
func (s *spec) integer(name string) uint64 {
	c, ok := s.pkg.Scope().Lookup(name).(*types.Const)
	if !ok {
		log.Fatalf("there is no const %s", name)
	}
	v, _ := constant.Uint64Val(constant.ToInt(c.Val()))
	return v
}

// fields returns the names of the fields of what p points to.
func (s *spec) fields(p *types.Var) []string {
	var names []string
	for field := range p.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Fields() {
		names = append(names, field.Name())
	}
	return names
}

// size returns the size of a struct in bytes.
func (s *spec) size(typ string) uint64 {
	return uint64(gotypes.Sizes.Sizeof(s.structure(typ)))
}

// offset returns where a field of a struct stands, in bytes.
func (s *spec) offset(typ, field string) int {
	structure := s.structure(typ)
	var fields []*types.Var
	at := -1
	for i := range structure.NumFields() {
		f := structure.Field(i)
		if f.Name() == field {
			at = i
		}
		fields = append(fields, f)
	}
	if at < 0 {
		log.Fatalf("%s has no field %s", typ, field)
	}
	return int(gotypes.Sizes.Offsetsof(fields)[at])
}

func (s *spec) structure(typ string) *types.Struct {
	t, ok := s.pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok {
		log.Fatalf("there is no type %s", typ)
	}
	structure, ok := t.Type().Underlying().(*types.Struct)
	if !ok {
		log.Fatalf("%s is not a struct", typ)
	}
	return structure
}
