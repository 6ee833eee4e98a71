package neurona

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var try = flag.Bool("try", false, "add a part of each kind to a copy of the tree, as ARCHITECTURE.md says, and count the files that change")

// partsFolder has, for each kind of part, the files that are new.
const partsFolder = "testdata/howtoadd"

// trial is how a part of one kind is added, beside the files in partsFolder.
type trial struct {
	kind     string
	edits    []edit
	other    func(t *testing.T, dir string) // stands for a program that is not here
	commands []string                       // that write what is generated, and test it
}

// edit puts text behind what stands once in a file.
type edit struct{ file, behind, text string }

// line is the line of a catalogue.
func line(file, family, call string) edit {
	return edit{file, `("` + family + `").With(`, "\n\t\t" + call + "(),"}
}

// family are the commands of a family's folder.
func family(folder string) []string {
	return []string{"go test ./" + folder + " -update", "go test ./cmd/neurona -run Parts -update", "go test ./" + folder}
}

var trials = []trial{
	{kind: "activation", commands: family("nn/activation"), edits: []edit{line("nn/activation/catalog.go", "activation", "elliottPart")}},
	{kind: "layer", commands: family("nn/layer"), edits: []edit{line("nn/layer/catalog.go", "layer", "centrePart")}},
	{kind: "loss", commands: family("nn/loss"), edits: []edit{
		line("nn/loss/catalog.go", "loss", "charbonnierPart"),
		{"nn/loss/naive_test.go", "return []naiveLoss{", `naiveElements(Charbonnier(), 1, normal, ofDifference(func(d float64) (l, dl float64) {
		root := math.Sqrt(1 + d*d)
		return d * d / (1 + root), d / root
	})), `},
	}},
	{kind: "rule", commands: family("nn/optim"), edits: []edit{
		line("nn/optim/catalog.go", "optimizer", "smoothedPart"),
		{"nn/optim/rule_test.go", "return []naiveRule{", `
		{Smoothed(0.1, 0.8), func(_ int, rate, p, g float64, state *[3]float64) float64 {
			state[0] = 0.8*state[0] + 0.2*g
			return p - rate*state[0]
		}},`},
	}},
	{kind: "schedule", commands: family("nn/optim"), edits: []edit{line("nn/optim/catalog.go", "schedule", "inverseRootPart")}},
	{kind: "metric", commands: family("nn/metric"), other: biases, edits: []edit{
		line("nn/metric/catalog.go", "metric", "biasPart"),
		{"nn/metric/testdata/compute.py", `v["r2"] = metrics.r2_score(t, y, **kw)`, `
    v["bias"] = np.mean(np.average(y - t, axis=0, weights=w))`},
	}},
	{kind: "initialiser", commands: family("nn/initial"), edits: []edit{line("nn/initial/catalog.go", "initialiser", "quietNormalPart")}},
	{kind: "callback", commands: []string{"go test ./nn -run TestCatalogueIsComplete|TestArguments"}, edits: []edit{
		{"nn/arguments_test.go", `{"without validation", fit(nn.StopAt(metric.Accuracy(), 1)), hyper}},`, `
		"AtMost": {{"zero", fit(nn.AtMost(0)), hyper}, {"one", fit(nn.AtMost(1)), none}},`},
	}},
	{kind: "backend", commands: []string{"go test -short ./blas/naive ./blas/backends", "go test . -run TestImports|TestDrawing"}, edits: []edit{
		{"blas/backends/backends.go", "\t\"github.com/neurona-ml/neurona/blas/gonumblas\"\n", "\t\"github.com/neurona-ml/neurona/blas/naive\"\n"},
		{"blas/backends/backends.go", `return []string{"auto", "native"`, `, "naive"`},
		{"blas/backends/backends.go", `case "auto", "native"`, `, "naive"`},
		{"blas/backends/backends.go", "interface that is not nil.\n\tswitch name {\n", `	case "naive":
		be, err := naive.Open(naive.Options{ISA: o.ISA, Ceiling: ceiling, Workers: workers})
		if err != nil {
			return nil, err
		}
		return be, nil
`},
		{"architecture_test.go", "\t\"blas/backends\":  {\"blas/...\", \"internal/cpu\", \"kernels\"},\n", "\t\"blas/naive\":     {\"blas\", \"kernels\", \"internal/parallel\"},\n"},
		{"ARCHITECTURE.md", "alone knows every backend, and reads NEURONA_ISA\n", "  naive              three loops\n"},
	}},
	{kind: "kernel", commands: []string{"go generate ./kernels", "go test ./kernels -run Elementwise|Sets"}, edits: []edit{
		{"kernels/generic_level1.go", "import \"math\"\n", `
// subtractGeneric is
//
//	for i := range x {
//		y[i] -= x[i]
//	}
func subtractGeneric(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] -= v
	}
}
`},
		{"kernels/set.go", "\t// Level one.\n", "\tSubtract func(x, y []float32) // y[i] -= x[i]\n"},
		{"kernels/set_generic.go", "Product:    genericProduct(),\n", "\t\tSubtract:   subtractGeneric,\n"},
		{"kernels/_asm/level1.go", "var level1Kernels = []kernel{\n", `	{
		name: "subtract", field: "Subtract", unroll: 4,
		body: func(b *body) { b.store("y", sub(b.load("y"), b.load("x"))) },
	},
`},
		{"kernels/agreement_test.go", "var tunedResults = map[string]uint32{\n", "\t\"subtract\": 0xd7868441,\n"},
		{"kernels/elementwise_test.go", "all := []elementwise{\n", `		{
			name: "subtract", operands: []role{source, updated}, mayBe: []int{0},
			run:   func(s *Set, op [][]float32) { s.Subtract(op[0], op[1]) },
			exact: func(in []float64) ([]float64, []float64) { return rounded(in[1]-in[0], 1) },
		},
`},
	}},
}

