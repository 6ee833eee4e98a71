package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostCells is how many cells most records have, the more if two numbers are as frequent, and how many these records are.
func mostCells(records [][]string) (cells, n int) {
	counts := map[int]int{}
	for _, r := range records {
		counts[len(r)]++
	}
	for c, k := range counts {
		if k > n || k == n && c > cells {
			cells, n = c, k
		}
	}
	return cells, n
}

// lacksCorner tells whether a first record may be a header of R's: above the names of rows, which come first, it has no cell.
func lacksCorner(first []string, cells int) bool { return len(first) > 1 && len(first)+1 == cells }

// surplus tells whether what a first record has more than those below is empty.
func surplus(first []string, cells int) bool {
	return cells > 0 && len(first) > cells && areEmpty(first[cells:])
}

func areEmpty(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// mayComment tells whether comments may begin with a character: one that begins no cell as a rule.
func mayComment(c byte) bool { return strings.IndexByte("#%!;/*@>", c) >= 0 }

// maySeparate tells whether a character may separate cells: one that is no part of words and numbers.
func maySeparate(c byte) bool {
	switch {
	case c >= 0x7f || c == 0 || isLineEnd(c):
		return false
	case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return false
	}
	return strings.IndexByte(`"'.-+_()[]{}<>`, c) < 0
}

// fit returns the first record with as many cells as most of those below have, if it says with how many it is a header: of such as
// end with a separator, or do not where the others do, or have no cell above the names of rows. A first record that cannot be one
// belongs to no table leaves a remedy for what the parser will find.
func (rd *reading) fit(smp *sample, first []string, records [][]string, starts []int) ([]string, *problem) {
	if len(records) < 2 {
		return first, nil
	}
	n := len(first)
	below := records[1:]
	cells, alike := mostCells(below)
	if n == cells {
		return first, rd.titled(smp, records, starts)
	}
	if 2*alike <= len(below) {
		return first, nil // the parser finds what is wrong
	}
	d, again := &rd.dialect, len(rd.files) > 1
	empty := true // what most records have more than the first
	for _, r := range below {
		empty = empty && (len(r) != cells || n < cells && areEmpty(r[n:]))
	}
	switch {
	case rd.headerMode == No:
	case surplus(first, cells):
		if !again {
			d.because("header", "shortened", "it ends with a separator, and the lines below do not")
		}
		return first[:cells], nil
	case empty && alike > 1:
		if !again {
			rd.surplus = cells - n
		}
		return append(slices.Clone(first), make([]string, cells-n)...), nil
	case lacksCorner(first, cells) && rd.namesOfRows(smp, first, below, starts[1:]):
		rd.corner = true
		return append([]string{""}, first...), nil
	}
	at := slices.IndexFunc(records, func(r []string) bool { return len(r) == cells })
	if cells < 2 || 2*at > len(records) {
		return first, nil
	}
	rd.ragged = rd.above(smp, starts, at).or(by("Comma", nil, "if cells are separated by something else"))
	if n+1 == cells || n-1 == cells {
		rd.ragged = rd.ragged.or(inWords("otherwise the header has a name too " + map[bool]string{true: "few", false: "many"}[n < cells]))
	}
	return first, nil
}

// above is what helps if the table begins with a record of the sample, and what is above it is a title or a comment.
func (rd *reading) above(smp *sample, starts []int, at int) Remedy {
	line := smp.line + lineEnds(smp.text[smp.body:starts[at]])
	remedy := by("Skip", line, fmt.Sprintf("if the table begins in line %d", line+1))
	mark := smp.text[smp.body]
	for _, start := range starts[:at] {
		if c := smp.text[start]; c != mark || !mayComment(c) && c != '-' {
			return remedy
		}
	}
	if mark == '-' {
		return remedy
	}
	return by("Comment", rune(mark), "if lines that begin so are comments").or(remedy)
}

// namesOfRows tells whether the rows begin with a cell that is their name, as R writes them: all are different, and all are texts or
// whole numbers. If nothing but that speaks for it, it is in doubt.
func (rd *reading) namesOfRows(smp *sample, first []string, below [][]string, starts []int) bool {
	seen := make(map[string]bool, len(below))
	whole, counting, quoted := 0, true, rd.quote != 0
	for i, r := range below {
		name := strings.TrimSpace(r[0])
		if name == "" || seen[name] {
			return false
		}
		seen[name] = true
		switch n, err := strconv.Atoi(name); {
		case err == nil:
			whole++
			counting = counting && n == i+1
		case isNumber(name, rd.cut.point):
			return false
		default:
			counting = false
		}
		quoted = quoted && smp.text[starts[i]] == byte(rd.quote)
	}
	if whole > 0 && whole < len(below) && !quoted || len(below) == 1 && !quoted {
		return false
	}
	for _, name := range first {
		if name == "" || isNumber(name, rd.cut.point) {
			return false
		}
	}
	if facts := compareHeader(below[0], below[1:], rd.cut.point); facts.above > 0 && facts.numbers == 0 {
		return false // that is the header
	}
	if len(rd.files) > 1 {
		return true
	}
	rd.dialect.because("header", "yes", "it has a name less than the lines below have cells: these begin with the names of rows")
	if !counting && !quoted {
		rd.doubts = append(rd.doubts, Doubt{DoubtHeader, 0, fmt.Sprintf("the first line has %s, and those below %s: names of rows, as R writes them, were taken to stand first", plural(len(first), "name"), plural(len(first)+1, "cell")),
			inWords("name all columns if another one lacks its name")})
	}
	return true
}

// titled finds a title that a spreadsheet has made as long as the rows: one cell, and separators, above a header.
func (rd *reading) titled(smp *sample, records [][]string, starts []int) *problem {
	filled := func(r []string) (n int) {
		for _, cell := range r {
			n += flag(strings.TrimSpace(cell) != "")
		}
		return n
	}
	first := records[0]
	if rd.headerMode != Auto || len(rd.files) > 1 || len(first) < 2 || filled(first) != 1 || isNamed(first, rd.knownNames) {
		return nil
	}
	at := slices.IndexFunc(records, func(r []string) bool { return filled(r) > 1 })
	if at < 1 || at+1 >= len(records) || filled(records[at]) < len(records[at]) {
		return nil
	}
	facts := compareHeader(records[at], records[at+1:], rd.cut.point)
	header, _, _ := facts.judge(nil)
	surely := facts.above > 0
	if !header || facts.numbers > 0 || !surely && (len(first) < 3 || first[0] == "") {
		return nil
	}
	return &problem{err: fmt.Errorf("%w: the first line has one cell that is not empty, as titles do, and a line below may name the columns: %s", ErrHeader, excerpt(smp.text[smp.body:], 0)),
		remedy: rd.above(smp, starts, at).or(by("Header", Yes, "if it is the header")).or(by("Header", No, "if it is a row"))}
}

// dropSurplus removes the empty columns behind those that the header names.
func (rd *reading) dropSurplus(t *Table) error {
	named := len(t.columns) - rd.surplus
	for _, c := range t.columns[named:] {
		for row := range t.rows {
			if c.missing == t.rows {
				break
			}
			if text := c.Text(row); text != "" {
				file, line := t.Place(row)
				return &Error{File: file, Line: line, Column: c.index + 1, Err: fmt.Errorf("%w: the cell %s is behind those that the header names", ErrRagged, quote(text)),
					Remedy: inWords("name all columns, or remove the separators at the ends of lines")}
			}
		}
	}
	t.dialect.Trailing = true
	t.dialect.because("trailing", "dropped", "lines end with a separator, and the header does not")
	t.columns = t.columns[:named]
	return nil
}
