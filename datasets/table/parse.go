package table

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// parser turns the text of chunks into values. It knows nothing of other chunks.
type parser struct {
	*grammar
	columns   int
	maxRecord int
}

// parse fills c from its text.
func (p *parser) parse(c *chunk) {
	p.prepare(c)
	bad := badText(c.text)
	p.records(c)
	if bad != nil && (c.problem == nil || bad.at < c.problem.at) {
		p.locate(c, bad)
		c.problem = bad
	}
	if c.problem != nil {
		c.problem.line = lineEnds(c.text[:c.problem.at])
		return
	}
	for i := range c.columns {
		c.columns[i] = survey(c.spellings[i*c.stride:][:c.rows])
	}
}

// prepare makes room for as many rows as the text can have.
func (p *parser) prepare(c *chunk) {
	c.rows, c.lines, c.blanks, c.problem = 0, 0, 0, nil
	c.odds, c.places = c.odds[:0], c.places[:0]
	c.texts.reset()
	// A record takes a byte for each of its cells.
	c.stride = min(lineEnds(c.text), len(c.text)/p.columns) + 1
	c.values = slices.Grow(c.values[:0], c.stride*p.columns)[:c.stride*p.columns]
	c.spellings = slices.Grow(c.spellings[:0], c.stride*p.columns)[:c.stride*p.columns]
	c.columns = slices.Grow(c.columns[:0], p.columns)[:p.columns]
}

// records parses one record after the other, up to the first that is wrong.
func (p *parser) records(c *chunk) {
	text, comma, point := c.text, p.comma, p.point
	if point == comma {
		point = 0 // a number with decimals is quoted; no text has this byte
	}
	for pos := 0; pos < len(text); {
		if next, blank := p.isBlank(text, pos); blank && (p.columns > 1 || isLineEnd(text[pos])) {
			pos = next
			c.lines++
			c.blanks++
			continue
		}
		record, row := pos, c.rows
		c.places = appendPlace(c.places, place{row, c.lines})
		for column, i := 0, row; ; column, i = column+1, i+c.stride {
			if column == p.columns {
				if end := behindBlanks(text, pos); p.runs && isLineEnd(text[end]) {
					pos = afterLineEnd(text, end) // blanks at a line's end separate nothing
					break
				}
				c.problem = p.ragged(c, record)
				return
			}
			// Numbers as they mostly are; everything else is for cell.
			end := pos
			negative := text[end] == '-'
			if negative {
				end++
			}
			start := end
			var m uint64
			for d := text[end] - '0'; d <= 9; d = text[end] - '0' {
				m = m*10 + uint64(d)
				end++
			}
			whole, behind := end-start, 0
			ok := whole == 1 || whole > 1 && text[start] != '0'
			if text[end] == point {
				end++
				first := end
				for d := text[end] - '0'; d <= 9; d = text[end] - '0' {
					m = m*10 + uint64(d)
					end++
				}
				behind = end - first
				ok = ok && behind > 0
			}
			after := text[end]
			ok = ok && whole+behind <= 19 && (after == comma || isLineEnd(after))
			switch {
			case ok && m < exactBelow:
				v := float64(m)
				if behind > 0 {
					v /= powersOfTen[behind]
				}
				if negative {
					v = -v
				}
				c.values[i], c.spellings[i] = v, plain+spelling(behind)
			case ok && c.longNumber(i, m, behind, negative):
			default:
				if end = p.cell(c, record, pos, column, i); end < 0 {
					return
				}
			}
			pos = end + 1
			if text[end] != comma {
				if column+1 != p.columns {
					c.problem = p.ragged(c, record)
					return
				}
				pos = afterLineEnd(text, end)
				break
			}
		}
		if pos-record > p.maxRecord {
			c.problem = p.tooLong(c, record)
			return
		}
		c.lines++
		c.rows++
	}
}

