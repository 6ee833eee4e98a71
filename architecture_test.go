package neurona

import (
	"bufio"
	"bytes"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/neurona-ml/neurona"

// allowed says which packages each package may import directly. ARCHITECTURE.md has
// it in short, and draws the packages; a trailing /... stands for the tree below, the
// standard library is free to all, and the longest matching key rules.
var allowed = map[string][]string{
	"":         {},
	"cmd":      {"..."},
	"bench":    {"..."},
	"nn":       {"nn/activation", "nn/catalog", "nn/data", "nn/fault", "nn/initial", "nn/layer", "nn/loss", "nn/metric", "nn/optim", "nn/tensor", "blas", "blas/backends", "kernels", "internal/parallel", "internal/arena", "internal/random", "internal/roof", "internal/output", "gonum.org/v1/gonum/blas/blas32", "gonum.org/v1/gonum/mat"},
	"blas":     {"kernels", "internal/arena", "internal/parallel", "gonum.org/v1/gonum/blas/..."},
	"datasets": {},
	"kernels":  {"internal/cpu"},

	"lessons":        {"datasets", "nn", "nn/...", "internal/figure", "internal/output", "internal/page", "internal/plain"},
	"datasets/table": {"golang.org/x/text/unicode/norm"},

	"nn/activation": {"nn/catalog", "nn/fault", "nn/layer", "nn/tensor", "kernels"},
	"nn/layer":      {"nn/catalog", "nn/fault", "nn/initial", "nn/tensor", "blas", "kernels", "internal/random"},
	"nn/catalog":    {},
	"nn/data":       {"nn/fault", "nn/tensor", "blas", "internal/arena", "internal/parallel", "internal/random"},
	"nn/loss":       {"blas", "kernels", "nn/catalog", "nn/data", "nn/fault", "nn/tensor"},
	"nn/metric":     {"nn/catalog", "nn/data", "nn/fault", "nn/loss", "nn/tensor"},
	"nn/tensor":     {"blas"},
	"nn/initial":    {"nn/catalog"},
	"nn/fault":      {},
	"nn/model":      {"nn", "nn/...", "datasets/table", "internal/names", "internal/output"},
	"nn/nntest":     {"nn", "nn/...", "blas", "blas/backends", "kernels", "internal/parallel", "internal/random"},
	"nn/optim":      {"nn/catalog", "nn/fault", "nn/tensor", "blas", "kernels"},

	"blas/backends":  {"blas/...", "internal/cpu", "kernels"},
	"blas/blastest":  {"blas", "kernels", "internal/arena"},
	"blas/native":    {"blas", "kernels", "internal/cpu", "internal/parallel", "internal/arena"},
	"blas/gonumblas": {"blas", "kernels", "internal/parallel", "gonum.org/v1/gonum/blas/..."},
	"blas/openblas":  {"blas", "kernels", "internal/parallel", "gonum.org/v1/gonum/blas/...", "gonum.org/v1/netlib/blas/netlib"},

	"internal/cpu":          {"github.com/klauspost/cpuid/v2"},
	"internal/names":        {"github.com/agnivade/levenshtein"},
	"internal/parallel":     {},
	"internal/arena":        {},
	"internal/random":       {},
	"internal/roof":         {"kernels", "internal/arena"},
	"internal/output":       {},
	"internal/plain":        {"golang.org/x/text/unicode/norm"},
	"internal/figure":       {"internal/plain", "golang.org/x/text/unicode/norm", "gonum.org/v1/plot/font", "gonum.org/v1/plot/font/liberation", "gonum.org/v1/plot/vg/..."},
	"internal/formula":      {"github.com/rivo/uniseg", "golang.org/x/text/unicode/norm"},
	"internal/page":         {"internal/formula", "internal/plain", "github.com/rivo/uniseg", "github.com/yuin/goldmark/..."},
	"internal/familytest":   {"nn", "nn/catalog", "nn/initial", "nn/layer", "nn/nntest", "nn/tensor", "blas", "blas/backends"},
	"internal/argumenttest": {"nn/tensor"},
	"internal/amxemu":       {},
	"internal/amxemu/cmd":   {"internal/amxemu"},

	"bench/gate":    {"github.com/spf13/pflag", "github.com/agnivade/levenshtein", "golang.org/x/perf/..."},
	"bench/compare": {"bench", "nn/...", "blas/...", "kernels", "datasets", "github.com/klauspost/cpuid/v2"},
}

// tools are the commands that are modules of their own. They import nothing
// internal, in their tests either.
var tools = []string{"bench/gate", "bench/compare"}

// unsafeIn lists the packages that may import unsafe.
var unsafeIn = []string{"kernels", "internal/arena", "blas/native", "internal/amxemu"}

// converters lists imports that only one file of a package may have.
var converters = map[string]string{"gonum.org/v1/gonum/mat": "nn/converter.go"}

// buildSets are the combinations of system, processor and tags whose imports
// are looked at.
var buildSets = []struct {
	goos, goarch string
	tags         []string
}{
	{"linux", "amd64", nil},
	{"linux", "amd64", []string{"purego"}},
	{"linux", "amd64", []string{"cgo", "openblas"}},
	{"linux", "arm64", nil},
	{"darwin", "arm64", nil},
	{"windows", "amd64", nil},
	{"js", "wasm", nil},
}

func TestImports(t *testing.T) {
	for _, set := range buildSets {
		ctx := build.Default
		ctx.GOOS, ctx.GOARCH, ctx.BuildTags = set.goos, set.goarch, set.tags
		ctx.CgoEnabled = slices.Contains(set.tags, "cgo")
		for _, dir := range packageDirs(t) {
			pkg, err := ctx.ImportDir(dir, 0)
			if err != nil {
				if _, none := err.(*build.NoGoError); none {
					continue
				}
				t.Fatal(err)
			}
			name := filepath.ToSlash(dir)
			if name == "." {
				name = ""
			}
			rules, ok := rulesFor(name)
			if !ok {
				t.Errorf("package %s has no import rules: add it to allowed and to the drawing of ARCHITECTURE.md", name)
				continue
			}
			imports := pkg.Imports
			if slices.Contains(tools, name) {
				imports = slices.Concat(imports, pkg.TestImports, pkg.XTestImports)
			}
			for _, path := range imports {
				if !permitted(name, path, rules) {
					t.Errorf("%s/%s %v: package %q must not import %q", set.goos, set.goarch, set.tags, name, path)
				}
				if file, only := converters[path]; only {
					for _, at := range pkg.ImportPos[path] {
						if got := filepath.ToSlash(at.Filename); !strings.HasPrefix(got, "cmd/") && got != file {
							t.Errorf("%s imports %q, which only %s may", got, path, file)
						}
					}
				}
			}
		}
	}
}

// rulesFor returns the rules of the longest key that is name or a folder
// above it.
func rulesFor(name string) ([]string, bool) {
	for key := name; ; {
		if rules, ok := allowed[key]; ok && (key != "" || name == "") {
			return rules, true
		}
		cut := strings.LastIndexByte(key, '/')
		if cut < 0 {
			return nil, false
		}
		key = key[:cut]
	}
}

func permitted(name, path string, rules []string) bool {
	first, _, _ := strings.Cut(path, "/")
	if path == "unsafe" {
		return slices.Contains(unsafeIn, name)
	}
	if path == "C" {
		return name == "blas/openblas"
	}
	if !strings.Contains(first, ".") {
		return true // the standard library
	}
	local, inModule := strings.CutPrefix(path, module+"/")
	if inModule && (strings.HasPrefix(local, "cmd/") || strings.HasPrefix(local, "bench/") || local == "bench" && name != "bench/compare") {
		return false
	}
	if strings.Contains(path, "klauspost/cpuid") && name != "internal/cpu" && name != "bench/compare" {
		return false
	}
	if strings.Contains(path, "gonum.org/v1/netlib") && name != "blas/openblas" {
		return false
	}
	if inModule {
		path = local
	}
	if path == "internal/names" && !slices.Contains(tools, name) {
		return true // errors that help are everybody's business
	}
	for _, rule := range rules {
		if tree, ok := strings.CutSuffix(rule, "..."); ok {
			if strings.HasPrefix(path+"/", tree) {
				return true
			}
		} else if path == rule {
			return true
		}
	}
	return false
}

// packageDirs returns the folders of the module and of the tools that may hold
// packages.
func packageDirs(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path != "." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if path != "." && !slices.Contains(tools, filepath.ToSlash(path)) {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir // another nested module
			}
		}
		dirs = append(dirs, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// TestDrawing: ARCHITECTURE.md draws the packages that have import rules, and these exist.
func TestDrawing(t *testing.T) {
	text := architecture(t)
	_, drawing, _ := strings.Cut(text, "\n```\n")
	drawing, _, _ = strings.Cut(drawing, "\n```\n")
	drawn := map[string]bool{"": true} // this package is the page's front
	floor := ""
	for row := range strings.Lines(drawing) {
		names, _, _ := strings.Cut(strings.TrimSpace(row), "  ")
		if within := strings.HasPrefix(row, "  "); !within {
			floor = names
			drawn[floor] = true
			continue
		}
		for _, name := range strings.Split(names, ", ") {
			drawn[floor+"/"+name] = true
		}
	}
	delete(drawn, "internal") // a folder without a package
	for name := range allowed {
		if !drawn[name] {
			t.Errorf("ARCHITECTURE.md does not draw %s", name)
		}
		if _, err := os.Stat(filepath.FromSlash("./" + name)); err != nil && !slices.Contains(tools, name) { // which come with a clone alone
			t.Errorf("allowed has rules for a package that is not there: %v", err)
		}
	}
	for name := range drawn {
		if _, ok := allowed[name]; !ok {
			t.Errorf("ARCHITECTURE.md draws %s, for which there are no import rules", name)
		}
	}
}

// TestArchitectureIsShort: what is said there can be read in ten minutes.
func TestArchitectureIsShort(t *testing.T) {
	const limit = 12 << 10
	if size := len(architecture(t)); size > limit {
		t.Errorf("ARCHITECTURE.md has %d bytes, want at most %d: details belong in package comments", size, limit)
	}
}

// architecture is ARCHITECTURE.md.
func architecture(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFilesStayReadable keeps hand-written files below 500 lines: a longer
// one holds more than one concept.
func TestFilesStayReadable(t *testing.T) {
	const limit = 500
	for _, dir := range packageDirs(t) {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := bufio.NewReader(bytes.NewReader(content)).ReadLine()
			if bytes.Contains(first, []byte("DO NOT EDIT")) {
				continue
			}
			if lines := bytes.Count(content, []byte("\n")); lines > limit {
				t.Errorf("%s has %d lines, want at most %d", file, lines, limit)
			}
		}
	}
}
