package data

import (
	"errors"
	"fmt"
)

var (
	// ErrEmpty reports a source without samples, or an epoch without any.
	ErrEmpty = errors.New("data: no samples")
	// ErrClosed reports the use of a stream after Close.
	ErrClosed = errors.New("data: the stream is closed")
)

// MismatchError reports samples whose parts do not fit together, or a batch that is not
// what its source's Info says.
type MismatchError struct {
	What string // "x", "labels", "values", "weights", "sequence"
	Row  int64  // of the epoch, from 0: the first of the batch; -1 if it is about all of them
	Got  string // what came: "3 columns"
	Want string // what was wanted
}

func (e *MismatchError) Error() string {
	where := ""
	if e.Row >= 0 {
		where = fmt.Sprintf(" from row %d on", e.Row)
	}
	return fmt.Sprintf("data: %s%s: got %s, want %s", e.What, where, e.Got, e.Want)
}
