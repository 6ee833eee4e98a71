package neurona

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// inClone skips a test where neurona was downloaded as a module, without the modules
// in it; that any of them is there says that all of a clone has to be.
func inClone(t *testing.T) {
	t.Helper()
	for _, tool := range tools {
		if _, err := os.Stat(filepath.Join(tool, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
	t.Skipf("%q are missing: this is no clone", tools)
}

// TestWorkspace: go.work lists neurona and the tools.
func TestWorkspace(t *testing.T) {
	inClone(t)
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

// TestGoVersion: what README, CONTRIBUTING, each go.mod and CI say about versions of Go is the same.
// That the oldest one works is for scripts/ci/13-oldest-go.sh to say.
func TestGoVersion(t *testing.T) {
	inClone(t)
	read := func(file string) string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	version := func(file string) string {
		t.Helper()
		found := regexp.MustCompile(`(?m)^go (\d+\.\d+\.\d+)$`).FindStringSubmatch(read(file))
		if found == nil {
			t.Fatalf("%s names no version of Go", file)
		}
		return found[1]
	}
	want := version("go.mod")
	for _, file := range []string{"go.work", "kernels/_asm/go.mod", "bench/gate/go.mod", "bench/compare/go.mod", "bench/compare/gorivals/go.mod"} {
		if got := version(file); got != want {
			t.Errorf("%s is of Go %s, go.mod of %s", file, got, want)
		}
	}
	release := want[:strings.LastIndexByte(want, '.')]
	for file, text := range map[string]string{"README.md": "Go " + release + " or later", "CONTRIBUTING.md": "from " + want + " on"} {
		if !strings.Contains(read(file), text) {
			t.Errorf("%s does not say %q", file, text)
		}
	}
	ci := read(".github/workflows/ci.yml")
	oldest, newest := strings.Count(ci, "go-version-file: go.mod"), strings.Count(ci, "go-version: stable")
	if set := strings.Count(ci, "actions/setup-go@"); oldest == 0 || newest == 0 || oldest+newest != set {
		t.Errorf("CI sets Go up %d times, %d of them as go.mod has it and %d the newest; want both, and no other", set, oldest, newest)
	}
	if !strings.Contains(ci, "scripts/ci/13-oldest-go.sh") {
		t.Error("CI does not run the stage of the oldest Go beside the newest")
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
	inClone(t)
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