// longNumber stores m·10^-behind, of 16 to 19 digits, as value i. It does not, and returns false,
// if digits would be lost.
func (c *chunk) longNumber(i int, m uint64, behind int, negative bool) bool {
	v := quotient(m, behind)
	if !gives(v, m, behind) {
		return false
	}
	if negative {
		v = -v
	}
	c.values[i], c.spellings[i] = v, plain+spelling(behind)
	return true
}

// cell stores any cell as value i. It returns where the cell ends, or -1 if there is a problem.
func (p *parser) cell(c *chunk, record, pos, column, i int) int {
	used := len(c.texts.room)
	cell := p.next(c.text, pos, &c.texts.room)
	c.lines += cell.newlines
	if cell.fault != none {
		c.problem = p.misquoted(c, record, &cell, column)
		return -1
	}
	if len(cell.content) == 0 {
		if p.runs && !cell.quoted {
			c.problem = p.ragged(c, record) // which cell is missing cannot be told
			return -1
		}
		c.values[i], c.spellings[i] = math.Float64frombits(missingBits), missing
		return cell.end
	}
	v, s, ok := number(cell.content, p.point)
	c.spellings[i] = s
	if ok && s != odd {
		c.values[i] = v
		c.texts.room = c.texts.room[:used]
		return cell.end
	}
	d := distinct{column: column, odd: ok, inRoom: cell.doubled}
	switch {
	case cell.doubled:
		d.from, d.to = used, len(c.texts.room)
	case cell.quoted:
		d.from, d.to = cell.end-1-len(cell.content), cell.end-1
	default:
		d.from, d.to = cell.end-len(cell.content), cell.end
	}
	known := len(c.texts.all)
	index := c.texts.add(d, c.text)
	if index < known {
		c.texts.room = c.texts.room[:used]
	}
	if ok {
		c.values[i] = v
		c.odds = append(c.odds, oddCell{column, i - column*c.stride, index})
	} else {
		c.values[i] = boxed(uint32(index))
	}
	return cell.end
}

// survey says what a column has.
func survey(spellings []spelling) (c contents) {
	for _, s := range spellings {
		switch {
		case s >= odd:
			if c.numbers == 0 {
				c.spelling = s
			}
			c.mixed = c.mixed || s != c.spelling
			c.numbers++
		case s == text:
			c.texts++
		}
	}
	return c
}

// appendPlace appends a place unless rows and lines go together since the last one.
func appendPlace(places []place, at place) []place {
	if n := len(places); n > 0 && places[n-1].line-places[n-1].row == at.line-at.row {
		return places
	}
	return append(places, at)
}

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

// badText finds the first byte that no text has: one that is not UTF-8, or zero.
func badText(text []byte) *problem {
	zero := bytes.IndexByte(text, 0)
	if zero >= 0 {
		text = text[:zero]
	}
	if !utf8.Valid(text) {
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n <= 1 {
				return &problem{at: i, err: fmt.Errorf("%w: byte 0x%02x in %s", ErrEncoding, text[i], excerpt(text, i)),
					remedy: by("Encoding", latin1Encoding, "if that is how it is written").or(inWords("otherwise save the file as UTF-8"))}
			}
			i += n
		}
	}
	if zero >= 0 {
		return &problem{at: zero, err: fmt.Errorf("%w: a byte that is zero", ErrEncoding),
			remedy: by("Encoding", utf16LE, "if it is UTF-16").or(inWords("otherwise this is no text"))}
	}
	return nil
}

// locate finds the column of a problem of which only the byte is known. Records up to there
// are whole, or their own problem would come first.
func (p *parser) locate(c *chunk, bad *problem) {
	for pos := 0; pos <= bad.at; {
		if next, blank := p.isBlank(c.text, pos); blank {
			pos = next
			continue
		}
		for column := 1; ; column++ {
			cell := p.next(c.text, pos, &c.texts.room)
			if cell.fault != none || cell.end > bad.at {
				bad.column = column
				return
			}
			pos = cell.end + 1
			if c.text[cell.end] != p.comma {
				pos = afterLineEnd(c.text, cell.end)
				break
			}
		}
	}
}

