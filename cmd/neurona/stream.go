package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// stream is standard output or standard error. What is written to a terminal, and
// to standard error wherever that leads, may have come out of a file, and so control
// characters are written as escapes: none of them moves a cursor or rings a bell.
// To files and pipes, standard output takes bytes as they are.
type stream struct {
	terminal
	mu      sync.Mutex // what reads data may still have something to say when it is left alone
	name    string     // "standard output"
	w       io.Writer
	escapes bool
	rest    []byte // the beginning of a character whose end has not been written yet

	keepsOn bool  // when it cannot be written to any more, what is written is lost
	lost    error // why something was
}

func newStandardOutput(w io.Writer) *stream {
	t := lookAt(w)
	return &stream{terminal: t, name: "standard output", w: w, escapes: t.interactive}
}

func newStandardError(w io.Writer) *stream {
	return &stream{terminal: lookAt(w), name: "standard error", w: w, escapes: true}
}

// Write writes text.
func (s *stream) Write(text []byte) (int, error) {
	if !s.escapes {
		return s.raw().Write(text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := append(s.rest, text...)
	whole := len(all)
	for i := whole - 1; i >= max(0, whole-utf8.UTFMax); i-- {
		if utf8.RuneStart(all[i]) {
			if !utf8.FullRune(all[i:]) {
				whole = i
			}
			break
		}
	}
	s.rest = append([]byte(nil), all[whole:]...)
	if _, err := s.write([]byte(escape(string(all[:whole]), "\n\t"))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// raw takes bytes as they are, wherever they go: colours, a model.
func (s *stream) raw() io.Writer { return rawStream{s} }

type rawStream struct{ s *stream }

func (r rawStream) Write(data []byte) (int, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.s.write(data)
}

// write takes bytes as they are, for who holds the lock.
func (s *stream) write(data []byte) (int, error) {
	if s.lost != nil && s.keepsOn {
		return len(data), nil
	}
	n, err := s.w.Write(data)
	if err == nil {
		return n, nil
	}
	s.lost = &streamError{s.name, err}
	if s.keepsOn {
		return len(data), nil
	}
	return n, s.lost
}

// file is the file that the stream is, if it is one.
func (s *stream) file() *os.File {
	f, _ := s.w.(*os.File)
	return f
}

// streamError says that a stream could not be written to.
type streamError struct {
	name string
	err  error
}

func (e *streamError) Error() string { return fmt.Sprintf("%s: %v", e.name, bare(e.err)) }
func (e *streamError) Unwrap() error { return e.err }

// field is a text of a file as it stands in a line for people, which it does not end, and in a column
// of a table: what would break these is written as escapes, and on a terminal all that escape does.
func (t terminal) field(text string) string {
	if !t.interactive {
		return breaks.Replace(text)
	}
	return escape(text, "")
}

// name is the name of a class or a column of a file, as it stands among others in what people read.
func (t terminal) name(text string) string { return t.field(cut(text, nameWidth)) }

// breaks writes as escapes what ends a line or a column.
var breaks = strings.NewReplacer("\n", `\u000a`, "\r", `\u000d`, "\t", `\u0009`, "\v", `\u000b`, "\f", `\u000c`, "\u0085", `\u0085`, "\u2028", `\u2028`, "\u2029", `\u2029`)

// escape writes all that controls a terminal as escapes, but for the characters to
// keep: control characters, those that turn the direction of text, line separators,
// and bytes that are no UTF-8, which old terminals take for control characters. In
// JSON, where bytes are UTF-8, the text means the same.
func escape(text, keep string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsOneOf([]*unicode.RangeTable{unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp}, r) && !strings.ContainsRune(keep, r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
