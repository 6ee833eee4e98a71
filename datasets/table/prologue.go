package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// prologue is what comes before the first row of a file.
type prologue struct {
	sample
	first []string // the first record
	line  int      // of it, from 0
	rows  io.Reader
	next  int // line of what rows begins with
}

// readSample reads the beginning of a text, up to a record's end, and at least the first
// record. rest is what comes behind it.
func readSample(r io.Reader, s *settings) (sample, io.Reader, error) {
	g := newGrammar(',', byte(s.quote), '.', false) // separators end no record
	smp := sample{most: s.maxColumns}
	var text []byte
	for size := sampleSize; ; size *= 2 {
		at := len(text)
		text = append(text, make([]byte, size-at)...)
		n, err := io.ReadFull(r, text[at:])
		text = text[:at+n]
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return smp, nil, err
		}
		if smp.whole = err != nil; smp.whole && len(text) > 0 && !isLineEnd(text[len(text)-1]) {
			text = append(text, '\n')
		}
		smp.skip(text, s)
		if smp.whole {
			smp.text = text
			return smp, bytes.NewReader(nil), nil
		}
		// One record does not tell what the others are like.
		if end := g.lastRecordEnd(text[smp.body:]); end > 0 && (len(text)-smp.body > s.maxRecord || g.lastRecordEnd(text[smp.body:smp.body+end-1]) > 0) {
			smp.text = text[: smp.body+end : smp.body+end]
			return smp, io.MultiReader(bytes.NewReader(text[smp.body+end:]), r), nil
		}
		if len(text)-smp.body > s.maxRecord {
			// The parser finds what is wrong with it.
			smp.text = append(text[:smp.body+s.maxRecord+1], '\n')
			return smp, bytes.NewReader(nil), nil
		}
	}
}

// separatorIn is the separator that a line names, 0 if it names none: sep=; is what Excel writes above a table, and reads.
func separatorIn(line []byte) byte {
	if n := len(line); n > 2 && line[0] == '"' && line[n-1] == '"' {
		line = line[1 : n-1]
	}
	if len(line) != len("sep=;") || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0
	}
	if c := line[4]; c < 0x80 && c != '"' && c != '_' && !isAlphanumeric(c) {
		return c
	}
	return 0
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// skip finds the first record, behind lines that are skipped, comments and blank lines.
func (s *sample) skip(text []byte, set *settings) {
	comment := byte(set.comment)
	s.body, s.line, s.comments, s.separator = 0, 0, nil, 0
	for s.body < len(text) {
		rest := text[s.body:]
		end := bytes.IndexAny(rest, "\r\n")
		if end < 0 || end+1 == len(rest) && !s.whole {
			return
		}
		line := rest[:end]
		if s.line < set.skip {
			// It may hold anything.
		} else if c := separatorIn(line); s.line == set.skip && c != 0 {
			s.separator = c
		} else if comment != 0 && len(line) > 0 && line[0] == comment {
			s.comments = append(s.comments, shorten(string(line), 1000))
		} else if len(bytes.Trim(line, " \t")) > 0 || bytes.IndexByte(line, '\t') >= 0 {
			return
		}
		s.body = afterLineEnd(text, s.body+end)
		s.line++
	}
}

// open reads a file up to its first row. With a dialect that is known already, of a file
// before, it finds none.
func (rd *reading) open(in input) (*prologue, error) {
	smp, rest, err := readSample(in, rd.settings)
	if err != nil {
		return nil, rd.failure(err, 0)
	}
	p := &prologue{sample: smp, line: smp.line}
	body := smp.text[smp.body:]
	if len(bytes.Trim(body, " \t\r\n")) == 0 {
		if rd.skip > 0 {
			return nil, rd.fail(0, 0, fmt.Errorf("%w: there is nothing below the %s that are skipped", ErrNoRows, plural(rd.skip, "line")), by("Skip", nil, "to be left out"))
		}
		return nil, rd.fail(0, 0, fmt.Errorf("%w: the file is empty", ErrNoRows), nil)
	}
	if zeros := bytes.Count(body, []byte{0}); zeros > 0 && zeros >= len(body)/4 {
		return nil, rd.fail(0, 0, fmt.Errorf("%w: many bytes are zero, as in UTF-16 without a byte order mark", ErrEncoding), by("Encoding", utf16LE, ""))
	}
	if rd.cut == nil {
		rd.findDialect(&smp, in)
	}
	parser := &parser{rd.cut, 1, rd.maxRecord}
	first, next, wrong := rd.cut.record(smp.text, smp.body, rd.maxColumns)
	record := &chunk{text: smp.text[smp.body:]}
	p.first, p.next = first, p.line+lineEnds(smp.text[smp.body:next])
	var bad *problem
	switch {
	case wrong.fault != none:
		wrong.at -= smp.body
		bad = parser.misquoted(record, 0, &wrong, len(first))
	case len(first) > rd.maxColumns:
		bad = &problem{err: fmt.Errorf("%w: more than %s", ErrLimit, plural(rd.maxColumns, "column")), remedy: by("MaxColumns", nil, "if this is a table").or(by("Comma", nil, "if cells are separated by something else"))}
	case next-smp.body > rd.maxRecord:
		bad = parser.tooLong(record, 0)
	default:
		if bad = badText(smp.text[smp.body:next]); bad != nil {
			parser.locate(record, bad)
		}
	}
	if bad != nil {
		bad.line = lineEnds(record.text[:bad.at])
		return nil, rd.problem(bad, p.line)
	}
	p.rows = io.MultiReader(bytes.NewReader(smp.text[smp.body:]), rest)
	records, starts := smp.cut(rd.cut)
	fit, bad := rd.fit(&smp, first, records, starts)
	if bad != nil {
		return nil, rd.problem(bad, p.line)
	}
	if p.first = fit; rd.judgeHeader(fit, records) {
		p.rows = io.MultiReader(bytes.NewReader(smp.text[next:]), rest)
	} else {
		p.next = p.line
	}
	if len(p.first) == 1 && rd.rival == nil && rd.comma == 0 {
		rd.suspectColumns(&smp, p.first[0])
	}
	return p, nil
}

