package table

import (
	"hash/maphash"
	"math"
)

// A value is a number, or a NaN that says what the cell is instead. Only copying keeps
// these bits; they are quiet, so that it does on every processor.
const (
	missingBits = 0x7ff8_0000_0000_0001 // math.NaN()
	textBits    = 0x7ffc_0000_0000_0000 // + the text's code
)

func boxed(code uint32) float64 { return math.Float64frombits(textBits | uint64(code)) }

// unboxed returns the code of a text; ok is false if v is none.
func unboxed(v float64) (code uint32, ok bool) {
	b := math.Float64bits(v)
	return uint32(b), b>>32 == textBits>>32
}

// chunk is some whole records of a file, as text and then as values.
type chunk struct {
	text    []byte
	failure error // of the reader, behind the text

	rows      int
	stride    int        // places for rows
	values    []float64  // column by column
	spellings []spelling // the same
	columns   []contents
	texts     texts
	odds      []oddCell
	places    []place
	lines     int
	blanks    int
	problem   *problem // the first one

	parsed chan struct{} // gets a value when it has been
}

// contents says what a column has in a chunk.
type contents struct {
	numbers, texts int
	spelling       spelling // of the first number
	mixed          bool     // whether others differ
}

// oddCell is a number whose text is kept.
type oddCell struct{ column, row, text int }

// place says in which line a row begins: the first of a chunk, or one after which rows and
// lines have gone apart.
type place struct{ row, line int }

// problem is an error at a place in a chunk; lines count from 0, columns from 1.
type problem struct {
	at     int // byte
	line   int
	column int
	err    error
	remedy Remedy
}

// texts are the distinct texts of a chunk, by column.
type texts struct {
	all    []distinct
	room   []byte   // content that is not in the chunk's text as it is
	slots  []uint32 // index + 1 of a text, by hash
	hashes []uint64
}

// distinct is one text of a column: text[from:to], or room[from:to].
type distinct struct {
	column   int
	from, to int
	inRoom   bool
	odd      bool // a number
}

var hashSeed = maphash.MakeSeed()

func (t *texts) reset() {
	clear(t.slots)
	t.all, t.hashes, t.room = t.all[:0], t.hashes[:0], t.room[:0]
}

func (t *texts) bytes(d *distinct, text []byte) []byte {
	if d.inRoom {
		return t.room[d.from:d.to]
	}
	return text[d.from:d.to]
}

// add returns the index of a text, which is new or not.
func (t *texts) add(d distinct, text []byte) int {
	if 2*(len(t.all)+1) > len(t.slots) {
		t.grow()
	}
	content := t.bytes(&d, text)
	h := maphash.Bytes(hashSeed, content) + uint64(d.column)*0x9e3779b97f4a7c15
	for i := h % uint64(len(t.slots)); ; i = (i + 1) % uint64(len(t.slots)) {
		n := t.slots[i]
		if n == 0 {
			t.slots[i] = uint32(len(t.all) + 1)
			t.all = append(t.all, d)
			t.hashes = append(t.hashes, h)
			return len(t.all) - 1
		}
		if same := &t.all[n-1]; t.hashes[n-1] == h && same.column == d.column && string(t.bytes(same, text)) == string(content) {
			return int(n - 1)
		}
	}
}

func (t *texts) grow() {
	t.slots = make([]uint32, max(256, 2*len(t.slots)))
	for n, h := range t.hashes {
		i := h % uint64(len(t.slots))
		for t.slots[i] != 0 {
			i = (i + 1) % uint64(len(t.slots))
		}
		t.slots[i] = uint32(n + 1)
	}
}
