package table

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What was wrong with a table, for errors.Is.
var (
	ErrNoRows   = errors.New("no rows")
	ErrRagged   = errors.New("ragged row")
	ErrQuote    = errors.New("misplaced quote")
	ErrEncoding = errors.New("not text in this encoding")
	ErrLimit    = errors.New("beyond a limit")
	ErrGzip     = errors.New("damaged gzip data")
	ErrHeader   = errors.New("no header, or not in the first line")
	ErrNoTable  = errors.New("no table of text")
	ErrMismatch = errors.New("files disagree")
	ErrNoFile   = errors.New("no file")
)

// Error reports a file that is damaged or is not what was expected. Its text has at most
// 4 kB, however long a cell is.
type Error struct {
	File   string // empty if the reader has no name
	Line   int    // from 1; 0 if the whole file is meant
	Column int    // from 1; 0 if the whole line is meant
	Name   string // the column's name, if it has one
	Err    error  // what came and what was wanted
	Remedy Remedy // what helps, if something does
}

func (e *Error) Error() string { return e.Spell(Cure.call) }

// Spell is the error's text with options as option spells them, see [Remedy.Spell].
func (e *Error) Spell(option func(Cure) string) string {
	var b strings.Builder
	b.WriteString(shorten(e.File, 500))
	if e.File == "" {
		b.WriteString("input")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ": column %d", e.Column)
		if e.Name != "" {
			fmt.Fprintf(&b, " (%s)", quote(e.Name))
		}
	}
	fmt.Fprintf(&b, ": %s", shorten(e.Err.Error(), 2000))
	if remedy := e.Remedy.Spell(option); remedy != "" {
		fmt.Fprintf(&b, " (%s)", shorten(remedy, 500))
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// OptionError reports an option that cannot be used.
type OptionError struct {
	Option string
	Got    string
	Want   string
	Err    error // of a column that it names, in place of Got and Want
}

func badOption(option, got, want string) *OptionError {
	return &OptionError{Option: option, Got: got, Want: want}
}

func (e *OptionError) Unwrap() error { return e.Err }

func (e *OptionError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("table.%s: %s", e.Option, shorten(e.Err.Error(), 2000))
	}
	return fmt.Sprintf("table.%s: got %s, want %s", e.Option, shorten(e.Got, 500), e.Want)
}

// shorten cuts s to at most n bytes of whole characters.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}

// quote quotes a cell or a name, cut to a readable length.
func quote(s string) string {
	const most = 40
	if short := shorten(s, most); short != s {
		return strconv.Quote(strings.TrimSuffix(short, "...")) + "..."
	}
	return strconv.Quote(s)
}

// excerpt quotes what stands around text[at], in its line.
func excerpt(text []byte, at int) string {
	const before, behind = 20, 40
	from, to := at, at
	for from > 0 && at-from < before && !isLineEnd(text[from-1]) {
		from--
	}
	for to < len(text) && to-at < behind && !isLineEnd(text[to]) {
		to++
	}
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	for to > at && to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	return strconv.Quote(string(text[from:to]))
}

// plural counts things: "1 cell", "2 cells".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// bytesText writes a number of bytes: "64 MiB".
func bytesText(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	u := 0
	for n >= 1024 && n%1024 == 0 && u < len(units)-1 {
		n /= 1024
		u++
	}
	return strconv.FormatInt(n, 10) + " " + units[u]
}
