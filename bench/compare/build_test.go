package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

// testWorkshop is a workshop whose cache is its own.
func testWorkshop(t *testing.T) *workshop {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	w, err := newWorkshop()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(w.scratch); err == nil {
			t.Error("scratch is left behind")
		}
	})
	return w
}

func needCompiler(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("no C compiler here")
	}
}

// TestHarnessInC builds a rival of three loops and compares operands and
// results with Go's, to the bit: its sums are in float64.
func TestHarnessInC(t *testing.T) {
	needCompiler(t)
	w := testWorkshop(t)
	source, err := os.ReadFile("testdata/naive.c")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(w.scratch, "naive")
	file := w.path("naive.c")
	if err := os.WriteFile(file, source, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := runCommand(exec.CommandContext(t.Context(), "cc", "-O2", "-std=gnu11", "-ffp-contract=off", "-o", binary, file)); err != nil {
		t.Fatal(err)
	}
	p, err := start(t.Context(), 3, nil, binary)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if got, want := p.describe(), (description{"naive", "1", "3 threads"}); got != want {
		t.Errorf("described as %+v, want %+v", got, want)
	}
	tm := timing{Sample: 100 * time.Microsecond, Samples: 2, Limit: time.Second}
	for _, op := range bench.Ops {
		for _, size := range [][3]int{{1, 1, 1}, {7, 13, 31}, {5, 1, 9}} {
			task := product{sized(op, size[0], size[1], size[2]), bench.Plain, "float32"}
			a, err := p.do(t.Context(), task, tm)
			if err != nil {
				t.Fatal(err)
			}
			if want := checksum(naive(task)); a.Checksum != want {
				t.Errorf("%v: checksum is %v, want %v", task, a.Checksum, want)
			}
		}
	}
	var no *declined
	if _, err := p.do(t.Context(), product{sized(bench.NN, 1, 1, 1), bench.Plan, "float32"}, tm); !errors.As(err, &no) {
		t.Errorf("got %v, want a *declined", err)
	}
	if _, err := p.do(t.Context(), steps(true)[0], tm); !errors.As(err, &no) {
		t.Errorf("got %v, want a *declined", err)
	}
	if _, err := p.do(t.Context(), product{sized(bench.NN, 0, 1, 1), bench.Plain, "float32"}, tm); err == nil || errors.As(err, &no) {
		t.Errorf("got %v, want an error about the size", err)
	}
}

func TestMissingLibraryNamesItsPackage(t *testing.T) {
	needCompiler(t)
	w := testWorkshop(t)
	l := library{source: "openblas.c", flags: []string{"-lno-such-library-as-this"}, debian: "libno-such-dev"}
	_, err := w.build(t.Context(), l)
	var absent *missing
	if !errors.As(err, &absent) || absent.cure != "apt-get install libno-such-dev" {
		t.Errorf("got %v, want a *missing that names the package", err)
	}
	if e := w.libraryEntrant(t.Context(), "A", products, nil, l); e.reason == nil || e.open != nil {
		t.Errorf("the entrant has reason %v, want one", e.reason)
	}
}

func TestFirstComplaint(t *testing.T) {
	for output, want := range map[string]string{
		"": "",
		"note: x\na.c:1:10: fatal error: blis.h: No such file\ncompilation terminated.\n": "a.c:1:10: fatal error: blis.h: No such file",
		"/usr/bin/ld: cannot find -lblis\ncollect2: error: ld returned 1\n":               "/usr/bin/ld: cannot find -lblis",
		"\nsomething\nelse\n": "something",
	} {
		if got := firstComplaint(output); got != want {
			t.Errorf("of %q: %q, want %q", output, got, want)
		}
	}
}

func TestGoRelease(t *testing.T) {
	for version, want := range map[string]string{
		"go1.26.8": "go1.26", "go1.26": "go1.26", "go1.26.8-X:simd": "go1.26", "go1.27rc1": "go1.27", "devel": "devel",
	} {
		if got := goRelease(version); got != want {
			t.Errorf("%s is of %s, want %s", version, got, want)
		}
	}
}
