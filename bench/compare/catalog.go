package main

import (
	"context"
	"os/exec"
	"strings"
)

// catalog lists neurona, which comes first, and every rival, there or missing.
// Building those that have to be built may take a minute the first time.
func catalog(ctx context.Context, w *workshop, python string) []entrant {
	all := []entrant{
		inProcessEntrant("neurona", "native", products, training, accuracy),
		w.libraryEntrant(ctx, "OpenBLAS", products, nil, openBLAS),
		w.libraryEntrant(ctx, "BLIS", products, nil, blis),
	}
	if hasAVX512() {
		all = append(all, w.libraryEntrant(ctx, "BLIS skx", products, []string{skylake}, blis))
	}
	all = append(all,
		w.libraryEntrant(ctx, "oneDNN", products, nil, oneDNN),
		inProcessEntrant("gonum", "gonum", products))
	all = append(all, w.torchEntrants(ctx, python)...)
	return append(all,
		w.goEntrant(ctx, "GoMLX", "gomlx", ""),
		w.goEntrant(ctx, "GoMLX simd", "gomlx", "simd"),
		w.goEntrant(ctx, "Gorgonia", "gorgonia", ""),
		w.libraryEntrant(ctx, "FANN", training, nil, fann(ctx)))
}

// The libraries that rivals in C are built with.
var (
	openBLAS = library{source: "openblas.c", pkg: "openblas", flags: []string{"-lopenblas"}, debian: "libopenblas-dev"}
	blis     = library{source: "blis.c", flags: []string{"-lblis"}, debian: "libblis-dev"}
	oneDNN   = library{source: "onednn.c", flags: []string{"-ldnnl"}, debian: "libdnnl-dev"}
)

// fann is FANN, whose headers do not tell its version.
func fann(ctx context.Context) library {
	release := "unknown"
	if out, err := exec.CommandContext(ctx, "pkg-config", "--modversion", "fann").Output(); err == nil {
		release = strings.TrimSpace(string(out))
	}
	return library{source: "fann.c", flags: []string{`-DFANN_RELEASE="` + release + `"`, "-lfloatfann", "-lm"}, debian: "libfann-dev"}
}

// systemPython is the python that Debian's PyTorch belongs to.
const systemPython = "/usr/bin/python3"

// skylake makes BLIS use its kernels for AVX-512. BLIS knows the processors that
// it was made for by their model and takes others for Haswells; the variable is
// its manual's way to say better.
const skylake = "BLIS_ARCH_TYPE=skx"

// libraryEntrant is a rival in C, with more environment if it needs some.
func (w *workshop) libraryEntrant(ctx context.Context, name string, does kind, env []string, l library) entrant {
	e := entrant{name: name, does: []kind{does}}
	binary, err := w.build(ctx, l)
	if err != nil {
		e.reason = err
		return e
	}
	e.open = func(ctx context.Context, threads int) (rival, error) {
		return openProcess(start(ctx, threads, env, binary))
	}
	return e
}

// openProcess makes a rival of what start returns, and nil, not a nil process
// in an interface, of an error.
func openProcess(p *process, err error) (rival, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}
