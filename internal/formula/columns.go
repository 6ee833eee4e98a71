package formula

import "github.com/rivo/uniseg"

// Columns is about how wide a page shows the formula, in characters of its text: less
// than Text is long where parts stand over each other.
func (f *Formula) Columns() int { return int(width(f.tree) + 0.5) }

// scriptSize is how large scripts are beside what they belong to, as fonts for
// mathematics have it.
const scriptSize = 0.7

func width(n node) float64 {
	switch n := n.(type) {
	case row:
		return widthOfRow(n, false)
	case grouped:
		return width(n.of)
	case *symbol:
		return float64(uniseg.StringWidth(n.unicode))
	case letter:
		return float64(len(n.name))
	case number:
		return float64(len(n.digits))
	case word:
		return float64(uniseg.StringWidth(n.text))
	case fraction:
		return max(width(n.above), width(n.below))
	case root:
		return 1 + width(n.of)
	case accented:
		return width(n.of)
	case script:
		scripts := 0.0
		for _, part := range []node{n.sub, n.sup} {
			if part != nil {
				scripts = max(scripts, scriptSize*width(part))
			}
		}
		if limits(n.base) {
			return max(width(n.base), scripts)
		}
		return width(n.base) + scripts
	case fenced:
		return 2 + width(n.of)
	case table:
		return n.width()
	}
	return 0
}

func widthOfRow(r row, continues bool) float64 {
	sum := 0.0
	for i, stands := range standings(r, continues) {
		sum += width(r[i])
		switch stands {
		case binary, relation:
			sum++
		case punctuation, large:
			sum += 0.5
		case space:
			sum -= 0.5
		}
	}
	return sum
}

func (t table) width() float64 {
	var columns []float64
	for _, cells := range t.cells {
		for j, cell := range cells {
			if j == len(columns) {
				columns = append(columns, 0)
			}
			columns[j] = max(columns[j], widthOfRow(cell, t.kind == aligned && j%2 == 1))
		}
	}
	sum := 2.0
	for j, column := range columns {
		sum += column
		if j > 0 && (t.kind != aligned || j%2 == 0) {
			sum++
		}
	}
	return sum
}
