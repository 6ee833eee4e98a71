package formula

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// MathML is the formula as a math element of presentation MathML: a displayed one
// is a block. Its alttext is the formula as Unicode text.
func (f *Formula) MathML(display bool) string {
	var w mathML
	w.WriteString(`<math xmlns="http://www.w3.org/1998/Math/MathML"`)
	if display {
		w.WriteString(` display="block"`)
	}
	w.WriteString(` alttext="`)
	w.escape(f.Text(true))
	w.WriteString(`">`)
	w.single(f.tree)
	w.WriteString("</math>")
	return w.String()
}

type mathML struct{ strings.Builder }

func (w *mathML) escape(text string) {
	_ = xml.EscapeText(w, []byte(text)) // a Builder returns no error
}

// element writes an element of text. Attributes are written as they come.
func (w *mathML) element(name, attributes, text string) {
	w.WriteByte('<')
	w.WriteString(name)
	if attributes != "" {
		w.WriteByte(' ')
		w.WriteString(attributes)
	}
	w.WriteByte('>')
	w.escape(text)
	fmt.Fprintf(w, "</%s>", name)
}

// around writes an element of several that are one each.
func (w *mathML) around(name string, parts ...node) {
	fmt.Fprintf(w, "<%s>", name)
	for _, part := range parts {
		w.single(part)
	}
	fmt.Fprintf(w, "</%s>", name)
}

// single writes a part as one element.
func (w *mathML) single(n node) {
	switch n := n.(type) {
	case row:
		if len(n) == 1 {
			w.single(n[0])
			return
		}
		w.WriteString("<mrow>")
		w.row(n, false)
		w.WriteString("</mrow>")
	case grouped:
		w.single(n.of)
	default:
		w.part(n, classOf(n))
	}
}

// row writes parts beside each other.
func (w *mathML) row(r row, continues bool) {
	list := standings(r, continues)
	for i, part := range r {
		w.part(part, list[i])
		if (list[i] == function || list[i] == bound) && i+1 < len(r) {
			switch list[i+1] {
			case opening:
				w.element("mo", "", "\u2061") // function application
			case ordinary, prefix, function, bound, large:
				w.element("mo", "", "\u2061")
				w.WriteString(`<mspace width="0.1667em"/>`)
			}
		}
	}
}

func (w *mathML) part(n node, stands class) {
	switch n := n.(type) {
	case *symbol:
		w.symbol(n, stands)
	case letter:
		switch n.style {
		case upright:
			w.element("mi", `mathvariant="normal"`, n.name)
		case bold:
			w.element("mi", `mathvariant="normal"`, strings.Map(boldLetter, n.name))
		default:
			w.element("mi", "", n.name)
		}
	case number:
		w.element("mn", "", n.digits)
	case word:
		w.element("mtext", "", strings.ReplaceAll(n.text, " ", "\u00a0"))
	case fraction:
		w.around("mfrac", n.above, n.below)
	case root:
		w.around("msqrt", n.of)
	case accented:
		w.WriteString(`<mover accent="true">`)
		w.single(n.of)
		w.element("mo", `stretchy="false"`, n.mark.mark)
		w.WriteString("</mover>")
	case script:
		w.script(n, stands)
	case fenced:
		w.WriteString("<mrow>")
		w.element("mo", `form="prefix" stretchy="true"`, n.left.unicode)
		w.single(n.of)
		w.element("mo", `form="postfix" stretchy="true"`, n.right.unicode)
		w.WriteString("</mrow>")
	case table:
		w.table(n)
	default:
		w.single(n)
	}
}