// together are commands that see all parts at once.
var together = []string{"go vet ./...", "go test -short ./nn/... ./cmd/..."}

// TestHowToAdd holds the table of ARCHITECTURE.md's "How to add" to what it takes: how many
// files of a part are written by hand and, with -try, how many are generated, and that
// there are no others.
func TestHowToAdd(t *testing.T) {
	said := howToAdd(t)
	for _, trial := range trials {
		if _, ok := said[trial.kind]; !ok {
			t.Errorf("the table does not say how to add a part of kind %s", trial.kind)
		}
		if hand := len(trial.hand(t)); hand != said[trial.kind][0] {
			t.Errorf("%s: %d files are written by hand here, the table says %d", trial.kind, hand, said[trial.kind][0])
		}
	}
	if len(said) != len(trials) {
		t.Errorf("the table has %d kinds, %d are tried", len(said), len(trials))
	}
	if !*try || t.Failed() {
		return
	}
	dir := t.TempDir()
	copyTree(t, dir)
	run := func(t *testing.T, command string) {
		t.Helper()
		words := strings.Fields(command)
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "GOPROXY=off", "GOFLAGS=-trimpath -buildvcs=false") // whose cache serves any folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	before := sums(t, dir)
	for _, trial := range trials {
		t.Run(trial.kind, func(t *testing.T) {
			start := time.Now()
			trial.add(t, dir)
			for _, command := range trial.commands {
				run(t, command)
			}
			after, hand := sums(t, dir), trial.hand(t)
			var changed []string
			for file, sum := range after {
				if was, ok := before[file]; (!ok || was != sum) && !slices.Contains(hand, file) {
					changed = append(changed, file)
				}
			}
			for file := range before {
				if _, ok := after[file]; !ok {
					t.Errorf("%s is gone", file)
				}
			}
			before = after
			slices.Sort(changed)
			if len(changed) != said[trial.kind][1] {
				t.Errorf("%d files are generated, the table says %d: %s", len(changed), said[trial.kind][1], strings.Join(changed, ", "))
			}
			t.Logf("%.0f s; by hand %s; generated %s", time.Since(start).Seconds(), strings.Join(hand, ", "), strings.Join(changed, ", "))
		})
	}
	if t.Failed() {
		return
	}
	for _, command := range together {
		run(t, command)
	}
	for file, sum := range sums(t, dir) {
		if before[file] != sum {
			t.Errorf("%s changes when all is tested together", file)
		}
	}
}

