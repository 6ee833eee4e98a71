package table

import (
	"fmt"
	"math"
	"reflect"
)

// builder puts parsed chunks, which come in the order of the files, into columns.
type builder struct {
	columns []*Column
	known   []dictionaries
	rows    int
	places  []filePlace
	fresh   []byte // texts of the chunk that are new to their column

	total, done int64 // bytes of text, if known, and those that are in columns
	held        int64 // bytes of the columns
	textBytes   int64
	maxMemory   int64
}

// filePlace says where a row stands: the first of a file, or one after which rows and lines
// have gone apart.
type filePlace struct {
	place
	file int
}

// dictionaries find the codes of a column's texts.
type dictionaries struct{ texts, odd dictionary }

// dictionary finds the code of a text; few are looked through, more have an index.
type dictionary map[string]uint32

const few = 8

func (d dictionary) find(content []byte, texts []string) (uint32, bool) {
	if d == nil {
		for code, s := range texts {
			if s == string(content) {
				return uint32(code), true
			}
		}
		return 0, false
	}
	code, ok := d[string(content)]
	return code, ok
}

func (d *dictionary) add(s string, texts *[]string) uint32 {
	code := uint32(len(*texts))
	*texts = append(*texts, s)
	if *d == nil && len(*texts) > few {
		*d = make(dictionary, 2*few)
		for code, s := range *texts {
			(*d)[s] = uint32(code)
		}
	} else if *d != nil {
		(*d)[s] = code
	}
	return code
}

// textCost is what a distinct text takes beside its bytes: its header in the column, and its
// entry in the dictionary.
const textCost = 64

func newBuilder(columns int, point byte, maxMemory int64) *builder {
	b := &builder{columns: make([]*Column, columns), known: make([]dictionaries, columns), maxMemory: maxMemory}
	all := make([]Column, columns)
	for i := range b.columns {
		all[i].index, all[i].point = i, point
		b.columns[i] = &all[i]
	}
	return b
}

// add appends a chunk of the file, whose first line is line.
func (b *builder) add(c *chunk, file, line int) error {
	for _, p := range c.places {
		at := place{p.row + b.rows, p.line + line}
		if n := len(b.places); n > 0 && b.places[n-1].file == file && b.places[n-1].line-b.places[n-1].row == at.line-at.row {
			continue
		}
		b.places = append(b.places, filePlace{at, file})
	}
	codes := b.codes(c)
	b.done += int64(len(c.text))
	b.held = 0
	for i, column := range b.columns {
		b.extend(column, c, i, codes)
		b.held += int64(4*len(column.codes)) + int64(8*len(column.values)) + int64(len(column.spellings))
	}
	for _, odd := range c.odds {
		o := &b.columns[odd.column].odd
		o.rows = append(o.rows, b.rows+odd.row)
		o.codes = append(o.codes, codes[odd.text])
	}
	b.rows += c.rows
	b.textBytes += int64(12 * len(c.odds))
	if b.held+b.textBytes > b.maxMemory {
		return fmt.Errorf("%w: a table that takes more than %s", ErrLimit, bytesText(b.maxMemory))
	}
	return nil
}

// codes returns the codes that the chunk's texts have in their columns.
func (b *builder) codes(c *chunk) []uint32 {
	all := c.texts.all
	codes := make([]uint32, len(all))
	// New texts are copied together, so that they share one string.
	b.fresh = b.fresh[:0]
	var added []int
	for i := range all {
		content := c.texts.bytes(&all[i], c.text)
		d, texts := b.dictionary(&all[i])
		code, ok := d.find(content, *texts)
		if codes[i] = code; !ok {
			added = append(added, i)
			b.fresh = append(b.fresh, content...)
		}
	}
	shared := string(b.fresh)
	for _, i := range added {
		n := all[i].to - all[i].from
		d, texts := b.dictionary(&all[i])
		codes[i] = d.add(shared[:n], texts)
		shared = shared[n:]
		b.textBytes += int64(n) + textCost
	}
	return codes
}

func (b *builder) dictionary(d *distinct) (*dictionary, *[]string) {
	known, column := &b.known[d.column], b.columns[d.column]
	if d.odd {
		return &known.odd, &column.odd.texts
	}
	return &known.texts, &column.texts
}

// extend appends the chunk's column i to a column.
func (b *builder) extend(column *Column, c *chunk, i int, codes []uint32) {
	values, spellings, has := c.values[i*c.stride:][:c.rows], c.spellings[i*c.stride:][:c.rows], c.columns[i]
	column.missing += c.rows - has.numbers - has.texts
	if column.values == nil {
		if has.numbers == 0 {
			at := len(column.codes)
			column.codes = room(b, column.codes, c.rows)[:at+c.rows]
			for row, v := range values {
				if code, ok := unboxed(v); ok {
					column.codes[at+row] = codes[code]
				} else {
					column.codes[at+row] = None
				}
			}
			return
		}
		b.widen(column)
	}
	at := len(column.values)
	column.values = append(room(b, column.values, c.rows), values...)
	if has.texts > 0 {
		for row, s := range spellings {
			if s == text {
				code, _ := unboxed(values[row])
				column.values[at+row] = boxed(codes[code])
			}
		}
	}
	switch {
	case column.spellings == nil && has.numbers == 0, column.spellings == nil && column.numbers > 0 && !has.mixed && column.spelling == has.spelling:
	case column.numbers == 0 && !has.mixed:
		column.spelling = has.spelling
	case column.spellings == nil:
		column.spellings = room(b, column.spellings, at+c.rows)[:at]
		for row := range column.spellings {
			column.spellings[row] = column.spelling
		}
		fallthrough
	default:
		column.spellings = append(room(b, column.spellings, c.rows), spellings...)
	}
	column.numbers += has.numbers
}

// widen turns codes into values.
func (b *builder) widen(column *Column) {
	column.values = room(b, column.values, len(column.codes)+1)[:len(column.codes)]
	for row, code := range column.codes {
		if code == None {
			column.values[row] = math.Float64frombits(missingBits)
		} else {
			column.values[row] = boxed(code)
		}
	}
	column.codes = nil
}

// room returns s with room for n more. If the length of the files is known, it is for all
// rows there will be, so that nothing is copied; what is never written takes no memory.
func room[T any](b *builder, s []T, n int) []T {
	need := len(s) + n
	if need <= cap(s) {
		return s
	}
	size := need + need/2
	if b.total > 0 && b.done > 0 {
		all := float64(need)*float64(b.total)/float64(b.done)*1.02 + 8
		most := float64(b.maxMemory) / float64(reflect.TypeFor[T]().Size()) / float64(len(b.columns))
		if fits := int(min(all, most)); fits >= need {
			size = fits
		}
	}
	grown := make([]T, len(s), size)
	copy(grown, s)
	return grown
}
