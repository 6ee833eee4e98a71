package nn

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
)

// PanicError is a panic, in a layer, a loss or any other code that a network
// calls, that has become the error of the call it happened in. It says which
// function panicked, with what and on what stack, and wraps the value if that
// is an error.
type PanicError = blas.PanicError

// recovered, deferred with the address of a call's error, makes a panic in the
// call that error. What was deferred after it runs before it, as without a panic:
// locks that are held until the end of the call are given back.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = parallel.Caught(v)
	}
}
