package table

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// None is the code of a cell that is missing.
const None = ^uint32(0)

// Column is one column of a table, before anybody has decided what it means. A cell is
// missing (nothing between two separators), a number, or a text that is no number; which,
// Float, Code and Missing say, and [Column.Text] gives back each cell as it was spelt.
//
// A number takes the 8 bytes of its float64, and a byte for its spelling if not all of
// the column are spelt alike (as whole numbers, with two digits behind the point ...). Spellings
// that no such byte describes, as +5, and whole numbers that float64 cannot hold cost their
// text beside that. Of texts each column keeps the distinct ones; a column without
// numbers takes 4 bytes a cell.
type Column struct {
	// Name is the column's name in the header, as it stands there; empty if there is no
	// header or no name. Nth counts the columns before it that have the same name.
	Name string
	Nth  int

	index int
	point byte // of decimals
	said  bool // by an option: it is not only what the file looks like

	own *ownKinds // what a program's own values were; nil if they are a file's

	// A column without numbers has codes of its texts, any other has values. Nothing in
	// spellings stands for texts and missing cells.
	codes     []uint32
	values    []float64
	spellings []spelling // of each value; nil if all are spelt as spelling says
	spelling  spelling
	texts     []string // as they came first
	odd       oddTexts

	numbers, missing int
}

// oddTexts are the texts of numbers that no spelling gives back.
type oddTexts struct {
	rows  []int // ascending
	codes []uint32
	texts []string
}

func (o *oddTexts) at(row int) string { return o.texts[o.codes[sort.SearchInts(o.rows, row)]] }

// Index is the column's place in the file, from 0.
func (c *Column) Index() int { return c.index }

// Len returns the number of rows.
func (c *Column) Len() int { return max(len(c.codes), len(c.values)) }

// Numbers counts the cells that are numbers.
func (c *Column) Numbers() int { return c.numbers }

// MissingCells counts the cells in which there is nothing.
func (c *Column) MissingCells() int { return c.missing }

// Words counts the cells that are neither: texts.
func (c *Column) Words() int { return c.Len() - c.numbers - c.missing }

// Missing tells whether there is nothing in a row.
func (c *Column) Missing(row int) bool {
	if c.values == nil {
		return c.codes[row] == None
	}
	return math.Float64bits(c.values[row]) == missingBits
}

// Float returns a row's number; ok is false if it is missing or no number.
func (c *Column) Float(row int) (v float64, ok bool) {
	if c.values == nil {
		return math.NaN(), false
	}
	v = c.values[row]
	return v, v == v
}

// Floats returns the numbers, NaN where there is none, or nil if no cell is a number.
// They are the column's own: not to be written.
func (c *Column) Floats() []float64 { return c.values }

// Code returns the place of a row's text in [Column.Texts], None if it is missing; ok is
// false if it is a number.
func (c *Column) Code(row int) (code uint32, ok bool) {
	if c.values == nil {
		return c.codes[row], true
	}
	if c.Missing(row) {
		return None, true
	}
	return unboxed(c.values[row])
}

// Codes returns the codes of a column without numbers, and nil for any other. They are the
// column's own: not to be written.
func (c *Column) Codes() []uint32 { return c.codes }

// Texts returns the distinct texts that are no numbers, in the order in which they come
// first. They are the column's own: not to be written.
func (c *Column) Texts() []string { return c.texts }

// Text returns a row's cell as it was spelt, without the quotes around it; missing cells
// are empty.
func (c *Column) Text(row int) string {
	if code, ok := c.Code(row); ok {
		if code == None {
			return ""
		}
		return c.texts[code]
	}
	if s := c.spellingAt(row); s != odd {
		var room [32]byte
		return string(s.append(room[:0], c.values[row], c.point))
	}
	return c.odd.at(row)
}

// AppendText appends a row's cell, as Text returns it, to b.
func (c *Column) AppendText(b []byte, row int) []byte {
	if _, number := c.Float(row); number {
		if s := c.spellingAt(row); s != odd {
			return s.append(b, c.values[row], c.point)
		}
	}
	return append(b, c.Text(row)...)
}

func (c *Column) spellingAt(row int) spelling {
	if c.spellings == nil {
		return c.spelling
	}
	return c.spellings[row]
}

// pointUse is what a number's point may be for.
type pointUse int

const (
	unused    pointUse = iota // there is none
	ambiguous                 // decimals, or thousands: 1.234
	decimals
)

// pointOf tells what the point of a row's number x is for.
func (c *Column) pointOf(row int, x float64) pointUse {
	switch s := c.spellingAt(row); {
	case s == plain, s >= padded && s < power, s >= power && s&most == 0:
		return unused
	case s == plain+3 && math.Abs(x) >= 1 && math.Abs(x) < 1000:
		return ambiguous
	case s == odd:
		text := c.Text(row)
		if strings.IndexByte(text, c.point) < 0 {
			return unused
		}
		if _, groups := joinThousands(strings.TrimLeft(text, "+-"), string(rune(c.point))); groups {
			return ambiguous
		}
	}
	return decimals
}

// anyPointed looks for a number whose point cannot separate thousands.
func (c *Column) anyPointed() bool {
	if c.isWhole() {
		return false
	}
	for row := range c.values {
		if x, ok := c.Float(row); ok && c.pointOf(row, x) == decimals {
			return true
		}
	}
	return false
}

// isWhole tells whether all numbers are spelt with digits alone, so that any decimal point gives the same.
func (c *Column) isWhole() bool {
	return c.spellings == nil && (c.spelling == plain || c.spelling >= padded && c.spelling < power)
}

// Levels returns the distinct spellings of all cells, numbers too, in the order in which they
// come first, and for each row its place among them, None if it is missing: "1", "01" and
// "1.0" are three. It stops, with ok false, at more than limit.
func (c *Column) Levels(limit int) (levels []string, codes []uint32, ok bool) {
	if c.values == nil {
		return slices.Clone(c.texts), slices.Clone(c.codes), len(c.texts) <= limit
	}
	type key struct {
		value uint64 // or the code of an odd one
		spelling
	}
	known := map[key]uint32{}
	codes = make([]uint32, len(c.values))
	odds := 0
	for row, v := range c.values {
		k := key{value: math.Float64bits(v)}
		if v == v {
			if k.spelling = c.spellingAt(row); k.spelling == odd {
				k.value = uint64(c.odd.codes[odds])
				odds++
			}
		} else if k.value == missingBits {
			codes[row] = None
			continue
		}
		code, have := known[k]
		if !have {
			if len(levels) == limit {
				return nil, nil, false
			}
			code = uint32(len(levels))
			known[k] = code
			levels = append(levels, c.Text(row))
		}
		codes[row] = code
	}
	return levels, codes, true
}
