package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
)

// inProcess is one of neurona's backends at work in this process. The garbage
// collector runs before measurements, never within: see main.
type inProcess struct {
	backend blas.Backend
}

// inProcessEntrant is the backend called backend, under a column's name.
func inProcessEntrant(name, backend string, does ...kind) entrant {
	return entrant{name: name, does: does, open: func(_ context.Context, threads int) (rival, error) {
		be, err := backends.Open(backend, backends.Options{Workers: threads})
		if err != nil {
			return nil, err
		}
		return &inProcess{backend: be}, nil
	}}
}

func (r *inProcess) describe() description {
	version := "(this tree)"
	if r.backend.Name() == "gonum" {
		version = moduleVersion("gonum.org/v1/gonum")
	}
	return description{
		Name:    r.backend.Name(),
		Version: version,
		Settings: fmt.Sprintf("in this process, %s, isa %s, %d workers, %s",
			r.backend.Library(), r.backend.Kernels().ISA, r.backend.Workers(), runtime.Version()),
	}
}

// moduleVersion is the version of a module that this program is built with.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "unknown"
}

func (r *inProcess) do(ctx context.Context, t task, tm timing) (answer, error) {
	runtime.GC()
	switch t := t.(type) {
	case product:
		return r.product(t, tm)
	case step:
		return r.step(t, tm)
	case mnist:
		return r.mnist(ctx, t)
	}
	return answer{}, &declined{"no such task"}
}

func (r *inProcess) close() error { return r.backend.Close() }

// precision is the precision called name, or why the backend does not multiply
// in it: what would fall back to float32 is not done.
func (r *inProcess) precision(name string) (blas.Precision, error) {
	p, err := blas.ParsePrecision(name)
	if err != nil {
		return "", &declined{err.Error()}
	}
	if why := bench.Lacks(r.backend, p); why != "" {
		return "", &declined{why}
	}
	return p, nil
}
