package table

import "bytes"

// grammar is what the text of a table is cut by.
type grammar struct {
	comma byte
	quote byte // 0 if nothing is quoted
	space bool // blanks after a separator belong to it
	point byte // of decimals
	ends  [256]bool
}

func newGrammar(comma, quote, point byte, space bool) *grammar {
	g := &grammar{comma: comma, quote: quote, point: point, space: space}
	g.ends[comma], g.ends['\n'], g.ends['\r'] = true, true, true
	if quote != 0 {
		g.ends[quote] = true
	}
	return g
}

// fault is what may be wrong with a cell's quotes.
type fault int

const (
	none     fault = iota
	bare           // a quote in a cell that does not begin with one
	trailing       // something between the closing quote and the separator
	open           // no closing quote
)

// cell is one cell of a text.
type cell struct {
	content  []byte
	end      int // of the separator or line end behind it
	quoted   bool
	doubled  bool // content has been copied, for its doubled quotes
	newlines int
	fault    fault
	at       int // of the fault
}

// next reads the cell that begins at text[pos]. Texts end with a line end, so that only a
// quoted cell can run over. Content with doubled quotes is appended to *room.
func (g *grammar) next(text []byte, pos int, room *[]byte) cell {
	if g.space {
		for text[pos] == ' ' {
			pos++
		}
	}
	if g.quote != 0 && text[pos] == g.quote {
		return g.quoted(text, pos, room)
	}
	end := pos
	for !g.ends[text[end]] {
		end++
	}
	if g.quote != 0 && text[end] == g.quote {
		return cell{fault: bare, at: end}
	}
	return cell{content: text[pos:end], end: end}
}

// quoted reads a quoted cell, whose opening quote is text[pos].
func (g *grammar) quoted(text []byte, pos int, room *[]byte) cell {
	start := pos + 1
	c := cell{quoted: true}
	copied := len(*room)
	for i := start; ; {
		n := bytes.IndexByte(text[i:], g.quote)
		if n < 0 || i+n+1 == len(text) {
			return cell{fault: open, at: pos}
		}
		i += n
		if text[i+1] != g.quote {
			c.end = i + 1
			break
		}
		c.doubled = true
		*room = append(*room, text[start:i+1]...)
		i += 2
		start = i
	}
	c.content = text[start : c.end-1]
	if c.doubled {
		*room = append(*room, c.content...)
		c.content = (*room)[copied:]
	}
	c.newlines = lineEnds(text[pos:c.end])
	if e := text[c.end]; e != g.comma && e != '\n' && e != '\r' {
		return cell{fault: trailing, at: c.end}
	}
	return c
}

// afterLineEnd returns where the line begins that follows the line end at text[i].
func afterLineEnd(text []byte, i int) int {
	if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}

// lineEnds counts the line ends of a text: LF, CR LF, or CR alone.
func lineEnds(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if bytes.IndexByte(text, '\r') < 0 {
		return n
	}
	n += bytes.Count(text, []byte{'\r'})
	return n - bytes.Count(text, []byte{'\r', '\n'})
}

// lastRecordEnd returns where the last whole record of a text ends, 0 if none does. A
// position is within quotes if the number of quotes before it is odd, which holds up to the
// first quote that is out of place; that one is an error, found by who parses the record.
// A CR at the very end may be half of a line end.
func (g *grammar) lastRecordEnd(text []byte) int {
	inside := false
	count := func(b []byte) bool { return g.quote != 0 && bytes.Count(b, []byte{g.quote})%2 == 1 }
	inside = count(text)
	find := func(end byte, from int, inside bool) int {
		for from > 0 {
			i := bytes.LastIndexByte(text[:from], end)
			if i < 0 {
				return 0
			}
			if count(text[i:from]) {
				inside = !inside
			}
			if !inside {
				return i + 1
			}
			from = i
		}
		return 0
	}
	if end := find('\n', len(text), inside); end > 0 {
		return end
	}
	if n := len(text) - 1; n > 0 {
		if g.quote != 0 && text[n] == g.quote {
			inside = !inside
		}
		return find('\r', n, inside)
	}
	return 0
}

// record cuts the record that begins at text[pos] into cells, for a first look, and stops at one
// more than most. next is where the following record begins; wrong is the cell whose quotes are wrong.
func (g *grammar) record(text []byte, pos, most int) (cells []string, next int, wrong cell) {
	var room []byte
	for {
		room = room[:0]
		c := g.next(text, pos, &room)
		if c.fault != none {
			return cells, pos, c
		}
		cells = append(cells, string(c.content))
		if text[c.end] != g.comma {
			return cells, afterLineEnd(text, c.end), c
		}
		if pos = c.end + 1; len(cells) > most {
			return cells, pos, c
		}
	}
}

// isBlank tells whether the line that begins at text[pos] is empty or holds only blanks
// that separate nothing.
func (g *grammar) isBlank(text []byte, pos int) (next int, blank bool) {
	for ; pos < len(text); pos++ {
		switch c := text[pos]; {
		case c == '\n' || c == '\r':
			return afterLineEnd(text, pos), true
		case c == g.comma || c != ' ' && c != '\t':
			return 0, false
		}
	}
	return pos, true
}
