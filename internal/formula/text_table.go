package formula

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// table writes a table: over several lines if displayed, else on one.
func (w textWriter) table(t table) block {
	cells, columns := w.cells(t)
	if !w.display {
		return lineOf(t.onOneLine(cells))
	}
	widths := make([]int, columns)
	numeric := make([]bool, columns)
	for j := range columns {
		numeric[j] = true
		for _, cells := range cells {
			if j < len(cells) {
				widths[j] = max(widths[j], uniseg.StringWidth(cells[j]))
				numeric[j] = numeric[j] && looksNumeric(cells[j])
			}
		}
	}
	lines := make([]string, len(cells))
	for i, cells := range cells {
		var b strings.Builder
		for j, cell := range cells {
			b.WriteString(t.between(j, cells))
			b.WriteString(justified(cell, widths[j], t.side(j, numeric[j])))
		}
		lines[i] = b.String()
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	middle := (len(lines) - 1) / 2
	left, right := t.brackets()
	return beside(tall(left, len(lines), w.unicode), t.margin(), stack(lines, middle), tall(right, len(lines), w.unicode))
}

// cells are the texts of a table, each on a line, and the number of columns.
func (w textWriter) cells(t table) ([][]string, int) {
	w.display = false
	texts := make([][]string, len(t.cells))
	columns := 0
	for i, cells := range t.cells {
		columns = max(columns, len(cells))
		for j, cell := range cells {
			text := w.row(cell, t.kind == aligned && j%2 == 1).text()
			texts[i] = append(texts[i], strings.TrimSpace(text))
		}
	}
	return texts, columns
}

func (t table) onOneLine(cells [][]string) string {
	separator := " "
	switch t.kind {
	case aligned:
	case cases:
		separator = ", "
	default:
		for _, cells := range cells {
			for _, cell := range cells {
				if strings.Contains(cell, " ") {
					separator = ", "
				}
			}
		}
	}
	lines := make([]string, len(cells))
	for i, cells := range cells {
		lines[i] = strings.TrimSpace(strings.Join(cells, separator))
	}
	text := strings.Join(lines, "; ")
	switch t.kind {
	case aligned:
		return text
	case cases:
		return "{" + text + "}"
	}
	return "[" + text + "]"
}

// between is what stands before a cell. Lines that are aligned at a relation have
// a space there, as elsewhere.
func (t table) between(column int, cells []string) string {
	switch {
	case column == 0:
		return ""
	case t.kind == aligned && column%2 == 1:
		if first, _ := utf8.DecodeRuneInString(cells[column]); first != utf8.RuneError && !isWordRune(first) && !strings.ContainsRune("([{|", first) {
			return " "
		}
		return ""
	case t.kind == aligned || t.kind == cases:
		return "   "
	}
	return "  "
}

// margin is what stands between a brace and what it holds.
func (t table) margin() block {
	if t.kind == cases {
		return lineOf(" ")
	}
	return lineOf("")
}

type side int

const (
	toLeft side = iota
	toRight
	toCentre
)

func (t table) side(column int, numeric bool) side {
	switch {
	case t.kind == cases, t.kind == aligned && column%2 == 1:
		return toLeft
	case t.kind == aligned, numeric:
		return toRight
	}
	return toCentre
}

func looksNumeric(text string) bool {
	return isNumber(strings.TrimPrefix(text, "-"))
}

func justified(text string, width int, to side) string {
	free := width - uniseg.StringWidth(text)
	left := 0
	switch to {
	case toRight:
		left = free
	case toCentre:
		left = free / 2
	}
	return strings.Repeat(" ", left) + text + strings.Repeat(" ", free-left)
}
