package formula

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// A block is text of one line or several, all padded to one width, of which one
// is at the height of what stands beside it.
type block struct {
	lines []string
	width int
	base  int
}

// lineOf is a block of one line.
func lineOf(text string) block { return block{lines: []string{text}, width: uniseg.StringWidth(text)} }

// stack is lines under each other, padded at the right.
func stack(lines []string, base int) block {
	b := block{base: base}
	for _, line := range lines {
		b.width = max(b.width, uniseg.StringWidth(line))
	}
	for _, line := range lines {
		b.lines = append(b.lines, pad(line, b.width))
	}
	return b
}

func pad(line string, width int) string {
	return line + strings.Repeat(" ", max(0, width-uniseg.StringWidth(line)))
}

// beside puts blocks beside each other, with their bases at one height.
func beside(blocks ...block) block {
	above, below := 0, 0
	for _, b := range blocks {
		above, below = max(above, b.base), max(below, len(b.lines)-b.base)
	}
	lines := make([]strings.Builder, max(1, above+below))
	all := block{base: above}
	for _, b := range blocks {
		for i := range lines {
			if j := i - above + b.base; j >= 0 && j < len(b.lines) {
				lines[i].WriteString(b.lines[j])
			} else {
				lines[i].WriteString(strings.Repeat(" ", b.width))
			}
		}
		all.width += b.width
	}
	for i := range lines {
		all.lines = append(all.lines, lines[i].String())
	}
	return all
}

// single reports whether the block is one line.
func (b block) single() bool { return len(b.lines) == 1 }

// text is the block's only line.
func (b block) text() string { return b.lines[0] }

// corner is a block with text at the right of its first or last line: a script.
func (b block) corner(text string, last bool) block {
	if text == "" {
		return b
	}
	width := uniseg.StringWidth(text)
	at := 0
	if last {
		at = len(b.lines) - 1
	}
	lines := slices.Clone(b.lines)
	for i := range lines {
		if i == at {
			lines[i] += text
		} else {
			lines[i] += strings.Repeat(" ", width)
		}
	}
	return block{lines, b.width + width, b.base}
}

// tall is a bracket of n lines.
func tall(bracket string, n int, unicode bool) block {
	if n == 1 || bracket == "" {
		return lineOf(bracket)
	}
	pieces := map[string]string{"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦"}
	lines := make([]string, n)
	shape := []rune(pieces[bracket])
	for i := range lines {
		switch {
		case !unicode:
			lines[i] = bracket
		case bracket == "{" && i == (n-1)/2 && n > 2:
			lines[i] = "⎨"
		case bracket == "{" && i == 0:
			lines[i] = "⎧"
		case bracket == "{" && i == n-1:
			lines[i] = "⎩"
		case bracket == "{":
			lines[i] = "⎪"
		case len(shape) == 0:
			lines[i] = bracket
		case i == 0:
			lines[i] = string(shape[0])
		case i == n-1:
			lines[i] = string(shape[2])
		default:
			lines[i] = string(shape[1])
		}
	}
	return stack(lines, (n-1)/2)
}
