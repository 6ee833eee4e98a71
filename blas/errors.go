package blas

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// ShapeError reports operands that do not fit together.
type ShapeError struct {
	Op     string // what was asked for: "gemm", "dense forward", ...
	Detail string // what came and what was wanted
}

func (e *ShapeError) Error() string { return e.Op + ": " + e.Detail }

// NoDerivativeError reports an attempt to train through an activation that
// has no derivative.
type NoDerivativeError struct {
	Op         string
	Activation kernels.Activation
}

func (e *NoDerivativeError) Error() string {
	return fmt.Sprintf("%s: the %v activation has no derivative to train through", e.Op, e.Activation)
}

// PanicError is a panic, in a task of a job, in a sink or in a backend's own code,
// that has become the error of the call it happened in.
type PanicError = parallel.PanicError

// ErrSinkAccumulates is what BackwardWeights returns if it is asked to
// accumulate gradients and to hand them to a sink: a sink takes each gradient
// once, complete.
var ErrSinkAccumulates = errors.New("dense backward weights: accumulate is set, but a sink takes complete gradients only")

func shapeErrorf(op, format string, args ...any) error {
	return &ShapeError{Op: op, Detail: fmt.Sprintf(format, args...)}
}