func (w *mathML) symbol(s *symbol, stands class) {
	text := s.unicode
	switch stands {
	case ordinary, prefix:
		switch r := []rune(text)[0]; {
		case r == '¬' || r == '∀' || r == '∃':
			w.element("mo", `form="prefix"`, text)
		case 'Α' <= r && r <= 'Ω' || r == '∇' || r == '⊤' || r == '∞': // Greek capitals are upright, as is the custom
			w.element("mi", `mathvariant="normal"`, text)
		default:
			w.element("mi", "", text)
		}
	case mark:
		w.element("mo", `lspace="0" rspace="0"`, text)
	case function:
		w.element("mi", "", text)
	case bound:
		w.element("mo", `form="prefix" movablelimits="true" lspace="0" rspace="0"`, text)
	case sign:
		w.element("mo", `form="prefix"`, minus(text))
	case binary:
		w.element("mo", `form="infix"`, minus(text))
	case relation:
		if text == "|" {
			w.element("mo", `form="infix" stretchy="false" lspace="0.2778em" rspace="0.2778em"`, text)
			return
		}
		w.element("mo", `form="infix"`, text)
	case punctuation:
		w.element("mo", `separator="true"`, text)
	case opening:
		w.element("mo", `form="prefix" stretchy="false"`, text)
	case closing, bar:
		w.element("mo", `form="postfix" stretchy="false"`, text)
	case large:
		w.element("mo", `movablelimits="true"`, text)
	case space:
		w.WriteString(`<mspace width="0.2222em"/>`)
	case wideSpace:
		fmt.Fprintf(w, `<mspace width="%dem"/>`, len(text)/3)
	}
}

// minus is the sign that mathematics has for the one on keyboards.
func minus(text string) string {
	if text == "-" {
		return "−"
	}
	return text
}

func (w *mathML) script(s script, stands class) {
	sub, sup, both := "msub", "msup", "msubsup"
	if limits(s.base) {
		sub, sup, both = "munder", "mover", "munderover"
	}
	name := both
	switch {
	case s.sup == nil:
		name = sub
	case s.sub == nil:
		name = sup
	}
	fmt.Fprintf(w, "<%s>", name)
	if base, ok := s.base.(*symbol); ok {
		w.symbol(base, stands)
	} else {
		w.single(s.base)
	}
	for _, part := range []node{s.sub, s.sup} {
		if part != nil {
			w.single(part)
		}
	}
	fmt.Fprintf(w, "</%s>", name)
}

// table writes cells. How columns are aligned is a matter of style sheets; the
// style is in the element so that a formula needs none but its own.
func (w *mathML) table(t table) {
	left, right := t.brackets()
	if left != "" {
		w.WriteString("<mrow>")
		w.element("mo", `form="prefix" stretchy="true"`, left)
	}
	if t.kind == aligned {
		w.WriteString(`<mtable displaystyle="true">`)
	} else {
		w.WriteString("<mtable>")
	}
	for _, cells := range t.cells {
		w.WriteString("<mtr>")
		for j, cell := range cells {
			w.WriteString(t.cellElement(j))
			w.row(cell, t.kind == aligned && j%2 == 1)
			w.WriteString("</mtd>")
		}
		w.WriteString("</mtr>")
	}
	w.WriteString("</mtable>")
	if right != "" {
		w.element("mo", `form="postfix" stretchy="true"`, right)
	}
	if left != "" {
		w.WriteString("</mrow>")
	}
}

func (t table) cellElement(column int) string {
	switch {
	case t.kind == aligned && column%2 == 0:
		return `<mtd style="text-align:right;padding-right:0">`
	case t.kind == aligned:
		return `<mtd style="text-align:left;padding-left:0">`
	case t.kind == cases:
		return `<mtd style="text-align:left">`
	}
	return "<mtd>"
}

// brackets are what stands around a table.
func (t table) brackets() (left, right string) {
	switch t.kind {
	case roundMatrix:
		return "(", ")"
	case squareMatrix:
		return "[", "]"
	case cases:
		return "{", ""
	}
	return "", ""
}

// boldLetter is the bold letter of Unicode's mathematical alphabets: the style
// that MathML once had for it is gone.
func boldLetter(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r - 'A' + '𝐀'
	case 'a' <= r && r <= 'z':
		return r - 'a' + '𝐚'
	case '0' <= r && r <= '9':
		return r - '0' + '𝟎'
	}
	return r
}