// howToAdd reads the table: how many files of each kind are written by hand, and by
// commands.
func howToAdd(t *testing.T) map[string][2]int {
	t.Helper()
	_, section, _ := strings.Cut(architecture(t), "\n## How to add\n")
	said := map[string][2]int{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z]+) \| (\d+): [^|]+ \| (\d+)(?:: [^|]+)? \|`).FindAllStringSubmatch(section, -1) {
		hand, _ := strconv.Atoi(row[2])
		generated, _ := strconv.Atoi(row[3])
		said[row[1]] = [2]int{hand, generated}
	}
	return said
}

// files are the new files of a part.
func (c trial) files(t *testing.T) (list []string) {
	t.Helper()
	root := filepath.Join(partsFolder, c.kind)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // all is in files that there are
		}
		if err == nil && !d.IsDir() {
			path, err = filepath.Rel(root, path)
			list = append(list, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// hand are the files of a part that are written by hand, new or not.
func (c trial) hand(t *testing.T) []string {
	t.Helper()
	list := c.files(t)
	for _, e := range c.edits {
		list = append(list, e.file)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// add writes them in a copy of the tree.
func (c trial) add(t *testing.T, dir string) {
	t.Helper()
	for _, file := range c.files(t) {
		text, err := os.ReadFile(filepath.Join(partsFolder, c.kind, file))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, file)
		if _, err := os.Stat(to); err == nil {
			t.Fatalf("%s is there already: the part needs another name", file)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range c.edits {
		path := filepath.Join(dir, e.file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), e.behind); n != 1 {
			t.Fatalf("%s has %q %d times, want it once", e.file, e.behind, n)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), e.behind, e.behind+e.text, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if c.other != nil {
		c.other(t, dir)
	}
}

// eachFile calls f with the files of a tree, but for what is hidden.
func eachFile(t *testing.T, dir string, f func(name, path string) error) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && path != dir && d.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), ".") || !d.Type().IsRegular():
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return f(filepath.ToSlash(name), path)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// copyTree copies this tree.
func copyTree(t *testing.T, dir string) {
	t.Helper()
	eachFile(t, ".", func(name, path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		return os.WriteFile(to, text, info.Mode())
	})
}

// sums are the checksums of the files of a tree.
func sums(t *testing.T, dir string) map[string][sha256.Size]byte {
	t.Helper()
	all := map[string][sha256.Size]byte{}
	eachFile(t, dir, func(name, path string) error {
		text, err := os.ReadFile(path)
		all[name] = sha256.Sum256(text)
		return err
	})
	return all
}

// biases does what compute.py does, with numpy, for means of errors.
func biases(t *testing.T, dir string) {
	file := filepath.Join(dir, "nn/metric/testdata/sklearn.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	// flat are the rows of a list of numbers or of lists.
	flat := func(v any) (rows [][]float64) {
		for _, row := range v.([]any) {
			cells, ok := row.([]any)
			if !ok {
				cells = []any{row}
			}
			var numbers []float64
			for _, cell := range cells {
				numbers = append(numbers, float64(float32(cell.(float64))))
			}
			rows = append(rows, numbers)
		}
		return rows
	}
	for _, p := range document["problems"].([]any) {
		problem := p.(map[string]any)
		if problem["kind"] != "regression" {
			continue
		}
		want, y, weights := flat(problem["targets"]), flat(problem["outputs"]), flat(problem["weights"])
		var sum, weighted, n, weight float64
		for i, row := range y {
			w := weights[i][0]
			for j, v := range row {
				d := v - want[i][j]
				sum, n = sum+d, n+1
				weighted, weight = weighted+w*d, weight+w
			}
		}
		maps.Copy(problem["values"].(map[string]any), map[string]any{"bias": sum / n})
		maps.Copy(problem["weighted_values"].(map[string]any), map[string]any{"bias": weighted / weight})
	}
	if text, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
}
