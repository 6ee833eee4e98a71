package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The tests that build something build this module: package spin does
// arithmetic for the benchmarks in bench.

const fakeBenchmarks = `package bench

import (
	"fmt"
	"testing"

	"example.com/fake/spin"
)

func BenchmarkSpin(b *testing.B) {
	fmt.Println("Unit flops/op better=lower assume=exact")
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			var x float32
			for b.Loop() {
				x = spin.Spin(n, x)
			}
			b.ReportMetric(float64(n*spin.FLOPs), "flops/op")
		})
	}
}
`

// spinSource is package spin with so many operations a turn.
func spinSource(flops int) string {
	body := ""
	for range flops {
		body += "\t\tx = x*0.5\n"
	}
	return fmt.Sprintf("package spin\n\nconst FLOPs = %d\n\n//go:noinline\nfunc Spin(n int, x float32) float32 {\n\tfor range n {\n%s\t}\n\treturn x\n}\n", flops, body)
}

// fakeModule writes the module into a new folder.
func fakeModule(t *testing.T) string {
	t.Helper()
	if !isExecutable("go") {
		t.Skip("go is not installed")
	}
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/fake\n\ngo 1.26\n")
	write(t, dir, "README.md", "a fake\n")
	write(t, dir, "spin/spin.go", spinSource(1))
	write(t, dir, "bench/bench_test.go", fakeBenchmarks)
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// buildTree builds what stands in dir, into the folder of the test.
func buildTree(t *testing.T, dir, label string) *side {
	t.Helper()
	s := &side{label: label, tree: dir}
	b := &builder{packageDir: "bench", tmp: t.TempDir()}
	if err := b.build(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// gitIn runs git in dir, independent of the user's settings.
func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{
		"-c", "user.name=gate", "-c", "user.email=gate@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main",
	}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}
