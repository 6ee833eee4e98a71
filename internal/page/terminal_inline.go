package page

import (
	"strings"
)

// spans are the parts of a line as a terminal shows them, in a style of what they
// stand in.
func (t *textWriter) spans(text []inline, style textStyle) []span {
	var list []span
	for _, part := range text {
		switch part := part.(type) {
		case words:
			list = append(list, span{text: t.text(part.text), style: style})
		case code:
			shown := t.text(part.text)
			if !t.how.Colours {
				shown = "`" + shown + "`"
			}
			list = append(list, span{shown, style | codeText, true})
		case inlineFormula:
			list = append(list, span{t.text(part.formula.Text(t.how.Unicode)), style, true})
		case lineBreak:
			list = append(list, span{text: "\n", style: style})
		case emphasis:
			inner := style | italicText
			if part.strong {
				inner = style | boldText
			}
			list = append(list, t.spans(part.text, inner)...)
		case link:
			list = append(list, t.spans(part.text, style)...)
			if to := t.address(part); to != "" {
				list = append(list, span{text: " (" + t.text(to) + ")", style: style})
			}
		}
	}
	return list
}

// address is what stands behind the text of a link.
func (t *textWriter) address(l link) string {
	if t.how.Link != nil {
		return t.how.Link(l.destination)
	}
	if strings.Contains(l.destination, "://") && plainText(l.text) != l.destination {
		return l.destination
	}
	return ""
}
