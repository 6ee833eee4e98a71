package argumenttest

import (
	"errors"
	"fmt"
)

// ErrAny is wanted where any error will do.
var ErrAny = errors.New("any")

// Fault calls something and says what is wrong with its error, or nothing. Wanted is nil for
// no error, ErrAny, an error for errors.Is, or a pointer for errors.As.
func Fault(call func() error, want any) (fault string) {
	defer func() {
		if p := recover(); p != nil {
			fault = fmt.Sprintf("it panics: %v", p)
		}
	}()
	err := call()
	right, wanted := err == nil, "none"
	switch w := want.(type) {
	case nil:
	case error:
		right, wanted = err != nil && (w == ErrAny || errors.Is(err, w)), w.Error()
	default:
		right, wanted = err != nil && errors.As(err, w), fmt.Sprintf("a %T", w)
	}
	if !right {
		fault = fmt.Sprintf("error %v, want %s", err, wanted)
	}
	return fault
}
