package page

import (
	"strings"

	"github.com/rivo/uniseg"
)

// gapOfColumns is how many spaces stand between columns.
const gapOfColumns = 2

// narrowColumn is what a column may be made as narrow as, if its words allow it.
const narrowColumn = 6

// table writes a table in columns. Where they are too wide, the widest wrap; where
// there are too many, each row is a list of what it has under each heading.
func (t *textWriter) table(b table, width int) []line {
	rows := make([][][]span, 0, 1+len(b.rows))
	head := make([][]span, len(b.head))
	for i, c := range b.head {
		head[i] = t.spans(c, boldText)
	}
	rows = append(rows, head)
	for _, row := range b.rows {
		cells := make([][]span, len(row))
		for i, c := range row {
			cells[i] = t.spans(c, 0)
		}
		rows = append(rows, cells)
	}
	widths, fit := columnWidths(rows, len(b.sides), width)
	if !fit {
		return t.records(rows, width)
	}
	var all []line
	wrapped := false
	cells := make([][][]line, len(rows))
	tight := make([]int, len(widths)) // what wrapped lines need
	for i, row := range rows {
		cells[i] = make([][]line, len(widths))
		for j := range min(len(row), len(widths)) {
			cells[i][j] = t.wrap(row[j], widths[j])
			wrapped = wrapped || i > 0 && len(cells[i][j]) > 1
			for _, l := range cells[i][j] {
				tight[j] = max(tight[j], l.width, 1)
			}
		}
	}
	for j := range widths {
		widths[j] = min(widths[j], max(tight[j], 1))
	}
	for i := range rows {
		if wrapped && i > 1 {
			all = append(all, line{}) // or nobody sees where a row ends
		}
		all = append(all, inColumns(cells[i], b.sides, widths)...)
		if i == 0 {
			var under []string
			for _, w := range widths {
				under = append(under, strings.Repeat(t.pick("─", "-"), w))
			}
			text := strings.Join(under, strings.Repeat(" ", gapOfColumns))
			all = append(all, line{text, uniseg.StringWidth(text)})
		}
	}
	return all
}

// columnWidths are how wide columns are so that all fit a width, if they can.
func columnWidths(rows [][][]span, columns, width int) ([]int, bool) {
	widths, least := make([]int, columns), make([]int, columns)
	for _, cells := range rows {
		for i, spans := range cells {
			whole := 0
			for _, word := range breakables(spans, width) {
				if whole > 0 {
					whole++
				}
				whole += word.width
				least[i] = max(least[i], word.width)
			}
			widths[i] = max(widths[i], whole, 1)
		}
	}
	total := gapOfColumns * (columns - 1)
	for i := range widths {
		total += widths[i]
		least[i] = min(widths[i], max(least[i], narrowColumn))
	}
	for total > width {
		widestColumn := -1
		for i := range widths {
			if widths[i] > least[i] && (widestColumn < 0 || widths[i] > widths[widestColumn]) {
				widestColumn = i
			}
		}
		if widestColumn < 0 {
			return nil, false
		}
		widths[widestColumn]--
		total--
	}
	return widths, true
}

// inColumns puts the lines of a row's cells beside each other.
func inColumns(cells [][]line, sides []side, widths []int) []line {
	height := 1
	for _, lines := range cells {
		height = max(height, len(lines))
	}
	all := make([]line, height)
	for y := range all {
		for j, w := range widths {
			if j > 0 {
				all[y].text += strings.Repeat(" ", gapOfColumns)
				all[y].width += gapOfColumns
			}
			var l line
			if y < len(cells[j]) {
				l = cells[j][y]
			}
			free := w - l.width
			before := map[side]int{atCentre: free / 2, atRight: free}[sides[j]]
			all[y].text += strings.Repeat(" ", before) + l.text + strings.Repeat(" ", free-before)
			all[y].width += w
		}
	}
	return all
}

// records writes each row as lines of a heading and a cell.
func (t *textWriter) records(rows [][][]span, width int) []line {
	var all []line
	for i, cells := range rows[1:] {
		if i > 0 {
			all = append(all, line{})
		}
		for j, spans := range cells {
			if j < len(rows[0]) && len(rows[0][j]) > 0 {
				spans = append(append(append([]span{}, rows[0][j]...), span{text: ": "}), spans...)
			}
			for k, l := range t.wrap(spans, width-len("  ")) {
				prefix := "  "
				if k == 0 {
					prefix = ""
				}
				all = append(all, l.prefixed(prefix))
			}
		}
	}
	return all
}
