package table

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sample is the beginning of a file, whole records.
type sample struct {
	text     []byte
	whole    bool // it is the whole file
	most     int  // columns
	body     int  // where the first record begins, behind comments and blank lines
	line     int  // of it, from 0
	comments []string

	separator byte // that a line says: sep=;
}

// most records, and cells, that are looked at.
const (
	sampleRecords = 2000
	sampleCells   = 500_000
)

// separators are the candidates, the likelier ones first.
var separators = []byte{',', ';', '\t', '|', ' '}

func separatorName(c byte) string {
	switch c {
	case '\t':
		return "tab"
	case ' ':
		return "space"
	}
	return strconv.QuoteRune(rune(c))
}

// candidate is what the sample looks like cut by one separator.
type candidate struct {
	comma   byte
	records [][]string
	cells   int     // in most records
	agree   float64 // how large a part of the records has as many
	numbers float64 // how large a part of the cells below the first record is numbers
	quoted  bool    // every record begins with a quoted cell
}

// cut cuts the sample's records, which begin at starts.
func (s *sample) cut(g *grammar) (records [][]string, starts []int) {
	var cutter cutter
	cells := 0
	for pos := s.body; pos < len(s.text) && len(records) < sampleRecords && (len(records) < 2 || cells < sampleCells); {
		if next, blank := g.isBlank(s.text, pos); blank {
			pos = next
			continue
		}
		record, next, c := cutter.record(g, s.text, pos, s.most)
		if c.fault != none || len(record) > s.most {
			break
		}
		if records == nil { // about as many follow as are as long
			room := min(sampleRecords, (len(s.text)-pos)/max(next-pos, 1)+1)
			records, starts = make([][]string, 0, room), make([]int, 0, room)
		}
		records, starts = append(records, record), append(starts, pos)
		cells += len(record)
		pos = next
	}
	return records, starts
}

// try looks at the sample as cut by a separator.
func (s *sample) try(comma, quote byte) candidate {
	c := candidate{comma: comma}
	var starts []int
	c.records, starts = s.cut(newGrammar(comma, quote, '.', comma == ' '))
	if len(c.records) == 0 {
		return c
	}
	alike := 0
	if c.cells, alike = mostCells(c.records); len(c.records) > 1 {
		// The first record may be one whose length is mended.
		if cells, below := mostCells(c.records[1:]); lacksCorner(c.records[0], cells) || surplus(c.records[0], cells) {
			c.cells, alike = cells, below+1
		}
	}
	c.agree = float64(alike) / float64(len(c.records))
	c.quoted = quote != 0
	for _, at := range starts {
		c.quoted = c.quoted && s.text[at] == quote
	}
	n, numbers := 0, 0
	for _, r := range c.records[min(1, len(c.records)-1):] {
		for _, cell := range r {
			cell = strings.TrimSpace(cell)
			n++
			if isNumber(cell, '.') || comma != ',' && isNumber(cell, ',') || cell == "" {
				numbers++
			}
		}
	}
	c.numbers = float64(numbers) / float64(n)
	return c
}

func isNumber(s string, point byte) bool {
	_, _, ok := number([]byte(s), point)
	return ok
}

