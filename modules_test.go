package neurona

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// goCommand runs go in dir, offline, and returns what it prints.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, said.String())
	}
	return string(out)
}

// TestWorkspace: go.work lists neurona and the tools.
func TestWorkspace(t *testing.T) {
	if _, err := os.Stat("go.work"); err != nil {
		t.Skip("no clone: ", err)
	}
	var work struct{ Use []struct{ DiskPath string } }
	if err := json.Unmarshal([]byte(goCommand(t, ".", "work", "edit", "-json", filepath.Join(".", "go.work"))), &work); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, use := range work.Use {
		got = append(got, strings.TrimPrefix(use.DiskPath, "./"))
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(append([]string{"."}, tools...)))
	if !slices.Equal(got, want) {
		t.Errorf("go.work lists %q, want %q", got, want)
	}
}

// TestGetBringsNoTools: a program that requires neurona gets neither the
// packages of the tools nor a module that only they need. What it gets beside
// neurona is what go.mod requires; that this is no more than neurona's packages
// need is for go mod tidy to say, which CI runs.
func TestGetBringsNoTools(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	text := fmt.Sprintf("module example.com/scratch\n\ngo 1.26.0\n\nrequire %s v0.0.0\n\nreplace %[1]s => %q\n", module, filepath.ToSlash(here))
	if err := os.WriteFile(filepath.Join(scratch, "go.mod"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(goCommand(t, scratch, "list", "-find", module+"/..."))
	if !slices.Contains(packages, module+"/bench") {
		t.Fatalf("the packages that come are %q, want bench among them", packages)
	}
	for _, path := range packages {
		local := strings.TrimPrefix(path, module+"/")
		if slices.ContainsFunc(tools, func(tool string) bool { return strings.HasPrefix(local+"/", tool+"/") }) {
			t.Errorf("%s comes with neurona", path)
		}
	}
	required := requirements(t, ".")
	only := onlyForTools(t)
	if !slices.Contains(only, "golang.org/x/perf") {
		t.Fatalf("only the tools import %q, want golang.org/x/perf among them", only)
	}
	for _, path := range only {
		if slices.Contains(required, path) {
			t.Errorf("neurona requires %s, which only the tools import", path)
		}
	}
}

// requirements are the modules that the go.mod in dir requires.
func requirements(t *testing.T, dir string) []string {
	t.Helper()
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(goCommand(t, dir, "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, require := range mod.Require {
		paths = append(paths, require.Path)
	}
	return paths
}

// onlyForTools lists the modules that the tools import from and no package of
// neurona's does.
func onlyForTools(t *testing.T) []string {
	t.Helper()
	imports := func(dir string) []string {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			return nil // no Go files for this system
		}
		return slices.Concat(pkg.Imports, pkg.TestImports, pkg.XTestImports)
	}
	var neuronas []string
	for _, dir := range packageDirs(t) {
		if !slices.Contains(tools, filepath.ToSlash(dir)) {
			neuronas = append(neuronas, imports(dir)...)
		}
	}
	var only []string
	for _, tool := range tools {
		if _, err := os.Stat(tool); err != nil {
			t.Skip("no clone: ", err)
		}
		theirs := imports(tool)
		for _, path := range requirements(t, tool) {
			from := func(imported string) bool { return strings.HasPrefix(imported+"/", path+"/") }
			if path != module && slices.ContainsFunc(theirs, from) && !slices.ContainsFunc(neuronas, from) {
				only = append(only, path)
			}
		}
	}
	return only
}