// ragged describes a record with too few or too many cells.
func (p *parser) ragged(c *chunk, record int) *problem {
	cells, empty := 0, 0 // and how many of the last are empty
	for pos := record; ; {
		cell := p.next(c.text, pos, &c.texts.room)
		if cell.fault != none {
			return p.misquoted(c, record, &cell, cells)
		}
		cells++
		if empty++; len(cell.content) > 0 || cell.quoted {
			empty = 0
		}
		if pos = cell.end + 1; pos-record > p.maxRecord {
			return p.tooLong(c, record)
		}
		if c.text[cell.end] != p.comma || p.runs && isLineEnd(c.text[behindBlanks(c.text, pos)]) {
			break
		}
	}
	remedy := by("Comma", nil, "if cells are separated by something else").or(inWords("a cell with a separator in it belongs in quotes"))
	switch {
	case cells < p.columns && mayComment(c.text[record]):
		remedy = inWords("remove comments below the first line of the table: they are known only above it")
	case cells > p.columns && cells-empty <= p.columns:
		remedy = inWords("remove the separators at the line's end, or end all lines with as many")
	case p.columns == 1:
		remedy = by("Skip", nil, "if the table begins below its first line").or(remedy)
	case p.runs && cells < p.columns:
		remedy = inWords("write a word where a cell is missing, NA: blanks between cells do not tell which one is").or(remedy)
	}
	return &problem{at: record, remedy: remedy, err: fmt.Errorf("%w: %s, want %d: %s", ErrRagged,
		plural(cells, "cell"), p.columns, excerpt(c.text, record))}
}

// misquoted describes a cell, of so many before it, whose quotes are wrong.
func (p *parser) misquoted(c *chunk, record int, cell *cell, before int) *problem {
	if cell.at-record > p.maxRecord || cell.fault == open && len(c.text)-record > p.maxRecord {
		return p.tooLong(c, record)
	}
	what := map[fault]string{
		bare:     "a quote within a cell that does not begin with one",
		trailing: "something follows a closing quote",
		open:     "the quote that opens here is never closed",
	}[cell.fault]
	remedy := quoteRemedy()
	if after := c.text[cell.at]; cell.fault == trailing && maySeparate(after) {
		remedy = by("Comma", rune(after), "if that separates cells").or(remedy)
	}
	return &problem{at: cell.at, column: before + 1, remedy: remedy,
		err: fmt.Errorf("%w: %s: %s", ErrQuote, what, excerpt(c.text, cell.at))}
}

func quoteRemedy() Remedy {
	return by("Quote", rune(0), "if quotes mean nothing").or(inWords("otherwise put the cell in quotes and double those within"))
}

// tooLong describes a record that is too long: it has a quote that is not closed, or just so.
// It looks at no more than it may have, since that is all of it that is sure to be there.
func (p *parser) tooLong(c *chunk, record int) *problem {
	text := append(slices.Clone(c.text[record:record+p.maxRecord]), '\n')
	for pos, column := 0, 1; pos < len(text); column++ {
		cell := p.next(text, pos, &c.texts.room)
		if cell.fault == open {
			return &problem{at: record + cell.at, column: column, remedy: quoteRemedy().or(by("MaxRecord", nil, "if it is a long cell")),
				err: fmt.Errorf("%w: the quote that opens here is not closed within %s: %s", ErrQuote, bytesText(int64(p.maxRecord)), excerpt(text, cell.at))}
		}
		if pos = cell.end + 1; cell.fault != none {
			break
		}
	}
	return &problem{at: record, remedy: by("MaxRecord", nil, "if this is a table"),
		err: fmt.Errorf("%w: a record of more than %s: %s", ErrLimit, bytesText(int64(p.maxRecord)), excerpt(text, 0))}
}
