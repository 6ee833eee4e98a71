package table

import "bytes"

// grammar is what the text of a table is cut by.
type grammar struct {
	comma byte
	quote byte // 0 if nothing is quoted
	space bool // blanks after a separator belong to it
	runs  bool // blanks separate, several as one
	point byte // of decimals
	ends  [256]bool
}

func newGrammar(comma, quote, point byte, space bool) *grammar {
	g := &grammar{comma: comma, quote: quote, point: point, space: space, runs: space && comma == ' '}
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
	return new(cutter).record(g, text, pos, most)
}

// cutter cuts records one after the other. Cells of one are parts of one string.
type cutter struct {
	room, all []byte
	ends      []int // of the cells, in all
}

func (k *cutter) record(g *grammar, text []byte, pos, most int) (cells []string, next int, wrong cell) {
	k.all, k.ends = k.all[:0], k.ends[:0]
	for next == 0 {
		k.room = k.room[:0]
		if wrong = g.next(text, pos, &k.room); wrong.fault != none {
			next = pos
			break
		}
		k.all = append(k.all, wrong.content...)
		k.ends = append(k.ends, len(k.all))
		if text[wrong.end] != g.comma {
			next = afterLineEnd(text, wrong.end)
		} else if pos = wrong.end + 1; g.runs && isLineEnd(text[behindBlanks(text, pos)]) {
			next = afterLineEnd(text, behindBlanks(text, pos))
		} else if len(k.ends) > most {
			next = pos
		}
	}
	if len(k.ends) == 0 {
		return nil, next, wrong
	}
	record, from := string(k.all), 0
	cells = make([]string, len(k.ends))
	for i, end := range k.ends {
		cells[i], from = record[from:end], end
	}
	return cells, next, wrong
}

// behindBlanks is where the blanks from text[pos] on end.
func behindBlanks(text []byte, pos int) int {
	for text[pos] == ' ' {
		pos++
	}
	return pos
}

// isBlank tells whether the line that begins at text[pos] is empty or holds only blanks
// that separate nothing.
func (g *grammar) isBlank(text []byte, pos int) (next int, blank bool) {
	for ; pos < len(text); pos++ {
		switch c := text[pos]; {
		case c == '\n' || c == '\r':
			return afterLineEnd(text, pos), true
		case c == g.comma && !g.runs || c != ' ' && c != '\t':
			return 0, false
		}
	}
	return pos, true
}
