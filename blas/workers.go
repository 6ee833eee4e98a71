package blas

import (
	"fmt"
	"runtime"
)

// MaxWorkers is the most workers that a backend takes: more than any machine
// has use for, less than does harm.
const MaxWorkers = 1024

// WorkersError reports an impossible number of workers.
type WorkersError struct {
	Workers int
}

func (e *WorkersError) Error() string {
	return fmt.Sprintf("%d workers, want 1 to %d, or 0 for as many as GOMAXPROCS", e.Workers, MaxWorkers)
}

// ResolveWorkers returns how many workers the option n stands for: n itself,
// or GOMAXPROCS at this moment if n is 0. It returns a *WorkersError if n is
// negative or more than MaxWorkers.
func ResolveWorkers(n int) (int, error) {
	if n < 0 || n > MaxWorkers {
		return 0, &WorkersError{Workers: n}
	}
	if n == 0 {
		return min(runtime.GOMAXPROCS(0), MaxWorkers), nil
	}
	return n, nil
}
