package formula

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Text is the formula on one line, of any length: as people write it with a
// keyboard that has Unicode, or ASCII alone. Fractions, scripts and roots get
// brackets where their parts would be read wrongly without.
func (f *Formula) Text(unicode bool) string {
	w := textWriter{unicode: unicode}
	return strings.TrimSpace(w.row(f.tree, false).text())
}

// textWriter writes parts as text.
type textWriter struct {
	unicode bool
	display bool // tables have several lines
	compact bool // no spaces around operators, as in scripts
}

func (w textWriter) pick(unicode, ascii string) string {
	if w.unicode {
		return unicode
	}
	return ascii
}

// inline is a part on one line.
func (w textWriter) inline(n node) string {
	w.display = false
	return w.part(n).text()
}

// row writes parts beside each other, with the spaces between them.
func (w textWriter) row(r row, continues bool) block {
	return w.joined(w.pieces(r, continues))
}

// joined puts pieces beside each other.
func (w textWriter) joined(pieces []piece) block {
	var all []block
	for i, p := range pieces {
		if i > 0 {
			all = append(all, lineOf(strings.Repeat(" ", w.gap(pieces[i-1], p))))
		}
		all = append(all, p.block)
	}
	return beside(all...)
}

// A piece is a part of a row, written.
type piece struct {
	block
	stands class
	part   node
}

// pieces writes the parts of a row. A fraction gets brackets where it is
// multiplied or a function is applied to it, since 1/2 x may be read as 1/(2x).
func (w textWriter) pieces(r row, continues bool) []piece {
	list := standings(r, continues)
	pieces := make([]piece, len(r))
	for i, part := range r {
		b := w.part(part)
		if isFraction(part) && (i > 0 && multiplies(list[i-1], true) || i+1 < len(r) && multiplies(list[i+1], false)) {
			b = bracketed(b)
		}
		pieces[i] = piece{b, list[i], part}
	}
	return pieces
}

// multiplies reports whether a part beside a fraction makes a product with it.
func multiplies(c class, before bool) bool {
	switch c {
	case ordinary, prefix:
		return true
	case closing, function, bound:
		return before || c != closing
	case opening, large:
		return !before
	}
	return false
}

func isTable(n node) bool {
	_, ok := n.(table)
	return ok
}

func bracketed(b block) block { return beside(lineOf("("), b, lineOf(")")) }

// gap is how many spaces stand between two pieces.
func (w textWriter) gap(left, right piece) int {
	l, r := left.stands, right.stands
	lText, rText := left.lines[left.base], right.lines[right.base]
	wide := 1
	if w.compact {
		wide = 0
	}
	switch {
	case strings.HasSuffix(lText, " ") || strings.HasPrefix(rText, " ") || l == space || r == space || l == wideSpace || r == wideSpace:
		return 0
	case l == binary || r == binary || l == relation || r == relation:
		if w.compact && (endsInWord(lText) && startsInWord(rText)) { // not "iinS"
			return 1
		}
		return wide
	case l == punctuation:
		return wide
	case l == sign || l == opening || r == closing || r == punctuation:
		return 0
	case r == opening:
		if l == large {
			return 1
		}
		return 0
	case l == large || r == large || l == function || l == bound:
		return 1
	case r == function || r == bound:
		return 1
	case l == prefix:
		if letters(lText) > 1 || !w.unicode && len(lText) > 1 {
			return 1
		}
		return 0
	case l == mark || r == mark:
		return 0
	case isTable(left.part) || isTable(right.part) || l == closing && startsInWord(rText):
		return 1
	}
	return w.product(lText, rText)
}

// product is how many spaces stand between two factors: those that keep names
// apart.
func (w textWriter) product(left, right string) int {
	switch {
	case strings.HasSuffix(left, ")") && startsInWord(right), endsInWord(left) && strings.HasPrefix(right, "("):
		return 1
	case !endsInWord(left) || !startsInWord(right):
		return 0
	case isNumber(left):
		if isNumber(right) || letters(right) > 1 || !w.unicode && len(right) > 1 {
			return 1
		}
		return 0
	case w.unicode:
		if letters(left) > 1 || letters(right) > 1 || isNumber(right) {
			return 1
		}
		return 0
	case len(left) == 1 && len(right) == 1 && !isNumber(right):
		return 0
	}
	return 1
}

func isNumber(text string) bool { return text != "" && isDigit(text[0]) }

