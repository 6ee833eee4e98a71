//go:build !cgo || !openblas

package openblas

import "github.com/neurona-ml/neurona/blas"

// Built reports whether OpenBLAS is in this build.
const Built = false

// Open returns ErrNotBuilt.
func Open(Options) (blas.Backend, error) { return nil, ErrNotBuilt }
