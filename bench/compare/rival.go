package main

import (
	"context"
	"fmt"
)

// rival is one that works at tasks: neurona, in this process, or another, in a
// process of its own. One works at a time; the others must not use the CPU
// meanwhile.
type rival interface {
	describe() description
	// do works at a task. A *declined error means that the rival does not do
	// such a thing; any other is a failure.
	do(ctx context.Context, t task, tm timing) (answer, error)
	close() error
}

// entrant is a rival that can be opened for a number of threads.
type entrant struct {
	name string // as columns have it
	does []kind // sections that it is asked for
	// reason says why it is not there, and what would bring it; nil if it is.
	reason error
	open   func(ctx context.Context, threads int) (rival, error)
}

// missing is the reason of a rival that is not on the machine.
type missing struct {
	what string // what went wrong
	cure string // what to install
}

func (m *missing) Error() string {
	return fmt.Sprintf("%s; to have it: %s", m.what, m.cure)
}
