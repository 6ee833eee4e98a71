package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/internal/formula"
	"github.com/neurona-ml/neurona/internal/plain"
)

// inlines writes the parts of a text that begins a line of its own.
func (h *htmlWriter) inlines(text []inline) error {
	h.before = ' '
	return h.parts(text)
}

func (h *htmlWriter) parts(text []inline) error {
	taken := "" // of the words that come, written already
	for i, part := range text {
		switch part := part.(type) {
		case words:
			h.words(strings.TrimPrefix(part.text, taken))
			taken = ""
		case code:
			h.printf("<code>%s</code>", plain.XML(part.text))
			h.before = something
		case inlineFormula:
			if i+1 < len(text) {
				taken = stuck(text[i+1])
			}
			h.inlineFormula(part.formula, taken)
		case lineBreak:
			h.printf("<br/>\n")
			h.before = ' '
		case emphasis:
			name := "em"
			if part.strong {
				name = "strong"
			}
			h.printf("<%s>", name)
			if err := h.parts(part.text); err != nil {
				return err
			}
			h.printf("</%s>", name)
		case link:
			href, err := part.href(h.how.Link)
			if err != nil {
				return err
			}
			if href != "" {
				h.printf(`<a href="%s">`, plain.XML(href))
			}
			if err := h.parts(part.text); err != nil {
				return err
			}
			if href != "" {
				h.printf("</a>")
			}
		}
	}
	return nil
}

// stuck is what stands right behind a formula: a comma, which must not begin a line.
func stuck(next inline) string {
	w, ok := next.(words)
	if !ok {
		return ""
	}
	if end := strings.IndexFunc(w.text, unicode.IsSpace); end >= 0 {
		return w.text[:end]
	}
	return w.text
}

// longestStuck is how long that may be: browsers break before it elsewhere.
const longestStuck = 12

// inlineFormula writes a formula with what must stay with it. A wide one may
// scroll: nothing breaks formulas into lines.
func (h *htmlWriter) inlineFormula(f *formula.Formula, behind string) {
	kept := behind != "" && len(behind) <= longestStuck
	if kept {
		h.printf(`<span class="kept">`)
	}
	if f.Columns() > narrowFormula {
		h.printf(`<span class="wide" role="group" tabindex="0" aria-label="%s">%s</span>`, plain.XML(h.how.Labels.Formula), f.MathML(false))
	} else {
		h.printf("%s", f.MathML(false))
	}
	h.before = something
	h.words(behind)
	if kept {
		h.printf("</span>")
	}
}

// something stands for a part that is no words, to the words behind it.
const something = 'x'

// words writes words. A hyphen before a number that nothing stands before is a minus
// sign: as wide as digits are, and read as what it is.
func (h *htmlWriter) words(text string) {
	var b strings.Builder
	for i, r := range text {
		if r == '-' && !unicode.IsLetter(h.before) && !unicode.IsDigit(h.before) && h.before != '-' {
			if next, _ := utf8.DecodeRuneInString(text[i+1:]); unicode.IsDigit(next) {
				r = '−'
			}
		}
		b.WriteRune(r)
		h.before = r
	}
	h.printf("%s", plain.XML(b.String()))
}

// href is where a link leads, which is an address whoever says so: anything else might
// be a program. It is empty if the link leads nowhere.
func (l link) href(resolve func(string) (string, error)) (string, error) {
	href := l.destination
	if resolve != nil {
		var err error
		if href, err = resolve(l.destination); err != nil {
			return "", &Error{l.line, err}
		}
		if href == "" {
			return "", nil
		}
	}
	if !isAddress(href) {
		return "", &Error{l.line, fmt.Errorf("the link %q is no address", href)}
	}
	return href, nil
}
