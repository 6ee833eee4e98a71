package page

import "strings"

// plainText is what is read of a line, without markup.
func plainText(text []inline) string {
	var b strings.Builder
	for _, part := range text {
		switch part := part.(type) {
		case words:
			b.WriteString(part.text)
		case code:
			b.WriteString(part.text)
		case inlineFormula:
			b.WriteString(part.formula.Text(true))
		case emphasis:
			b.WriteString(plainText(part.text))
		case link:
			b.WriteString(plainText(part.text))
		case lineBreak:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Text is all that is written in a language, a line for each block: the words of
// headings, paragraphs, cells, captions, without code, formulas and addresses. It
// is what a spelling checker wants.
func (d *Document) Text() string {
	var b strings.Builder
	writeWords(&b, d.blocks)
	return b.String()
}

func writeWords(b *strings.Builder, blocks []block) {
	line := func(text []inline) {
		written := prose(text)
		if written = strings.Join(strings.Fields(written), " "); written != "" {
			b.WriteString(written + "\n")
		}
	}
	for _, part := range blocks {
		switch part := part.(type) {
		case heading:
			line(part.text)
		case paragraph:
			line(part.text)
		case figure:
			line(part.caption)
		case table:
			for _, cell := range part.head {
				line(cell)
			}
			for _, row := range part.rows {
				for _, cell := range row {
					line(cell)
				}
			}
		case list:
			for _, item := range part.items {
				writeWords(b, item)
			}
		case quote:
			writeWords(b, part.blocks)
		case callout:
			writeWords(b, part.blocks)
		}
	}
}

// prose is the words of a line: code and formulas leave a space.
func prose(text []inline) string {
	var b strings.Builder
	for _, part := range text {
		switch part := part.(type) {
		case words:
			b.WriteString(part.text)
		case emphasis:
			b.WriteString(prose(part.text))
		case link:
			if _, address := strings.CutPrefix(part.destination, plainText(part.text)); address && len(part.text) == 1 && strings.Contains(part.destination, "://") {
				continue // an address that stands for itself
			}
			b.WriteString(prose(part.text))
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
