package formula

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Lines is the formula as a terminal displays it: tables over several lines, and
// none wider than width, unless a single character is. What is too wide goes on
// in the next line, before a relation or an operator if there is one.
func (f *Formula) Lines(unicode bool, width int) []string {
	w := textWriter{unicode: unicode, display: true}
	whole := w.row(f.tree, false)
	if whole.width <= width {
		return trimmed(whole.lines)
	}
	if t, only := f.tree[0].(table); only && len(f.tree) == 1 && t.kind == aligned {
		var lines []string
		for _, cells := range t.cells {
			var all row
			for _, cell := range cells {
				all = append(all, cell...)
			}
			if len(all) > 0 {
				lines = append(lines, w.broken(all, width)...)
			}
		}
		return lines
	}
	return w.broken(f.tree, width)
}

func trimmed(lines []string) []string {
	list := make([]string, len(lines))
	for i, line := range lines {
		list[i] = strings.TrimRight(line, " ")
	}
	return list
}

// indentation is what stands before lines that go on with a formula.
const indentation = "  "

// broken breaks a row into lines, nowhere within brackets.
func (w textWriter) broken(r row, width int) []string {
	var lines []string
	var line block
	pieces := w.pieces(r, false)
	for start := 0; start < len(pieces); {
		end := chunk(pieces, start)
		part := w.joined(pieces[start:end])
		gap := ""
		if start > 0 && w.gap(pieces[start-1], pieces[start]) > 0 {
			gap = " "
		}
		start = end
		switch longer := beside(line, lineOf(gap), part); {
		case len(line.lines) == 0:
			line = part
		case longer.width <= width:
			line = longer
		default:
			lines = append(lines, fitted(line, width)...)
			line = beside(lineOf(indentation), part)
		}
	}
	return append(lines, fitted(line, width)...)
}

// chunk is where what begins at a piece ends: before the next relation or operator,
// or behind a wide space.
func chunk(pieces []piece, start int) int {
	depth := 0
	for i := start; i < len(pieces); i++ {
		switch pieces[i].stands {
		case opening:
			depth++
		case closing:
			depth--
		case relation, binary:
			if depth <= 0 && i > start {
				return i
			}
		case wideSpace:
			if depth <= 0 {
				return i + 1
			}
		}
	}
	return len(pieces)
}

// fitted cuts the lines that are still too wide: at spaces, else anywhere.
func fitted(b block, width int) []string {
	var lines []string
	for _, line := range trimmed(b.lines) {
		for uniseg.StringWidth(line) > width {
			cut, blank, at, state := 0, 0, 0, -1
			for rest, used := line, 0; rest != ""; {
				var cluster string
				var wide int
				cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
				if used += wide; used > width && at > 0 {
					break
				}
				if cluster == " " && strings.TrimSpace(line[:at]) != "" {
					blank = at
				}
				at += len(cluster)
				cut = at
			}
			if blank > 0 {
				cut = blank
			}
			if cut == len(line) {
				break
			}
			lines = append(lines, line[:cut])
			line = strings.TrimLeft(line[cut:], " ")
			if width > 2*len(indentation) {
				line = indentation + line
			}
		}
		lines = append(lines, line)
	}
	return trimmed(lines)
}
