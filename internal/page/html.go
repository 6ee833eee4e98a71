package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/internal/plain"
)

// HTML says how a document becomes HTML. What is written is XML too.
type HTML struct {
	Labels Labels

	// Figure draws a figure, as an svg element that carries its text alternative, whose
	// identifiers begin with "figure-", the name and a hyphen. It may be nil if the
	// document shows none.
	Figure func(name string) (svg string, err error)

	// Link is where a link of the text leads: an address goes into href, and if it is empty,
	// there is no link. If Link is nil, destinations stay as they are. What is no address, but
	// relative or of http, https or mailto, is an error.
	Link func(destination string) (href string, err error)

	// Answers opens them; else the reader does. On paper are those that are open.
	Answers bool
}

type htmlWriter struct {
	bytes.Buffer
	how    HTML
	before rune            // the words that come
	tight  bool            // paragraphs are items of a list without blank lines
	drawn  map[string]bool // identifiers of figures and of what is in them
}

func (h *htmlWriter) printf(format string, args ...any) { fmt.Fprintf(h, format, args...) }

func (h *htmlWriter) blocks(blocks []block) error {
	for _, b := range blocks {
		if err := h.block(b); err != nil {
			return err
		}
	}
	return nil
}

func (h *htmlWriter) block(b block) error {
	switch b := b.(type) {
	case heading:
		h.printf(`<h%d id="%s">`, b.level, b.id)
		err := h.inlines(b.text)
		h.printf("</h%d>\n", b.level)
		return err
	case paragraph:
		if h.tight {
			return h.inlines(b.text)
		}
		return h.element("p", b.text)
	case list:
		return h.list(b)
	case table:
		return h.table(b)
	case codeBlock:
		h.code(b)
	case formulaBlock:
		h.formula(b)
	case figure:
		return h.figure(b)
	case quote:
		h.printf("<blockquote>\n")
		err := h.loose(b.blocks)
		h.printf("</blockquote>\n")
		return err
	case rule:
		h.printf("<hr/>\n")
	case callout:
		return h.callout(b)
	}
	return nil
}

// loose writes blocks that are no items of a tight list.
func (h *htmlWriter) loose(blocks []block) error {
	before := h.tight
	h.tight = false
	defer func() { h.tight = before }()
	return h.blocks(blocks)
}

func (h *htmlWriter) element(name string, text []inline) error {
	h.printf("<%s>", name)
	err := h.inlines(text)
	h.printf("</%s>\n", name)
	return err
}

func (h *htmlWriter) list(l list) error {
	name, start := "ul", ""
	if l.ordered {
		name = "ol"
		if l.start != 1 {
			start = fmt.Sprintf(` start="%d"`, l.start)
		}
	}
	before := h.tight
	defer func() { h.tight = before }()
	h.tight = l.tight
	h.printf("<%s%s>\n", name, start)
	for _, item := range l.items {
		h.printf("<li>")
		if err := h.blocks(item); err != nil {
			return err
		}
		h.printf("</li>\n")
	}
	h.printf("</%s>\n", name)
	return nil
}

// scrolling begins an element that scrolls within itself if it is too wide, which
// the keyboard must reach, and so it has a name.
func (h *htmlWriter) scrolling(class, label string) {
	h.printf(`<div class="%s" role="group" tabindex="0" aria-label="%s">`, class, plain.XML(label))
}

func (h *htmlWriter) table(t table) error {
	h.scrolling("scroll", h.how.Labels.Table)
	h.printf("<table>\n<thead><tr>")
	long := t.longColumns()
	row := func(name string, cells []cell) error {
		for i, c := range cells {
			class := ""
			switch {
			case t.sides[i] == atCentre:
				class = ` class="centre"`
			case t.sides[i] == atRight:
				class = ` class="right"`
			case long[i]:
				class = ` class="long"`
			}
			element := name
			if name == "th" && plainText(c) == "" {
				element = "td" // a corner heads nothing
			} else if name == "th" {
				class += ` scope="col"`
			}
			h.printf("<%s%s>", element, class)
			if err := h.inlines(c); err != nil {
				return err
			}
			h.printf("</%s>", element)
		}
		return nil
	}
	if err := row("th", t.head); err != nil {
		return err
	}
	h.printf("</tr></thead>\n<tbody>\n")
	for _, cells := range t.rows {
		h.printf("<tr>")
		if err := row("td", cells); err != nil {
			return err
		}
		h.printf("</tr>\n")
	}
	h.printf("</tbody>\n</table></div>\n")
	return nil
}

// longColumns says which columns have sentences in them, which are not to become towers
// of words where there is little room.
func (t table) longColumns() []bool {
	const sentence = 20
	long := make([]bool, len(t.sides))
	for _, cells := range append([][]cell{t.head}, t.rows...) {
		for i, c := range cells {
			long[i] = long[i] || uniseg.StringWidth(plainText(c)) > sentence
		}
	}
	return long
}

