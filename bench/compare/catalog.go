package main

import (
	"context"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// catalog lists neurona, which comes first, and every rival, there or missing.
// Building those that have to be built may take a minute the first time.
func catalog(ctx context.Context, w *workshop, python string) []entrant {
	all := []entrant{
		inProcessEntrant("neurona", "native", products, training, accuracy),
		w.libraryEntrant(ctx, "OpenBLAS", products, nil, library{
			source: "openblas.c", pkg: "openblas", flags: []string{"-lopenblas"}, debian: "libopenblas-dev"}),
	}
	blis := library{source: "blis.c", flags: []string{"-lblis"}, debian: "libblis-dev"}
	all = append(all, w.libraryEntrant(ctx, "BLIS", products, nil, blis))
	if cpu.Missing(cpu.AVX512) == "" {
		// BLIS knows the processors that it was made for by their model, and
		// takes others for Haswells. The variable is its manual's way to say better.
		all = append(all, w.libraryEntrant(ctx, "BLIS skx", products, []string{"BLIS_ARCH_TYPE=skx"}, blis))
	}
	return append(all,
		w.libraryEntrant(ctx, "oneDNN", products, nil, library{
			source: "onednn.c", flags: []string{"-ldnnl"}, debian: "libdnnl-dev"}),
		inProcessEntrant("gonum", "gonum", products),
		w.torchEntrant(ctx, python),
		w.goEntrant(ctx, "GoMLX", "gomlx", ""),
		w.goEntrant(ctx, "GoMLX simd", "gomlx", "simd"),
		w.goEntrant(ctx, "Gorgonia", "gorgonia", ""),
		w.libraryEntrant(ctx, "FANN", training, nil, library{
			source: "fann.c", flags: []string{`-DFANN_RELEASE="` + fannRelease(ctx) + `"`, "-lfloatfann", "-lm"}, debian: "libfann-dev"}),
	)
}

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
