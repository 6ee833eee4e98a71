package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// table is a table to be printed. The first column is flushed left, all
// others right, unless the table is prose.
type table struct {
	Title string
	Prose bool
	Head  []string
	Rows  [][]string
	Notes []string // lines below it
}

// text prints the table for a terminal.
func (t table) text() string {
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", t.Title)
	line := func(row []string) {
		var out strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				out.WriteString("  ")
			}
			if i == 0 || t.Prose {
				out.WriteString(cell + pad)
			} else {
				out.WriteString(pad + cell)
			}
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	line(t.Head)
	for _, row := range t.Rows {
		line(row)
	}
	for _, note := range t.Notes {
		fmt.Fprintf(&b, "  %s\n", note)
	}
	return b.String()
}

// markdown prints the table in GitHub's Markdown.
func (t table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", t.Title)
	line := func(row []string) {
		b.WriteByte('|')
		for _, cell := range row {
			fmt.Fprintf(&b, " %s |", strings.ReplaceAll(cell, "|", `\|`))
		}
		b.WriteByte('\n')
	}
	line(t.Head)
	rule := "---:|"
	if t.Prose {
		rule = "---|"
	}
	b.WriteString("|---|" + strings.Repeat(rule, len(t.Head)-1))
	b.WriteByte('\n')
	for _, row := range t.Rows {
		line(row)
	}
	if len(t.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, note := range t.Notes {
		fmt.Fprintf(&b, "- %s\n", note)
	}
	return b.String()
}
