package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
)

// torchEntrants are PyTorch, run by the given python, with the BLAS that the
// system gives it and with BLIS.
//
// Debian's PyTorch takes sgemm from whatever BLAS the system has chosen,
// usually OpenBLAS with a thread pool of its own beside PyTorch's. The two
// disturb each other less if PyTorch's threads do not spin. BLIS shares
// PyTorch's pool.
func (w *workshop) torchEntrants(ctx context.Context, python string) []entrant {
	var common []string
	if hasAVX512() {
		// Debian's build has kernels for AVX-512 but chooses AVX2 by itself; its
		// manual's variable makes it choose better.
		common = append(common, "ATEN_CPU_CAPABILITY=avx512", skylake)
	}
	does := []kind{training, accuracy}
	system := entrant{name: "PyTorch", does: does}
	blis := entrant{name: "PyTorch BLIS", does: does}
	// Only whether torch is there: importing it takes seconds.
	found := exec.CommandContext(ctx, python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)")
	if err := found.Run(); err != nil {
		absent := &missing{python + " has no torch", "apt-get install python3-torch, or -python with one that has it"}
		system.reason, blis.reason = absent, absent
		return []entrant{system, blis}
	}
	open := func(env ...string) func(context.Context, int) (rival, error) {
		return func(ctx context.Context, threads int) (rival, error) {
			return openProcess(start(ctx, threads, slices.Concat(env, common), python, w.path("torch_rival.py")))
		}
	}
	system.open = open("COMPARE_BLAS=the system's BLAS, OMP_WAIT_POLICY=passive", "OMP_WAIT_POLICY=passive")
	if folder := blisFolder(); folder == "" {
		blis.reason = &missing{"no libblas.so.3 of BLIS", "apt-get install libblis-dev"}
	} else {
		blis.open = open("COMPARE_BLAS=BLIS as its BLAS", "LD_LIBRARY_PATH="+folder)
	}
	return []entrant{system, blis}
}

// blisFolder is where Debian keeps the BLAS interface of BLIS; empty if it is
// not there.
func blisFolder() string {
	// The pattern is well-formed, which is all that Glob has errors about.
	found, _ := filepath.Glob("/usr/lib/*/blis-openmp/libblas.so.3")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[0])
}
