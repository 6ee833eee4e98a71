package familytest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// family is one of two parts that is as it should be.
var family = map[string]string{
	"catalog.go":                      "package p\nfunc Catalog() C {\n\treturn New(\"p\").With(\n\t\tnewtonPart(),\n\t\tleakyReluPart(),\n\t)\n}\n",
	"newton.go":                       "package p\nfunc Newton() P\nfunc newtonPart() Part\n",
	"leaky_relu.go":                   "package p\nfunc LeakyReLU() P\nfunc leakyReluPart() Part\n",
	"others.go":                       "package p\nfunc other()\n",
	"testdata/golden/newton.json":     "{}",
	"testdata/golden/leaky_relu.json": "{}",
}

func TestCount(t *testing.T) {
	tests := []struct {
		name    string
		file    string
		content string // empty: there is no such file
		want    string // in the only fault; empty: none
	}{
		{name: "as it should be", file: "others.go"},
		{"no file", "newton.go", "", "newton has no file newton.go"},
		{"no constructor", "newton.go", "package p\nfunc newtonPart() Part\nfunc Other() P\n", "newton.go has no constructor of the name newton"},
		{"a description elsewhere", "others.go", "package p\nfunc leakyReluPart() Part\n", "catalog.go calls 0 functions of leaky_relu.go, want one"},
		{"no golden", "testdata/golden/newton.json", "", "newton has no golden"},
		{"a golden left over", "testdata/golden/euler.json", "{}", "euler.json is a golden of no part"},
		{"two in a line", "catalog.go", "package p\nfunc C() { New(\"p\").With(newtonPart(), leakyReluPart()) }\n", "catalog.go:2 has two parts in a line"},
		{"a part in place", "catalog.go", "package p\nfunc C() {\n\tNew(\"p\").With(newtonPart(),\n\tleakyReluPart(),\n\tx.y(3))\n}\n", "catalog.go:5 is no call"},
		{"a line too few", "catalog.go", "package p\nfunc C() { New(\"p\").With(newtonPart()) }\n", "catalog.go has 1 lines, the catalogue has 2 parts"},
		{name: "another family", file: "catalog.go", content: family["catalog.go"] + "func Others() C { return New(\"q\").With(otherPart()) }\n"},
		{"no Go", "others.go", "func", "expected 'package'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(file, content string) {
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for file, content := range family {
				if file != test.file {
					write(file, content)
				}
			}
			if test.content != "" {
				write(test.file, test.content)
			}
			parts := []string{"newton", "leaky_relu"}
			var got []string
			if s, err := read(dir); err != nil {
				got = []string{err.Error()}
			} else {
				got = append(s.count("p", parts), s.countGoldens(dir, parts)...)
			}
			if test.want == "" && got != nil || test.want != "" && !slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, test.want) }) {
				t.Errorf("faults are %q, want %q", got, test.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	text := "// Package p is.\n//\n//\tan example\n//\n// # The catalogue\n//\n//\told  one\n//\tolder\n//\n// More.\npackage p\n"
	got, put, err := placeTable([]byte(text), "The catalogue", "a  b\nc\n")
	want := strings.Replace(text, "//\told  one\n//\tolder\n", "//\ta  b\n//\tc\n", 1)
	if err != nil || got != "old  one\nolder\n" || string(put) != want {
		t.Errorf("table is %q, with another %q, %v", got, put, err)
	}
	if _, _, err := placeTable([]byte(text), "Others", ""); err == nil {
		t.Error("found a table where none is")
	}
}
