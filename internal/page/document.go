package page

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// A Document is a text that was understood.
type Document struct {
	blocks   []block
	headings []Heading
	figures  []string
	links    []string
	answers  int
}

// A Heading is a heading of a document, the title too.
type Heading struct {
	Level int    // 1 is the title
	Text  string // without its markup
	ID    string // of the element in the page
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
	return &Document{blocks: blocks, headings: r.headings, figures: r.figures, links: r.links, answers: r.answers}, nil
}

// Title is the first heading.
func (d *Document) Title() string { return d.headings[0].Text }

// Headings are all headings, in their order, but those of callouts.
func (d *Document) Headings() []Heading { return d.headings }

// Figures are the names of the figures that are shown, in their order.
func (d *Document) Figures() []string { return d.figures }

// Links are the destinations of all links, in their order, as the text has them.
func (d *Document) Links() []string { return d.links }

// Answers is how many answers the document has, which are shown if asked for.
func (d *Document) Answers() int { return d.answers }
