// Package backends opens backends by name. It is the only package that knows
// all of them, and the only one that reads the environment variable
// NEURONA_ISA.
package backends

import (
	"fmt"
	"os"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/gonumblas"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/blas/openblas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// ISAVariable is the environment variable that names the highest ISA that any
// backend may use. It only ever lowers a choice.
const ISAVariable = "NEURONA_ISA"

// Options says what a backend may use. The zero value is the best of the
// machine.
type Options struct {
	ISA     string // "generic", "avx2", "avx512" or "neon"; empty for the best there is
	Workers int    // goroutines, or the library's threads, that share a product; 0 for GOMAXPROCS
}

// Names returns the names that Open knows.
func Names() []string { return []string{"auto", "native", "gonum", "openblas"} }

// Available says, as an error, why the backend called name cannot be opened
// in this build; it is nil if it can. The error is openblas.ErrNotBuilt for
// OpenBLAS that was left out, and a *names.UnknownError for a name that does
// not exist.
func Available(name string) error {
	switch name {
	case "auto", "native", "gonum":
		return nil
	case "openblas":
		if !openblas.Built {
			return openblas.ErrNotBuilt
		}
		return nil
	}
	return names.Unknown("backend", name, Names())
}

// Open opens the backend called name:
//
//	native    neurona's own kernels
//	gonum     gonum's pure Go BLAS
//	openblas  OpenBLAS, if it was built in
//	auto      native where it has tuned kernels for this machine; otherwise
//	          openblas if it was built in; otherwise native
//
// Environment variable NEURONA_ISA, read at each call, names the highest ISA
// allowed. An unknown name, an ISA that this machine or build lacks, an
// impossible number of workers and a bad value of the variable are errors.
// Close the backend when nothing uses it any more.
func Open(name string, o Options) (blas.Backend, error) {
	if err := Available(name); err != nil {
		return nil, fmt.Errorf("open backend: %w", err)
	}
	if name == "auto" {
		name = choose()
	}
	be, err := open(name, o)
	if err != nil {
		return nil, fmt.Errorf("open backend %s: %w", name, err)
	}
	return be, nil
}

// open opens one of the backends that exist, under the environment's ceiling.
func open(name string, o Options) (blas.Backend, error) {
	ceiling := os.Getenv(ISAVariable)
	// Whatever else is wrong, a bad variable is named as such.
	if _, err := kernels.Select("", ceiling); err != nil {
		return nil, fmt.Errorf("environment variable %s: %w", ISAVariable, err)
	}
	workers, err := blas.ResolveWorkers(o.Workers)
	if err != nil {
		return nil, err
	}
	// Each case returns for itself: a nil *native.Backend would make an
	// interface that is not nil.
	switch name {
	case "gonum":
		be, err := gonumblas.Open(gonumblas.Options{ISA: o.ISA, Ceiling: ceiling, Workers: workers})
		if err != nil {
			return nil, err
		}
		return be, nil
	case "openblas":
		return openblas.Open(openblas.Options{ISA: o.ISA, Ceiling: ceiling, Workers: workers})
	default:
		be, err := native.Open(native.Options{ISA: o.ISA, Ceiling: ceiling, Workers: workers})
		if err != nil {
			return nil, err
		}
		return be, nil
	}
}

// choose picks the backend that auto stands for: a property of machine and
// build, so that neither options nor the environment replace neurona's
// kernels by a library that would not obey them.
func choose() string {
	sets := kernels.Sets()
	tuned := sets[len(sets)-1].ISA != "generic"
	if !tuned && openblas.Built {
		return "openblas"
	}
	return "native"
}
