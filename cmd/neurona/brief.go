package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// How long messages are at most, in bytes, whatever stands in files and is quoted in them.
const (
	noteBytes  = 1000
	errorBytes = 3900
)

// say says something on standard error, in a line of its own.
func (a *app) say(format string, args ...any) { a.tell(noteBytes, fmt.Sprintf(format, args...)) }

// tell says something of so many bytes at most on standard error. A line of its own is nobody's but ours: a name in a file may have
// line breaks.
func (a *app) tell(most int, text string) {
	text = strings.ReplaceAll(text, "\n", "\n  ")
	fmt.Fprintf(a.stderr, "neurona: %s\n", brief(escape(text, "\n\t"), most))
}

// brief is a text of at most so many bytes and some dots. The middle is what is left out: the end may say what helps.
func brief(text string, most int) string {
	if len(text) <= most {
		return text
	}
	head, tail := most*3/4, len(text)-most/4
	for head > 0 && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text) && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + " ... " + text[tail:]
}

// cut is at most width characters of a text, with dots where more are left out.
func cut(text string, width int) string {
	if len(text) > width && utf8.RuneCountInString(text) > width {
		text = string([]rune(text)[:width]) + "..."
	}
	return text
}

// cuts are texts, cut.
func cuts(texts []string, width int) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = cut(text, width)
	}
	return list
}

// grid is rows of texts that stand below each other, in columns as wide as they need. Package text/tabwriter would take a character
// for a column of a terminal, of which those of Chinese, Japanese and Korean take two.
type grid struct {
	rows  [][]string
	right bool // aligned so
}

// add adds a row, of as many cells as the others.
func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// write writes the rows.
func (g *grid) write(b *strings.Builder) {
	const gap = 2
	var widths []int
	for _, row := range g.rows {
		for c, cell := range row {
			if c == len(widths) {
				widths = append(widths, 0)
			}
			widths[c] = max(widths[c], uniseg.StringWidth(cell))
		}
	}
	for _, row := range g.rows {
		for c, cell := range row {
			blanks := strings.Repeat(" ", widths[c]-uniseg.StringWidth(cell)+gap)
			switch {
			case g.right:
				b.WriteString(blanks + cell)
			case c == len(row)-1:
				b.WriteString(cell)
			default:
				b.WriteString(cell + blanks)
			}
		}
		b.WriteByte('\n')
	}
}
