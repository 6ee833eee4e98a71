package page

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/internal/plain"
)

// Terminal says how a document becomes lines for a terminal.
type Terminal struct {
	Labels  Labels
	Width   int  // no line is wider, but less than 40 is 40, and more than 120 is 120; 0 is 80
	Unicode bool // or ASCII alone: letters lose their accents
	Colours bool // bold, italic and colours by escape sequences, of which there is none without

	// Figure draws a figure in lines that are at most so wide. It knows by itself whether
	// it may use Unicode and colours. It may be nil if the document shows none.
	Figure func(name string, width int) (string, error)

	// Link is what stands in brackets behind the text of a link: nothing if it returns
	// "". If it is nil, addresses of the web stand there.
	Link func(destination string) string

	// Answers shows them; else there is no trace of them.
	Answers bool
}

const (
	narrowest = 40 // for lists in lists in callouts
	widest    = 80 // that lines of text are: longer ones are hard to read
	widestAll = 120
)

// WriteText writes a document for a terminal. Text is at most 80 columns wide; tables
// and figures may use what Width allows, up to 120. If there is an error, an
// [*Error] where a line of the text is its cause, nothing is written.
func (d *Document) WriteText(w io.Writer, how Terminal) error {
	if how.Width == 0 {
		how.Width = widest
	}
	how.Width = min(max(how.Width, narrowest), widestAll)
	t := textWriter{how: how}
	lines, err := t.blocks(d.blocks, how.Width, false)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l.text, " "))
		b.WriteByte('\n')
	}
	_, err = b.WriteTo(w)
	return err
}

type textWriter struct{ how Terminal }

// text is a text of the document as the terminal can show it: what would move its
// cursor, or turn its letters round, is spelt out.
func (t *textWriter) text(text string) string {
	text = escapedControls(text)
	if !t.how.Unicode {
		text = plain.ASCII(text)
	}
	return text
}

func escapedControls(text string) string {
	harmful := func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
	}
	if !strings.ContainsFunc(text, harmful) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !harmful(r):
			b.WriteRune(r)
		case r == '\t':
			b.WriteByte(' ')
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func (t *textWriter) pick(unicode, ascii string) string {
	if t.how.Unicode {
		return unicode
	}
	return ascii
}

// blocks writes blocks under each other, with blank lines between them unless they
// are the items of a tight list.
func (t *textWriter) blocks(blocks []block, width int, tight bool) ([]line, error) {
	var all []line
	for _, b := range blocks {
		if c, ok := b.(callout); ok && c.kind == answer && !t.how.Answers {
			continue
		}
		lines, err := t.block(b, width)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && !tight {
			all = append(all, line{})
			if h, ok := b.(heading); ok && h.level == 2 {
				all = append(all, line{})
			}
		}
		all = append(all, lines...)
	}
	return all, nil
}

// indentation is what displayed formulas and code have before them.
const indentation = "    "

func (t *textWriter) block(b block, width int) ([]line, error) {
	text := min(width, widest)
	switch b := b.(type) {
	case heading:
		return t.heading(b, text), nil
	case paragraph:
		return t.wrap(t.spans(b.text, 0), text), nil
	case list:
		return t.list(b, width)
	case table:
		return t.table(b, width), nil
	case codeBlock:
		return indented(t.code(b, width-len(indentation)), indentation), nil
	case formulaBlock:
		var lines []line
		for _, l := range b.formula.Lines(t.how.Unicode, text-len(indentation)) {
			l = t.text(l)
			lines = append(lines, line{l, uniseg.StringWidth(l)})
		}
		return indented(lines, indentation), nil
	case figure:
		return t.figure(b, width)
	case quote:
		bar := t.pick("▏ ", "> ")
		lines, err := t.blocks(b.blocks, text-uniseg.StringWidth(bar), false)
		return indented(lines, bar), err
	case rule:
		return []line{{strings.Repeat(t.pick("─", "-"), text/2), text / 2}}, nil
	case callout:
		return t.callout(b, width)
	}
	return nil, nil
}

// indented puts a prefix before every line.
func indented(lines []line, prefix string) []line {
	for i, l := range lines {
		lines[i] = l.prefixed(prefix)
	}
	return lines
}

func (t *textWriter) heading(h heading, width int) []line {
	lines := t.wrap(t.spans(h.text, boldText), width)
	under := map[int]string{1: t.pick("═", "="), 2: t.pick("─", "-")}[h.level]
	if under == "" {
		return lines
	}
	longest := 0
	for _, l := range lines {
		longest = max(longest, l.width)
	}
	return append(lines, line{strings.Repeat(under, longest), longest})
}

