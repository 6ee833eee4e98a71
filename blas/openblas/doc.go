// Package openblas is the backend whose products are OpenBLAS's, called through
// gonum's netlib. It is in a build only if asked for, since it takes cgo and
// the library:
//
//	CGO_LDFLAGS=-lopenblas go build -tags openblas ./...
//
// (Debian and its relatives: apt-get install libopenblas-dev.) In all other
// builds Open returns ErrNotBuilt.
//
// OpenBLAS picks its kernels for the processor by itself, whatever ISA this
// backend's vector kernels have; its environment variable OPENBLAS_CORETYPE
// changes that.
//
// # Threads
//
// OpenBLAS has one number of threads, and one set of threads, for the whole
// process. Every product sets the number that its backend was opened with.
// So that no other product changes it meanwhile, a product on several threads
// has the library to itself: it would use all threads anyway. Products of
// backends with one worker run at the same time, each on its caller's thread.
// Nothing else in the process should call openblas_set_num_threads.
//
// Results are the same bits from run to run for one number of workers, as far as
// OpenBLAS is; they may differ between numbers of workers.
package openblas

import "errors"

// Options says what the backend may use.
type Options struct {
	ISA     string // of the vector kernels: empty for the best there is
	Ceiling string // the highest ISA allowed for the vector kernels; empty for no limit
	Workers int    // OpenBLAS's threads; 0 for GOMAXPROCS
}

// ErrNotBuilt is the error of Open in a build without OpenBLAS.
var ErrNotBuilt = errors.New("openblas is not in this build: build with CGO_LDFLAGS=-lopenblas go build -tags openblas")
