package lessons

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed text/*.md
var texts embed.FS

// programs are what lessons show in Go. They are compiled and run as tests.
//
//go:embed example_*_test.go
var programs embed.FS

// fill fills a text with facts.
func fill(name, language string, facts any) ([]byte, error) {
	path := "text/" + name + "." + language + ".md"
	source, err := texts.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	t, err := template.New(path).Option("missingkey=error").Funcs(template.FuncMap{
		"num":    short,
		"fix":    fixed,
		"sci":    scientific,
		"brief":  brief,
		"pct":    percent,
		"signed": signed,
		"matrix": matrixFormula,
		"inc":    func(i int) int { return i + 1 },
		"code":   func() (string, error) { return program(name) },
	}).Parse(string(source))
	if err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, facts); err != nil {
		return nil, fmt.Errorf("lessons: %w", err)
	}
	return b.Bytes(), nil
}

// program is what stands in the function of an example, as fenced code.
func program(name string) (string, error) {
	path := "example_" + name + "_test.go"
	source, err := programs.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("lessons: %w", err)
	}
	_, body, found := strings.Cut(string(source), "func Example_"+name+"() {\n")
	if !found {
		return "", fmt.Errorf("lessons: %s has no function Example_%s", path, name)
	}
	if body, _, found = strings.Cut(body, "\n\t// Output:"); !found {
		return "", fmt.Errorf("lessons: %s says not what it prints", path)
	}
	var lines []string
	for _, l := range strings.Split(body, "\n") {
		lines = append(lines, strings.TrimPrefix(l, "\t"))
	}
	return "```go\n" + strings.Join(lines, "\n") + "\n```", nil
}