func (h *htmlWriter) code(c codeBlock) {
	if c.language == "" {
		h.scrolling("scroll output", h.how.Labels.Output)
		h.printf("<pre><samp>%s</samp></pre></div>\n", plain.XML(c.text))
		return
	}
	h.scrolling("scroll code", h.how.Labels.Code)
	h.printf(`<pre><code class="language-%s">%s</code></pre></div>`+"\n", c.language, plain.XML(c.text))
}

// narrowFormula is how many columns a formula may have that fits in a callout of a
// telephone whose screen is 320 pixels wide. Others may scroll.
const narrowFormula = 20

func (h *htmlWriter) formula(f formulaBlock) {
	if f.formula.Columns() <= narrowFormula {
		h.printf(`<div class="formula">`)
	} else {
		h.scrolling("formula", h.how.Labels.Formula)
	}
	h.printf("%s</div>\n", f.formula.MathML(true))
}

func (h *htmlWriter) figure(f figure) error {
	fail := func(err error) error { return &Error{f.line, fmt.Errorf("figure %q: %w", f.name, err)} }
	if h.how.Figure == nil {
		return &Error{f.line, names.Unknown("figure", f.name, nil)}
	}
	svg, err := h.how.Figure(f.name)
	if err != nil {
		return fail(err)
	}
	svg, ids, err := element(svg)
	if err != nil {
		return fail(err)
	}
	id := figureID + f.name
	for _, own := range append(ids, id) {
		if h.drawn[own] {
			return fail(fmt.Errorf("the id %q is there already", own))
		}
		if own != id && !strings.HasPrefix(own, id+"-") {
			return fail(fmt.Errorf("its SVG has the id %q, want all to begin with %q", own, id+"-"))
		}
		h.drawn[own] = true
	}
	h.printf("<figure id=\"%s\">\n%s\n<figcaption><b>%s %d.</b> ", id, svg, plain.XML(h.how.Labels.Figure), f.number)
	err = h.inlines(f.caption)
	h.printf("</figcaption>\n</figure>\n")
	return err
}

// element is the svg element of a file, without what stands before and after it, and
// its identifiers. It must be well-formed and the only one, or the page would be broken.
func element(file string) (svg string, ids []string, err error) {
	start, end, depth, beside := -1, -1, 0, false
	d := xml.NewDecoder(strings.NewReader(file))
	for {
		at := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", nil, fmt.Errorf("its SVG is not well-formed: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				if name := file[at+1:][:strings.IndexAny(file[at+1:], " \t\r\n/>")]; start >= 0 || name != "svg" {
					return "", nil, fmt.Errorf("it has an element %s, want one svg element alone", name)
				}
				start = at
			}
			depth++
			for _, a := range token.Attr {
				if a.Name.Local == "id" {
					ids = append(ids, a.Value)
				}
			}
		case xml.EndElement:
			if depth--; depth == 0 {
				end = int(d.InputOffset())
			}
		case xml.CharData:
			beside = beside || depth == 0 && strings.TrimSpace(string(token)) != ""
		}
	}
	if start < 0 {
		return "", nil, errors.New("it has no svg element")
	}
	if beside {
		return "", nil, errors.New("text stands beside its svg element")
	}
	return file[start:end], ids, nil
}

func (h *htmlWriter) callout(c callout) error {
	element := "aside"
	if c.kind == predict || c.kind == exercise {
		element = "section"
	}
	title := fmt.Sprintf(`<h%d id="%s">%s<span>%s</span></h%[1]d>`, c.level, c.id, icon(c.kind), plain.XML(c.heading(h.how.Labels)))
	h.printf(`<%s class="callout %s" aria-labelledby="%s">`, element, c.kind, c.id)
	if c.kind == answer {
		open := ""
		if h.how.Answers {
			open = ` open="open"`
		}
		h.printf("<details%s>\n<summary>%s</summary>\n", open, title)
	} else {
		h.printf("%s\n", title)
	}
	if err := h.loose(c.blocks); err != nil {
		return err
	}
	if c.kind == answer {
		h.printf("</details>")
	}
	h.printf("</%s>\n", element)
	return nil
}

// heading is what the page calls a callout.
func (c callout) heading(labels Labels) string {
	title := map[calloutKind]string{predict: labels.Predict, exercise: labels.Exercise, answer: labels.Answer, teacher: labels.Teacher, note: labels.Note}[c.kind]
	if c.number > 0 {
		title += fmt.Sprintf(" %d", c.number)
	}
	return title
}

// icon is a small drawing that tells kinds of callouts apart at a glance; who does
// not see it has the heading.
func icon(kind calloutKind) string {
	const ring = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z"
	path := map[calloutKind]string{
		predict:  ring + "M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6v.1",
		exercise: "M2.5 13.5l.8-3.3L10.8 2.700l2.500 2.500L5.800 12.700zM9.300 4.200l2.500 2.500",
		answer:   ring + "M5 8.3l2.200 2.200L11 6",
		teacher:  "M1.500 2.500h13v8h-13zM8 10.500v3M5 14.500l3-2l3 2M4.500 5.500h7M4.500 7.500h4",
		note:     ring + "M8 7.300v4M8 4.700v.1",
	}[kind]
	return `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="` + path + `"/></svg>`
}
