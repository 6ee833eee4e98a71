package catalog

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// SyntaxError reports a text that is no spelling.
type SyntaxError struct {
	Column int    // where, in characters from 1
	Got    string // what came: "," in quotes, or the end
	Want   string // what was wanted
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("column %d: got %s, want %s", e.Column, e.Got, e.Want)
}

// LimitError reports a spelling that goes beyond a limit: MaxLength, MaxDepth or
// MaxValues.
type LimitError struct {
	Column int    // where; 0 if it is the whole
	What   string // "bytes", "values"
	Limit  int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%smore than %d %s", columnPrefix(e.Column), e.Limit, e.What)
}

// ArgumentError reports an argument that a part cannot take: one that is
// missing, given twice, too many, of another kind or out of range.
type ArgumentError struct {
	Column   int    // where it stands, or for one that is missing, the part
	Part     string // the part's name
	Argument string // the parameter's name; empty if there is none
	Value    string // what came; empty if it is missing
	Again    bool   // it has come before
	Want     string // what was wanted
}

func (e *ArgumentError) Error() string {
	where := columnPrefix(e.Column) + e.Part
	switch {
	case e.Argument == "":
		return fmt.Sprintf("%s: %s is too much, want %s", where, e.Value, e.Want)
	case e.Value == "":
		return fmt.Sprintf("%s: %s is missing, want %s", where, e.Argument, e.Want)
	case e.Again:
		return fmt.Sprintf("%s: %s comes again, as %s, want %s", where, e.Argument, e.Value, e.Want)
	}
	return fmt.Sprintf("%s: %s is %s, want %s", where, e.Argument, e.Value, e.Want)
}

// RenamedError reports a name that something had before, or has elsewhere.
type RenamedError struct {
	Kind string // what was named: "activation", "argument of adamw"
	Name string // the name that came
	Now  string // what to write
}

func (e *RenamedError) Error() string {
	return fmt.Sprintf("%s %q is written %s here", e.Kind, e.Name, e.Now)
}

// PlaceError says where in a spelling an error has its cause, if that is not
// its beginning.
type PlaceError struct {
	Column int
	Err    error
}

func (e *PlaceError) Error() string { return columnPrefix(e.Column) + e.Err.Error() }

// Unwrap returns Err.
func (e *PlaceError) Unwrap() error { return e.Err }

// PartError reports a part that cannot be in a catalogue.
type PartError struct {
	Family string // "layer"
	Part   string // its name
	Detail string // what is wrong with it
}

func (e *PartError) Error() string { return fmt.Sprintf("%s %q: %s", e.Family, e.Part, e.Detail) }

// columnPrefix is empty for the first column: it needs no finding.
func columnPrefix(column int) string {
	if column <= 1 {
		return ""
	}
	return fmt.Sprintf("column %d: ", column)
}

// place returns err with its place, unless that is the beginning.
func place(column int, err error) error {
	if column <= 1 {
		return err
	}
	return &PlaceError{column, err}
}

// short cuts long texts for errors.
func short(s string) string {
	const limit = 60
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

func quoted(s string) string { return strconv.Quote(short(s)) }
