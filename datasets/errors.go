package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
)

// What was wrong with a file or a set, for errors.Is.
var (
	ErrNoRows    = errors.New("no rows")
	ErrNotFinite = errors.New("not finite")
	ErrLabel     = errors.New("bad label")
	ErrHeader    = errors.New("bad header")
	ErrTruncated = errors.New("truncated")
	ErrTrailing  = errors.New("trailing data")
	ErrGzip      = errors.New("damaged gzip data")
	ErrMismatch  = errors.New("files disagree")
)

// FormatError reports a file that is damaged or is not what its reader expects.
type FormatError struct {
	File   string // name of the file; empty if the reader has none
	Offset int64  // where reading failed, in bytes after decompression; 0 if no one place is meant
	Err    error  // what came and what was wanted
}

func (e *FormatError) Error() string {
	where := cmp.Or(e.File, "input")
	if e.Offset > 0 {
		where += fmt.Sprintf(": byte %d", e.Offset)
	}
	return fmt.Sprintf("%s: %v", where, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// ShapeError reports a length that contradicts the set's other dimensions.
type ShapeError struct {
	Set  string // name of the set
	What string // the field whose length is wrong
	Got  int
	Want int
	Why  string // where Want comes from
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("%s: %s is %d, want %d (%s)", setName(e.Set), e.What, e.Got, e.Want, e.Why)
}

// ValueError reports one value of a set that cannot be used.
type ValueError struct {
	Set    string // name of the set
	Field  string // "X", "Y" or "Labels"
	Row    int    // from 0
	Column int    // from 0
	Name   string // the feature's name, if it has one
	Value  float64
	Err    error // what was wanted
}

func (e *ValueError) Error() string {
	column := strconv.Itoa(e.Column)
	if e.Name != "" {
		column += fmt.Sprintf(" (%q)", e.Name)
	}
	return fmt.Sprintf("%s: %s row %d, column %s is %v: %v", setName(e.Set), e.Field, e.Row, column, e.Value, e.Err)
}

func (e *ValueError) Unwrap() error { return e.Err }

// ArgumentError reports an argument or option that cannot be used.
type ArgumentError struct {
	Func string // the function that was called
	Name string // the argument
	Got  any
	Want string
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("datasets.%s: %s is %v, want %s", e.Func, e.Name, e.Got, e.Want)
}

func setName(name string) string {
	if name == "" {
		return "set"
	}
	return name
}
