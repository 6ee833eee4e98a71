package main

import (
	"context"
	"os/exec"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// torchEntrant is PyTorch, run by the given python.
func (w *workshop) torchEntrant(ctx context.Context, python string) entrant {
	e := entrant{name: "PyTorch", does: []kind{training, accuracy}}
	// Only that torch is there: importing it takes seconds.
	found := exec.CommandContext(ctx, python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)")
	if err := found.Run(); err != nil {
		e.reason = &missing{python + " has no torch", "apt-get install python3-torch, or -python with one that has it"}
		return e
	}
	var env []string
	if cpu.Missing(cpu.AVX512) == "" {
		// Debian's build has kernels for AVX-512 but chooses AVX2 by itself; its
		// manual's variable makes it choose better.
		env = append(env, "ATEN_CPU_CAPABILITY=avx512")
	}
	e.open = func(ctx context.Context, threads int) (rival, error) {
		return openProcess(start(ctx, threads, env, python, w.path("torch_rival.py")))
	}
	return e
}
