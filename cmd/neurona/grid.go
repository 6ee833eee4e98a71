package main

import (
	"strings"

	"github.com/rivo/uniseg"
)

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
