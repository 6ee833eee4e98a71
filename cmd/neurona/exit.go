package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
)

// The exit codes, which scripts rely on.
const (
	exitDone         = 0
	exitFailed       = 1   // it could not be done: a file, the machine, a loss that became NaN
	exitUsage        = 2   // the command line makes no sense; nothing has been done
	exitTargetMissed = 3   // training went well, --target-accuracy was not reached
	exitInterrupted  = 130 // SIGINT, SIGTERM or SIGHUP; what --save asked for has been saved
	exitPipe         = 141 // nobody reads standard output any more: as if SIGPIPE had ended the process
)

// exitCode says how the process ends for what a command returned.
func exitCode(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, new(*usageError)):
		return exitUsage
	case errors.As(err, new(*targetError)):
		return exitTargetMissed
	case errors.As(err, new(*interruptedError)):
		return exitInterrupted
	case errors.As(err, new(*streamError)) && errors.Is(err, syscall.EPIPE):
		return exitPipe
	default:
		return exitFailed
	}
}

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// badFlag reports a flag whose value cannot be used.
func badFlag(flag string, value any, want string) error {
	return &usageError{fmt.Errorf("--%s is %v, want %s", flag, value, want)}
}

// flagError says which flag an error comes from.
func flagError(flag string, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{fmt.Errorf("--%s: %w", flag, err)}
}

// blameUsage marks an error of the libraries as one of usage if it is about a
// number or a name that only the command line can have brought.
func blameUsage(err error) error {
	if errors.As(err, new(*nn.HyperparameterError)) ||
		errors.As(err, new(*datasets.ArgumentError)) ||
		errors.As(err, new(*blas.WorkersError)) ||
		errors.As(err, new(*names.UnknownError)) ||
		errors.Is(err, nn.ErrUntrainable) {
		return &usageError{err}
	}
	return err
}

// targetError says that --target-accuracy was not reached.
type targetError struct {
	Part      string  // that is watched: "test"
	Got, Want float64 // fractions
	Epochs    int
}

func (e *targetError) Error() string {
	return fmt.Sprintf("%s accuracy %.2f %% after %s, target %.4g %% not reached", e.Part, 100*e.Got, plural(e.Epochs, "epoch"), 100*e.Want)
}

// divergedError says that a network ended with outputs that are no numbers, for rows to test with or, if there are none, to train on.
type divergedError struct {
	Why  error
	Kept string // file that would have got the model; empty if none
}

func (e *divergedError) Error() string {
	text := fmt.Sprintf("training has diverged: %v (a lower --lr or --clip-norm may help)", e.Why)
	if e.Kept != "" {
		text += "; nothing is written to " + e.Kept
	}
	return text
}

func (e *divergedError) Unwrap() error { return e.Why }

// interruptedError says that a signal ended the command.
type interruptedError struct {
	When  string // "after 3 epochs"
	Saved string // file that has the model; empty if there is none
}

func (e *interruptedError) Error() string {
	text := "interrupted " + e.When
	if e.Saved != "" {
		text += "; what it had learnt is saved in " + e.Saved
	}
	return text
}

// lostError says that standard output could not be written to, though all the rest
// was done.
type lostError struct {
	Why   error
	Saved string // file that has the model; empty if there is none
}

func (e *lostError) Error() string {
	text := fmt.Sprintf("%v: what was to be written there is lost", e.Why)
	if e.Saved != "" {
		text += "; the model is saved in " + e.Saved
	}
	return text
}

// reading runs read, and leaves it alone when ctx is cancelled: it may be
// waiting for standard input, which nothing ends but the end of the process.
// What read writes to is then not to be looked at.
func reading(ctx context.Context, read func() error) error {
	done := make(chan error, 1)
	go func() { done <- read() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return &interruptedError{When: "while reading data"}
	}
}
