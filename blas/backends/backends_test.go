package backends_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/openblas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// open opens a backend that is closed at the end of the test.
func open(t *testing.T, name string, o backends.Options) blas.Backend {
	t.Helper()
	be, err := backends.Open(name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := be.Close(); err != nil {
			t.Error(err)
		}
	})
	return be
}

func TestOpenEveryBackend(t *testing.T) {
	t.Setenv(backends.ISAVariable, "")
	for _, name := range backends.Names() {
		if errors.Is(backends.Available(name), openblas.ErrNotBuilt) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, set := range kernels.Sets() {
				be := open(t, name, backends.Options{ISA: set.ISA, Workers: 2})
				if name != "auto" && be.Name() != name {
					t.Errorf("its name is %q", be.Name())
				}
				if be.Library() == "" {
					t.Error("its library has no name")
				}
				if be.Workers() != 2 {
					t.Errorf("%d workers, want 2", be.Workers())
				}
				if got := be.Kernels().ISA; got != set.ISA {
					t.Errorf("ISA %s, want %s", got, set.ISA)
				}
				two := blas.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{2}}
				c := blas.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}
				if err := be.Gemm(blas.NoTrans, blas.NoTrans, 3, two, two, 1, c); err != nil || c.Data[0] != 13 {
					t.Errorf("3·2·2 + 1 is %v, error %v", c.Data[0], err)
				}
			}
		})
	}
}

func TestAutoPrefersTunedKernels(t *testing.T) {
	t.Setenv(backends.ISAVariable, "")
	sets := kernels.Sets()
	best := sets[len(sets)-1].ISA
	want := "native"
	if best == "generic" && openblas.Built {
		want = "openblas"
	}
	// Also where less is asked for: that is no wish for another library.
	for _, isa := range []string{"", "generic"} {
		if got := open(t, "auto", backends.Options{ISA: isa}).Name(); got != want {
			t.Errorf("ISA %q: auto is %s, want %s", isa, got, want)
		}
	}
	if got := open(t, "auto", backends.Options{}).Kernels().ISA; got != best {
		t.Errorf("auto has ISA %s, want %s", got, best)
	}
}

func TestWorkersDefaultToGOMAXPROCS(t *testing.T) {
	for _, name := range []string{"auto", "native", "gonum"} {
		if got := open(t, name, backends.Options{}).Workers(); got != runtime.GOMAXPROCS(0) {
			t.Errorf("%s: %d workers, want GOMAXPROCS, %d", name, got, runtime.GOMAXPROCS(0))
		}
	}
}

func TestEnvironmentLowersTheISA(t *testing.T) {
	sets := kernels.Sets()
	for _, name := range []string{"auto", "native", "gonum"} {
		for i, ceiling := range sets {
			t.Setenv(backends.ISAVariable, ceiling.ISA)
			if got := open(t, name, backends.Options{}).Kernels().ISA; got != ceiling.ISA {
				t.Errorf("%s under %s: ISA %s", name, ceiling.ISA, got)
			}
			for j, asked := range sets {
				want := sets[min(i, j)].ISA
				if got := open(t, name, backends.Options{ISA: asked.ISA}).Kernels().ISA; got != want {
					t.Errorf("%s, %s asked for under %s: ISA %s, want %s", name, asked.ISA, ceiling.ISA, got, want)
				}
			}
		}
	}
}

func TestEnvironmentIsReadAtEachOpen(t *testing.T) {
	sets := kernels.Sets()
	for _, i := range []int{len(sets) - 1, 0, len(sets) - 1} {
		t.Setenv(backends.ISAVariable, sets[i].ISA)
		if got := open(t, "native", backends.Options{}).Kernels().ISA; got != sets[i].ISA {
			t.Errorf("ISA %s, want %s", got, sets[i].ISA)
		}
	}
}

func TestBadEnvironmentIsNamed(t *testing.T) {
	t.Setenv(backends.ISAVariable, "avx3")
	for _, name := range []string{"auto", "native", "gonum"} {
		be, err := backends.Open(name, backends.Options{})
		var unknown *names.UnknownError
		if be != nil || !errors.As(err, &unknown) || !strings.Contains(fmt.Sprint(err), backends.ISAVariable) {
			t.Errorf("%s: got %v, %v; want a *names.UnknownError that names %s", name, be, err, backends.ISAVariable)
		}
	}
}

func TestUnknownBackend(t *testing.T) {
	for _, call := range []func(string) error{
		backends.Available,
		func(name string) error { _, err := backends.Open(name, backends.Options{}); return err },
	} {
		err := call("nativ")
		var unknown *names.UnknownError
		if !errors.As(err, &unknown) {
			t.Fatalf("got %v, want a *names.UnknownError", err)
		}
		if unknown.Nearest != "native" || !slices.Equal(unknown.Known, backends.Names()) {
			t.Errorf("got %v", err)
		}
	}
}

func TestBadOptions(t *testing.T) {
	for _, name := range []string{"auto", "native", "gonum"} {
		for _, workers := range []int{-1, blas.MaxWorkers + 1} {
			be, err := backends.Open(name, backends.Options{Workers: workers})
			var bad *blas.WorkersError
			if be != nil || !errors.As(err, &bad) || bad.Workers != workers {
				t.Errorf("%s with %d workers: got %v, %v; want a *blas.WorkersError", name, workers, be, err)
			}
		}
		be, err := backends.Open(name, backends.Options{ISA: "avx1024"})
		var unknown *names.UnknownError
		if be != nil || !errors.As(err, &unknown) {
			t.Errorf("%s: got %v, %v; want a *names.UnknownError", name, be, err)
		}
	}
}

func TestOpenBLASSaysHowToBuild(t *testing.T) {
	if openblas.Built {
		if err := backends.Available("openblas"); err != nil {
			t.Errorf("it is built in, but %v", err)
		}
		return
	}
	_, err := backends.Open("openblas", backends.Options{})
	for _, err := range []error{err, backends.Available("openblas")} {
		if !errors.Is(err, openblas.ErrNotBuilt) {
			t.Errorf("got %v, want ErrNotBuilt", err)
		}
	}
}