// letters counts the letters that a text begins with.
func letters(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.In(r, unicode.Lu, unicode.Ll) {
			break
		}
		n++
	}
	return n
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

func startsInWord(text string) bool {
	for _, r := range text {
		return isWordRune(r) || r == '√'
	}
	return false
}

func endsInWord(text string) bool {
	last := rune(0)
	for _, r := range text {
		last = r
	}
	return isWordRune(last)
}

// part writes a part.
func (w textWriter) part(n node) block {
	switch n := n.(type) {
	case row:
		return w.row(n, false)
	case grouped:
		return w.row(n.of, false)
	case *symbol:
		if w.compact && n.class == wideSpace {
			return lineOf(" ")
		}
		return lineOf(w.pick(n.unicode, n.ascii))
	case letter:
		return lineOf(n.name)
	case number:
		return lineOf(n.digits)
	case word:
		return lineOf(n.text)
	case fraction:
		return lineOf(w.over(n))
	case root:
		of := w.inline(n.of)
		if !w.unicode {
			return lineOf("sqrt(" + of + ")")
		}
		if w.level(n.of) > atom {
			of = "(" + of + ")"
		}
		return lineOf("√" + of)
	case accented:
		return lineOf(w.accented(n))
	case script:
		return w.script(n)
	case fenced:
		of := w.part(n.of)
		return beside(w.fence(n.left, len(of.lines)), centred(of), w.fence(n.right, len(of.lines)))
	case table:
		return w.table(n)
	}
	return lineOf("")
}

// centred is a block whose base is its middle, where brackets have theirs.
func centred(b block) block {
	b.base = (len(b.lines) - 1) / 2
	return b
}

func (w textWriter) fence(s *symbol, lines int) block {
	return tall(w.pick(s.unicode, s.ascii), lines, w.unicode)
}

// over is a fraction on a line: its parts in brackets unless / binds less than
// what is in them.
func (w textWriter) over(f fraction) string {
	numerator, denominator := w.inline(f.above), w.inline(f.below)
	if w.level(f.above) > product {
		numerator = "(" + numerator + ")"
	}
	if w.level(f.below) > atom {
		denominator = "(" + denominator + ")"
	}
	return numerator + "/" + denominator
}

// accented is a letter with its accent: composed, or spelt out.
func (w textWriter) accented(a accented) string {
	if s, ok := a.of.(script); ok { // the accent belongs to the letter
		return w.script(script{accented{a.mark, s.base}, s.sub, s.sup}).text()
	}
	of := w.inline(a.of)
	switch {
	case uniseg.GraphemeClusterCount(of) != 1:
		return a.mark.name + "(" + of + ")"
	case w.unicode:
		return norm.NFC.String(of + a.mark.combining)
	}
	return of + "_" + a.mark.name
}

// script writes scripts in small letters where there are such, and after _ and ^
// where not.
func (w textWriter) script(s script) block {
	base := w.part(s.base)
	if w.needsBrackets(s.base) {
		base = bracketed(base)
	}
	single := base.single()
	name := strings.TrimSpace(base.lines[0])
	w.compact, w.display = true, false
	var sub, sup string
	if s.sub != nil {
		sub = w.below(w.inline(s.sub), single && len(name) == 1 && letters(name) == 1)
	}
	if s.sup != nil {
		sup = w.above(s.sup)
	}
	if single {
		return lineOf(base.text() + sub + sup)
	}
	return base.corner(sup, false).corner(sub, true)
}

// below is a subscript. In ASCII the number of a letter follows it: w1.
func (w textWriter) below(text string, ofLetter bool) string {
	if mapped, ok := small(text, plainBelow, below); ok && w.unicode && letters(text) < 3 { // a word is read better in its own letters
		return mapped
	}
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case !w.unicode && ofLetter && digits:
		return text
	}
	return "_" + held(text)
}

// above is a superscript. Primes come first.
func (w textWriter) above(n node) string {
	parts, _ := n.(row)
	if parts == nil {
		parts = row{n}
	}
	primes := ""
	prime := shared().commands["prime"]
	for len(parts) > 0 && parts[0] == node(prime) {
		primes += w.pick(prime.unicode, prime.ascii)
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return primes
	}
	text := w.inline(parts)
	if mapped, ok := small(text, plainAbove, above); ok && w.unicode {
		return primes + mapped
	}
	return primes + "^" + held(text)
}
