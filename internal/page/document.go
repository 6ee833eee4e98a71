package page

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// A Document is a text that was understood.
type Document struct {
	blocks   []block
	headings []headline
	figures  []string
	answers  int
}

// A headline is a heading as others speak of it, the first one too.
type headline struct {
	level int    // 1 is the title of all
	text  string // without its markup
	id    string // of the element in the page
}

// Parse reads a text. An error is of type [Errors].
func Parse(source []byte) (*Document, error) {
	if !utf8.Valid(source) {
		at := 0
		for rest := source; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				break
			}
			at, rest = at+size, rest[size:]
		}
		return nil, Errors{{Line: 1 + bytes.Count(source[:at], []byte{'\n'}), Err: fmt.Errorf("byte 0x%02x is not UTF-8", source[at])}}
	}
	r := newReader(source)
	blocks := r.document()
	if err := r.errors.sorted(); err != nil {
		return nil, err
	}
	return &Document{blocks: blocks, headings: r.headings, figures: r.figures, answers: r.answers}, nil
}

// Title is the first heading.
func (d *Document) Title() string { return d.headings[0].text }

// Figures are the names of the figures that are shown, in their order.
func (d *Document) Figures() []string { return d.figures }

// Answers is how many answers the document has, which are shown if asked for.
func (d *Document) Answers() int { return d.answers }
