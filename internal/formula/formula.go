package formula

import (
	"fmt"
	"unicode/utf8"
)

// A Formula is a formula that was understood.
type Formula struct{ tree row }

// An Error says what in a formula was not understood, and where.
type Error struct {
	Source string // the formula
	Offset int    // of the place in it, in bytes
	Err    error  // what is wrong there
}

// Error names the place by its number, counted in characters from 1, and by what
// stands there.
func (e *Error) Error() string {
	const shown = 12
	at := e.Source[e.Offset:]
	rest := ""
	for n := range at {
		if utf8.RuneCountInString(at[:n]) == shown {
			at, rest = at[:n], "..."
			break
		}
	}
	where := fmt.Sprintf("before %#q", at+rest)
	if at == "" {
		where = "at its end"
	}
	return fmt.Sprintf("formula %#q, character %d, %s: %v", e.Source, utf8.RuneCountInString(e.Source[:e.Offset])+1, where, e.Err)
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Parse reads a formula, without the dollar signs around it. An error is an [*Error].
func Parse(source string) (*Formula, error) {
	p := &parser{source: source, tables: shared()}
	tree, err := p.formula()
	if err != nil {
		return nil, &Error{Source: source, Offset: min(p.failed, len(source)), Err: err}
	}
	return &Formula{tree}, nil
}
