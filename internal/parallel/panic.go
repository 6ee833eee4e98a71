package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// PanicError is a panic that has become the error of a call.
type PanicError struct {
	Value any    // what panic was given
	Func  string // the function that panicked, with its package: "main.layer.Forward"; empty if unknown
	Stack []byte // of the goroutine that panicked, as debug.Stack writes it
}

func (e *PanicError) Error() string {
	if e.Func == "" {
		return fmt.Sprintf("panic: %v", e.Value)
	}
	return fmt.Sprintf("panic in %s: %v", e.Func, e.Value)
}

// Unwrap returns Value if that is an error, as a runtime.Error is, and nil
// otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Recover, deferred, makes a panic of the function that defers it that
// function's error, a *PanicError.
func Recover(err *error) {
	if v := recover(); v != nil {
		*err = Caught(v)
	}
}

// Caught is the error for a value that recover has returned, for deferred functions
// other than Recover. It must be called before the deferred function
// that recovered returns, while the stack is still that of the panic. An error
// that a call has returned and its caller panicked with stays what it is.
func Caught(v any) *PanicError {
	if e, ok := v.(*PanicError); ok {
		return e
	}
	return &PanicError{Value: v, Func: panicked(), Stack: debug.Stack()}
}

// panicked names the function that called panic, or in which the runtime did:
// the first below the runtime's part of the stack.
func panicked() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for below := false; ; {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			below = true
		case below && !strings.HasPrefix(frame.Function, "runtime."):
			return frame.Function
		}
		if !more {
			return ""
		}
	}
}

// Alone does tasks 0 to tasks-1 of job on the caller's goroutine, as worker 0.
// A panic ends it and is its error, as it is Pool.Run's.
func Alone(job Job, tasks int) (err error) {
	defer Recover(&err)
	for i := range tasks {
		job.Task(i, 0)
	}
	return nil
}
