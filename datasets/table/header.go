package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// noValue are words that stand for a value that is not there, or is no finite number: above
// numbers they do not speak for a header.
var noValue = []string{"", "na", "n/a", "nan", "null", "none", "nil", "?", "-", ".", "inf", "+inf", "-inf", "infinity"}

// headerFacts compare the first record with those below.
type headerFacts struct {
	first     []string
	rows      int
	numbers   int  // cells of the first record that are numbers
	decimals  bool // and whether one of these is not whole
	above     int  // columns in which a text stands above numbers
	numberOn  int  // columns in which a number stands above texts
	recur     int  // columns in which the cell comes again
	alone     int  // the first column, + 1, in which it does not and all others come again
	fractions int  // columns of numbers below, none of which is whole
}

func compareHeader(first []string, below [][]string, point byte) headerFacts {
	f := headerFacts{first: first, rows: len(below)}
	counts := map[string]int{} // of a column's cells
	for column, cell := range first {
		cell = strings.TrimSpace(cell)
		isNum := isNumber(cell, point)
		if isNum {
			f.numbers++
			f.decimals = f.decimals || strings.IndexByte(cell, point) >= 0
		}
		numbers, texts, whole := 0, 0, 0
		clear(counts)
		for _, r := range below {
			if column >= len(r) {
				continue
			}
			v := strings.TrimSpace(r[column])
			counts[v]++
			switch {
			case isNumber(v, point):
				numbers++
				if strings.IndexByte(v, point) < 0 {
					whole++
				}
			case !slices.Contains(noValue, strings.ToLower(v)):
				texts++
			}
		}
		if numbers > 0 && texts == 0 && !isNum && !slices.Contains(noValue, strings.ToLower(cell)) {
			f.above++
		}
		if numbers == 0 && texts > 0 && isNum {
			f.numberOn++
		}
		if numbers > 0 && texts == 0 && whole == 0 {
			f.fractions++
		}
		if cell != "" && counts[cell] > 0 {
			f.recur++
			continue
		}
		others := len(counts) > 0 && cell != "" && texts > 0
		for _, n := range counts {
			others = others && n > 1
		}
		if others && f.alone == 0 {
			f.alone = column + 1
		}
	}
	return f
}

// judge decides whether the first record is a header, and says why, and whether that is
// in doubt.
func (f *headerFacts) judge(names []string) (header bool, why, doubt string) {
	if isNamed(f.first, names) {
		return true, "its names are those asked for", ""
	}
	counting := len(f.first) > 1
	for i, cell := range f.first {
		counting = counting && strings.TrimSpace(cell) == strconv.Itoa(i)
	}
	switch {
	case counting && f.recur < len(f.first):
		return true, "the first line counts the columns, 0, 1, 2 ...", "the first line counts the columns, 0, 1, 2 ...: it was taken for a header"
	case counting:
		return false, "", "the first line counts the columns, 0, 1, 2 ..., but its numbers come again below: it was not taken for a header"
	case f.rows == 0 && f.numbers > 0:
		return false, "", "there is one line: it was not taken for a header"
	case f.rows == 0:
		return true, "the only line has no number", ""
	case f.above > 0 && f.numbers == 0:
		return true, "texts stand above columns of numbers", ""
	case f.above > 0 && !f.decimals:
		return true, "texts stand above columns of numbers", "the first line has texts above columns of numbers, but numbers too: it was taken for a header"
	case f.above > 0:
		return false, "", "the first line has a text above a column of numbers, but decimals too: it was not taken for a header"
	case f.numberOn > 0:
		return false, "", "the first line has a number above a column of texts: it was not taken for a header"
	case f.numbers > 0 && f.alone > 0:
		return false, "", fmt.Sprintf("%s, in the first line, does not come again in column %d, and all others do: the line was not taken for a header", quote(f.first[f.alone-1]), f.alone)
	case f.numbers == len(f.first) && !f.decimals && f.fractions == len(f.first):
		return false, "", "the first line has whole numbers, and those below have decimals: it was not taken for a header"
	case f.numbers > 0:
		return false, "", ""
	case f.recur > 0 && 2*f.recur < len(f.first):
		return false, "", "texts of the first line come again in few columns: it was not taken for a header"
	case f.recur > 0:
		return false, "", ""
	case f.alone > 0:
		return true, "none of its texts comes again in its column, others do", ""
	}
	return true, "none of its texts comes again in its column", "the first line has texts, as those below: it was taken for a header"
}

// isNamed tells whether a record has the names asked for, or some of them and nothing else.
func isNamed(record, names []string) bool {
	if len(names) == 0 {
		return false
	}
	var cells []string
	words := false
	for _, cell := range record {
		cell = strings.TrimSpace(cell)
		cells = append(cells, cell)
		words = words || !isNumber(cell, '.') && cell != ""
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	trimmed := make([]string, len(names))
	for i, n := range names {
		trimmed[i] = strings.TrimSpace(n)
	}
	if slices.Equal(cells, trimmed) {
		return true
	}
	known := map[string]bool{}
	for _, n := range trimmed {
		known[n] = true
	}
	for _, cell := range cells {
		if !known[cell] {
			return false
		}
	}
	return words
}
