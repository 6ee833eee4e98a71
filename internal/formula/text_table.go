package formula

import (
	"strings"
	"unicode/utf8"
)

// table writes a table: over several lines if displayed, else on one.
func (w textWriter) table(t table) block {
	if !w.display {
		return lineOf(t.onOneLine(w.cells(t)))
	}
	cells := w.blocks(t)
	widths, numeric := columns(cells)
	var lines []string
	wide := false
	rows := make([]block, len(cells))
	for i, cells := range cells {
		var parts []block
		for j, cell := range cells {
			before, after := justified(cell.width, widths[j], t.side(j, numeric[j]))
			parts = append(parts, lineOf(t.between(j, cell)+strings.Repeat(" ", before)), cell, lineOf(strings.Repeat(" ", after)))
		}
		rows[i] = beside(parts...)
		wide = wide || !rows[i].single()
	}
	for i, row := range rows {
		if i > 0 && wide {
			lines = append(lines, "")
		}
		lines = append(lines, row.lines...)
	}
	lines = trimmed(lines)
	left, right := t.brackets()
	return beside(tall(left, len(lines), w.unicode), t.margin(), stack(lines, (len(lines)-1)/2), tall(right, len(lines), w.unicode))
}

// cells are the texts of a table, each on a line.
func (w textWriter) cells(t table) [][]string {
	w.display = false
	texts := make([][]string, len(t.cells))
	for i, cells := range w.blocks(t) {
		for _, cell := range cells {
			texts[i] = append(texts[i], cell.text())
		}
	}
	return texts
}

// blocks are the cells of a table. Those of a matrix have one line each.
func (w textWriter) blocks(t table) [][]block {
	w.display = w.display && (t.kind == aligned || t.kind == cases)
	all := make([][]block, len(t.cells))
	for i, cells := range t.cells {
		for j, cell := range cells {
			b := w.row(cell, t.kind == aligned && j%2 == 1)
			if b.single() {
				b = lineOf(strings.TrimSpace(b.text()))
			}
			all[i] = append(all[i], b)
		}
	}
	return all
}

// columns are the widths of columns, and whether all in them are numbers.
func columns(cells [][]block) (widths []int, numeric []bool) {
	for _, row := range cells {
		for j, cell := range row {
			if j == len(widths) {
				widths, numeric = append(widths, 0), append(numeric, true)
			}
			widths[j] = max(widths[j], cell.width)
			numeric[j] = numeric[j] && looksNumeric(cell.lines[cell.base])
		}
	}
	return widths, numeric
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
func (t table) between(column int, cell block) string {
	switch {
	case column == 0:
		return ""
	case t.kind == aligned && column%2 == 1:
		if first, _ := utf8.DecodeRuneInString(cell.lines[cell.base]); first != utf8.RuneError && !isWordRune(first) && !strings.ContainsRune("([{|", first) {
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

// justified is how many spaces stand before and after what is narrower than its column.
func justified(has, width int, to side) (before, after int) {
	free := width - has
	switch to {
	case toRight:
		before = free
	case toCentre:
		before = free / 2
	}
	return before, free - before
}