// suspectColumns finds out what else a table of one column may be.
func (rd *reading) suspectColumns(smp *sample, name string) {
	comma, cells := smp.findRival(byte(rd.quote))
	if comma == 0 {
		rd.rival = by("Comma", nil, "if cells are separated by another ASCII character")
		return
	}
	rd.rival = by("Comma", rune(comma), fmt.Sprintf("if it separates %s in each line", plural(cells, "cell")))
	number := func(s string) bool { return isNumber(strings.TrimSpace(s), rd.cut.point) }
	if rd.dialect.Header && comma != ' ' && !slices.ContainsFunc(strings.Split(name, string(rune(comma))), number) {
		rd.doubts = append(rd.doubts, Doubt{DoubtComma, -1, fmt.Sprintf("there is one column, and each line, the header too, would have %s separated by %s", plural(cells, "cell"), separatorName(comma)), rd.rival})
	}
}

// findDialect finds out how the file is written, where no option says it.
func (rd *reading) findDialect(smp *sample, in input) {
	d := &rd.dialect
	d.Quote, d.Encoding, d.Gzip, d.Comments = rd.quote, in.encoding, in.gzip, len(smp.comments)
	comma, point, space := byte(rd.comma), byte(rd.decimal), false
	if d.Gzip {
		d.because("compression", "gzip", "the file begins as such data do")
	}
	if d.Comments > 0 {
		d.Comment = rd.comment
		d.because("comment", quote(string(rd.comment)), plural(d.Comments, "line")+" above the table")
	}
	if comma == 0 && smp.separator != 0 {
		comma = smp.separator
		d.because("comma", separatorName(comma), "a line above the table says so: sep=")
	}
	if comma == 0 {
		var doubts []Doubt
		comma, doubts = smp.findComma(byte(rd.quote), d)
		rd.doubts = append(rd.doubts, doubts...)
	}
	records, _ := smp.cut(newGrammar(comma, byte(rd.quote), '.', comma == ' '))
	if rd.space != nil {
		space = *rd.space
	} else if comma == ' ' {
		if space = true; smp.touching(' ') {
			d.because("space", "skipped", "several blanks separate as one does")
		}
	} else if comma != ' ' && comma != '\t' && findSpace(records) {
		space = true
		d.because("space", "skipped", "a blank stands behind every separator")
	}
	if point == 0 {
		point = '.'
		if comma != ',' {
			var doubts []Doubt
			point, doubts = findDecimal(records, d)
			rd.doubts = append(rd.doubts, doubts...)
		}
	}
	d.Comma, d.Decimal, d.Space = rune(comma), rune(point), space
	rd.cut = newGrammar(comma, byte(rd.quote), point, space)
	if n := len(smp.comments); n > 0 && len(records) > 0 && len(records[0]) > 1 {
		last := strings.TrimPrefix(smp.comments[n-1], string(rd.comment))
		if cells, _, wrong := rd.cut.record([]byte(last+"\n"), 0, rd.maxColumns); wrong.fault == none && len(cells) == len(records[0]) {
			rd.doubts = append(rd.doubts, Doubt{DoubtComments, -1, fmt.Sprintf("the comment above the table, %s, has as many cells as the table and may be its header", quote(last)),
				by("Comment", rune(0), "")})
		}
	}
}

// judgeHeader tells whether the first record is a header.
func (rd *reading) judgeHeader(first []string, records [][]string) bool {
	d := &rd.dialect
	if len(rd.files) > 1 {
		return d.Header // as in the first file
	}
	switch rd.headerMode {
	case Yes:
		d.Header = true
		return true
	case No:
		return false
	}
	if rd.corner {
		d.Header = true
		return true
	}
	facts := compareHeader(first, records[min(1, len(records)):], rd.cut.point)
	header, why, doubt := facts.judge(rd.knownNames)
	if why != "" {
		d.because("header", map[bool]string{true: "yes", false: "no"}[header], why)
	}
	if doubt != "" {
		rd.doubts = append(rd.doubts, Doubt{DoubtHeader, -1, doubt, by("Header", nil, "")})
	}
	d.Header = header
	return header
}
