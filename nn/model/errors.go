package model

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/nn/fault"
)

// ErrNoModel is what the error is about a file that holds a network alone, and does not say what it predicts.
var ErrNoModel = errors.New("it does not say what it predicts")

// OptionError reports an option that cannot be used.
type OptionError struct {
	Option string // its name: "Loss"
	Got    string
	Want   string
	Err    error // in place of Got and Want, if it is there
}

func (e *OptionError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("model.%s: %v", e.Option, e.Err)
	}
	return fmt.Sprintf("model.%s: got %s, want %s", e.Option, e.Got, e.Want)
}

// Unwrap returns Err.
func (e *OptionError) Unwrap() error { return e.Err }

// PartError reports rows that could not be divided as an option asks for.
type PartError struct {
	Data   string  // that the rows are of
	Option string  // "Test", "Validation"
	Share  float64 // of the rows
	Err    error
}

func (e *PartError) Error() string {
	return fmt.Sprintf("%s: model.%s(%v): %v", e.Data, e.Option, e.Share, e.Err)
}

// Unwrap returns Err.
func (e *PartError) Unwrap() error { return e.Err }

// OutputError reports an output that is no finite number, which damaged weights give: no class could be told.
type OutputError struct {
	Row   int // from 0
	Value float32
}

func (e *OutputError) Error() string {
	return fmt.Sprintf("the model's output for row %d is %v, want a finite number", e.Row+1, e.Value)
}

// noTable is the error that there is none to do something with.
func noTable(of string) error {
	return fault.Nil(of, "table", "one that package table has made")
}

// made reports a model that nobody has made.
func (m *Model) made(of string) error {
	if m == nil || m.net == nil {
		return fault.Nil(of, "model", "one that Train, Load or New has returned")
	}
	return nil
}

// finite reports an output for a row, from 0, that is no number.
func finite(outputs []float32, row int) error {
	for _, v := range outputs {
		if v-v != 0 {
			return &OutputError{row, v}
		}
	}
	return nil
}

// plural counts things: "1 column", "2 columns".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// cut is the beginning of a name, with dots where more is left out.
func cut(text string) string {
	const most = 40
	if len(text) > most && utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "..."
	}
	return text
}
