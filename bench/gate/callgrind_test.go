package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestSelfCosts(t *testing.T) {
	file := filepath.Join("testdata", "callgrind.out")
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	costs, err := selfCosts(f, file)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{
		"example.com/fake/kernels.Axpy":       130,
		"example.com/fake/kernels.(*Set).Dot": 401,
		"example.com/fakers.Other":            99,
		"runtime.main":                        6, // without the 500 of its calls
	} {
		if got := costs[name]; got != want {
			t.Errorf("%s: %d instructions, want %d", name, got, want)
		}
	}
	if got, want := costUnder(costs, "example.com/fake"), int64(531); got != want {
		t.Errorf("functions of the module: %d instructions, want %d", got, want)
	}
}

func TestSelfCostsRejects(t *testing.T) {
	for _, text := range []string{"fn=(1) f\n10 many\n", "fn=(1) f\nnonsense\n"} {
		_, err := selfCosts(strings.NewReader(text), "file")
		var e *CallgrindError
		if !errors.As(err, &e) || e.Line != 2 {
			t.Errorf("%q: error %v, want a *CallgrindError at line 2", text, err)
		}
	}
}

func TestCountedRungs(t *testing.T) {
	rungs := countedRungs()
	if !slices.Contains(rungs, "generic") {
		t.Errorf("%v does not count the generic kernels", rungs)
	}
	if got := slices.Contains(rungs, "avx2"); got != (runtime.GOARCH == "amd64") {
		t.Errorf("%v on %s", rungs, runtime.GOARCH)
	}
}

// onceBenchmark does the same for any number of iterations.
const onceBenchmark = `package bench

import (
	"testing"

	"example.com/fake/spin"
)

func BenchmarkOnce(b *testing.B) { spin.Spin(10, 1) }
`

// TestCallgrind counts a benchmark of the fake module, and once more with more
// work in each iteration.
func TestCallgrind(t *testing.T) {
	if !isExecutable("valgrind") {
		t.Skip("valgrind is not installed")
	}
	if testing.Short() {
		t.Skip("-short: valgrind takes seconds")
	}
	t.Parallel()
	dir := fakeModule(t)
	write(t, dir, "bench/once_test.go", onceBenchmark)
	base := buildTree(t, dir, "base")
	write(t, dir, "spin/spin.go", spinSource(3))
	head := buildTree(t, dir, "head")
	c := &counter{base: base, head: base, tmp: t.TempDir(), tolerance: 0.01, log: t.Logf}
	environment, err := environmentFor(os.Environ(), "GOMAXPROCS=1", valgrindDebug)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.compare(t.Context(), environment, "Spin/n=1000")
	if err != nil {
		t.Fatal(err)
	}
	if f.Verdict != Same || !(f.Base.Value >= 1000) {
		t.Errorf("a binary against itself: %+v, want the same and at least one instruction for each of 1000 turns", f)
	}
	f, err = c.compare(t.Context(), environment, "Once")
	if err != nil {
		t.Fatal(err)
	}
	if f.Verdict != CannotTell {
		t.Errorf("a benchmark that does nothing in an iteration: %+v, want %s", f, CannotTell)
	}
	more, err := c.perIteration(t.Context(), environment, head, "Spin/n=1000")
	if err != nil {
		t.Fatal(err)
	}
	if !(more >= f.Base.Value+1500) { // two more multiplications a turn
		t.Errorf("%g instructions with three operations a turn, %g with one", more, f.Base.Value)
	}
}