func (t *textWriter) list(l list, width int) ([]line, error) {
	var all []line
	number := func(i int) string { return fmt.Sprintf("%d. ", l.start+i) }
	wide := len("- ")
	if l.ordered {
		wide = len(number(len(l.items) - 1))
	}
	for i, item := range l.items {
		lines, err := t.blocks(item, width-wide, l.tight)
		if err != nil {
			return nil, err
		}
		first := t.pick("• ", "- ")
		if l.ordered {
			first = fmt.Sprintf("%*s", wide, number(i))
		}
		if i > 0 && !l.tight {
			all = append(all, line{})
		}
		if len(lines) == 0 { // all of it is hidden
			lines = []line{{}}
		}
		for j, l := range lines {
			prefix := first
			if j > 0 {
				prefix = strings.Repeat(" ", wide)
			}
			all = append(all, l.prefixed(prefix))
		}
	}
	return all, nil
}

// code writes code as it is. What is too long goes on in the next line, behind a sign.
func (t *textWriter) code(c codeBlock, width int) []line {
	var lines []line
	style := textStyle(0)
	if c.language != "" {
		style = codeText
	}
	for text := range strings.Lines(c.text) {
		text = t.text(strings.ReplaceAll(strings.TrimRight(text, "\r\n"), "\t", "    "))
		mark := ""
		for {
			first := fitting(text, width-uniseg.StringWidth(mark))
			shown := mark + t.styled([]wordPiece{{first, style}})
			lines = append(lines, line{shown, uniseg.StringWidth(mark) + uniseg.StringWidth(first)})
			if text = text[len(first):]; text == "" {
				break
			}
			mark = t.pick("↪ ", "> ")
		}
	}
	return lines
}

func (t *textWriter) figure(f figure, width int) ([]line, error) {
	if t.how.Figure == nil {
		return nil, &Error{f.line, names.Unknown("figure", f.name, nil)}
	}
	drawn, err := t.how.Figure(f.name, width)
	if err != nil {
		return nil, &Error{f.line, fmt.Errorf("figure %q: %w", f.name, err)}
	}
	var lines []line
	for text := range strings.Lines(strings.TrimRight(drawn, " \n")) {
		l := t.drawn(strings.TrimRight(text, "\r\n"))
		if l.width > width {
			return nil, &Error{f.line, fmt.Errorf("figure %q: a line is %d columns wide, want at most %d", f.name, l.width, width)}
		}
		lines = append(lines, l)
	}
	label := fmt.Sprintf("%s %d.", t.text(t.how.Labels.Figure), f.number)
	caption := append([]span{{label, boldText, true}, {text: " "}}, t.spans(f.caption, 0)...)
	return append(append(lines, line{}), t.wrap(caption, min(width, widest))...), nil
}

// drawn is a line of a figure. With colours it may have codes of colours, and nothing
// else that a terminal obeys.
func (t *textWriter) drawn(text string) line {
	var all line
	for text != "" {
		if code := colourCode(text); code != "" && t.how.Colours {
			all.text += code
			text = text[len(code):]
			continue
		}
		end := 1 + strings.IndexByte(text[1:], '\x1b')
		if end == 0 {
			end = len(text)
		}
		part := escapedControls(text[:end])
		all.text += part
		all.width += uniseg.StringWidth(part)
		text = text[end:]
	}
	return all
}

// colourCode is the code of colour that a text begins with, or nothing.
func colourCode(text string) string {
	rest, ok := strings.CutPrefix(text, "\x1b[")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, "0123456789;")
	if !strings.HasPrefix(rest, "m") {
		return ""
	}
	return text[:len(text)-len(rest)+1]
}

func (t *textWriter) callout(c callout, width int) ([]line, error) {
	bar := t.pick("│", "|")
	lines, err := t.blocks(c.blocks, width-2, false)
	if err != nil {
		return nil, err
	}
	title := t.wrap([]span{{text: t.text(c.heading(t.how.Labels)), style: boldText}}, width-2)
	lines = append(append(title, line{}), lines...)
	if t.how.Colours {
		bar = map[calloutKind]string{predict: "\x1b[35m", exercise: "\x1b[34m", answer: "\x1b[32m", teacher: "\x1b[33m", note: "\x1b[2m"}[c.kind] + bar + "\x1b[0m"
	}
	for i, l := range lines {
		lines[i] = line{bar + " " + l.text, l.width + 2}
	}
	return lines, nil
}