// findComma chooses the separator by which all records have as many cells; among several, the
// one by which most cells are numbers.
func (s *sample) findComma(quote byte, d *Dialect) (byte, []Doubt) {
	var good, fair []candidate
	for _, comma := range separators {
		if comma == quote || bytes.IndexByte(s.text[s.body:], comma) < 0 {
			continue
		}
		c := s.try(comma, quote)
		switch {
		case c.cells < 2:
		case comma == ' ' && (len(good) > 0 || c.agree < 1 || c.numbers < 0.5 && !c.quoted):
			// A space is in texts too.
		case c.agree == 1:
			good = append(good, c)
		case comma != ' ' && c.agree > 0.5:
			fair = append(fair, c)
		}
	}
	why := "every line looked at has %d cells"
	if len(good) == 0 {
		good, why = fair, "most lines have %d cells"
	}
	if len(good) == 0 {
		return ',', nil
	}
	slices.SortStableFunc(good, func(a, b candidate) int {
		switch {
		case a.numbers > b.numbers:
			return -1
		case a.numbers < b.numbers:
			return 1
		}
		return 0
	})
	best := good[0]
	if best.comma != ',' || len(good) > 1 {
		d.because("comma", separatorName(best.comma), fmt.Sprintf(why, best.cells))
	}
	if len(good) > 1 && good[1].numbers == best.numbers {
		return best.comma, []Doubt{{DoubtComma, -1, fmt.Sprintf("cells may be separated by %s (%d in a line) or %s (%d)", separatorName(best.comma), best.cells,
			separatorName(good[1].comma), good[1].cells), by("Comma", nil, "")}}
	}
	return best.comma, nil
}

// findRival looks for what separates cells in every line of a table that has one column: 0 if nothing does. It may be part of what a
// column holds too, as of times, so it only helps where one column is too few.
func (s *sample) findRival(quote byte) (comma byte, cells int) {
	best := candidate{numbers: -1}
	for c := byte(1); c < 0x7f; c++ {
		if c == quote || !maySeparate(c) || bytes.IndexByte(s.text[s.body:], c) < 0 {
			continue
		}
		if found := s.try(c, quote); found.agree == 1 && found.cells > 1 && found.numbers > best.numbers {
			best = found
		}
	}
	return best.comma, best.cells
}

// touching tells whether a character stands beside itself, or at a line's end.
func (s *sample) touching(c byte) bool {
	text := s.text[s.body:]
	for i := range text {
		if text[i] == c && (i == 0 || i+1 == len(text) || text[i+1] == c || isLineEnd(text[i+1]) || isLineEnd(text[i-1])) {
			return true
		}
	}
	return false
}

// findSpace tells whether a blank stands behind every separator.
func findSpace(records [][]string) bool {
	n := 0
	for _, r := range records {
		for _, cell := range r[1:] {
			if cell == "" || cell[0] != ' ' {
				return false
			}
			n++
		}
	}
	return n > 0
}

// findDecimal tells what the decimal point is where cells are not separated by commas: the one
// that makes more cells numbers.
func findDecimal(records [][]string, d *Dialect) (byte, []Doubt) {
	pointed, commas, thousands := 0, 0, 0
	example := ""
	for _, r := range records {
		for _, cell := range r {
			cell = strings.TrimSpace(cell)
			point, comma := isNumber(cell, '.'), isNumber(cell, ',')
			switch {
			case point && !comma:
				pointed++
			case comma && !point:
				commas++
				example = cell
				if groups(cell) {
					thousands++
				}
			}
		}
	}
	if commas == 0 {
		return '.', nil
	}
	mixed := Doubt{DoubtDecimal, -1, fmt.Sprintf("%s numbers have a decimal comma, as %s, and %s a point", strconv.Itoa(commas), quote(example), strconv.Itoa(pointed)), by("Decimal", nil, "")}
	if pointed >= commas {
		return '.', []Doubt{mixed}
	}
	d.because("decimal", "','", fmt.Sprintf("%s, as %s", plural(commas, "number"), quote(example)))
	switch {
	case pointed > 0:
		return ',', []Doubt{mixed}
	case thousands == commas:
		return ',', []Doubt{{DoubtDecimal, -1, fmt.Sprintf("the comma in %s may separate thousands; it was taken for the decimal point", quote(example)), by("Decimal", nil, "")}}
	}
	return ',', nil
}

// groups tells whether the comma in a number could separate thousands: three digits follow it,
// and one to three, not a zero, come before.
func groups(cell string) bool {
	whole, behind, _ := strings.Cut(strings.TrimLeft(cell, "+-"), ",")
	return len(behind) == 3 && isNumber(behind, '.') && len(whole) >= 1 && len(whole) <= 3 && whole[0] != '0'
}
