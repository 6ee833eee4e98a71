package datasets

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What was wrong with a file or a set, for errors.Is.
var (
	ErrNoRows    = errors.New("no rows")
	ErrRagged    = errors.New("ragged row")
	ErrNotNumber = errors.New("not a number")
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
	Line   int    // line of a text file, from 1; 0 for a binary file
	Column int    // cell within the line, from 1; 0 if the whole line is meant
	Name   string // the column's name, if it has one
	Offset int64  // byte of a binary file, after decompression
	Err    error  // what came and what was wanted
}

func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.File == "" {
		b.WriteString("input")
	}
	switch {
	case e.Line > 0 && e.Column > 0:
		fmt.Fprintf(&b, ":%d: column %d", e.Line, e.Column)
		if e.Name != "" {
			fmt.Fprintf(&b, " (%s)", quote(e.Name))
		}
	case e.Line > 0:
		fmt.Fprintf(&b, ":%d", e.Line)
	case e.Offset > 0:
		fmt.Fprintf(&b, ": byte %d", e.Offset)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	return b.String()
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
