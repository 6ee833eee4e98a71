package page

import (
	"fmt"
	"slices"
)

// An Error is something in a text that a page cannot show.
type Error struct {
	Line int // from 1
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Errors are all that is wrong with a text, in the order of its lines.
type Errors []*Error

func (list Errors) Error() string {
	text := list[0].Error()
	if len(list) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(list)-1)
	}
	return text
}

// Unwrap returns each of them.
func (list Errors) Unwrap() []error {
	all := make([]error, len(list))
	for i, err := range list {
		all[i] = err
	}
	return all
}

// sorted is the list as an error, nil if it is empty.
func (list Errors) sorted() error {
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *Error) int { return a.Line - b.Line })
	return list
}
