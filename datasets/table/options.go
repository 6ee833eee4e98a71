package table

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
)

// Option says how a table is read. What no option says is found in the file.
type Option func(*settings)

// settings are what the options of Open and Read add up to.
type settings struct {
	name           string
	stdin          io.Reader
	comma, decimal rune // 0: found
	quote          rune // 0: none
	comment        rune // 0: none
	commentGiven   bool
	space          *bool
	skip           int // lines of a file, above all else
	headerMode     HeaderMode
	knownNames     []string
	encoding       string

	workers    int
	chunk      int // bytes of text that are parsed at once
	maxColumns int
	maxRecord  int
	maxMemory  int64
	maxRatio   int
	err        error // of the first option that makes no sense
}

// chunkSize is how much text is parsed at once: with its values it fits into a second-level
// cache. From 64 KiB to 1 MiB makes 5 % (BenchmarkRead on Zen 5).
const chunkSize = 256 << 10

// A text that is known to be short is cut into so many chunks, none smaller than this: buffers of 256 KiB would take more than what is in
// it (BenchmarkLoad's 1.4 MB: 6.6 MB allocated, 5.0 with these, in the same time).
const (
	chunksAtLeast = 16
	smallChunk    = 64 << 10
)

// sampleSize is how much of a file is looked at to find out how it is written.
const sampleSize = 128 << 10

func newSettings(options []Option) (*settings, error) {
	s := &settings{stdin: os.Stdin, quote: '"', comment: '#', encoding: utf8Encoding, workers: runtime.GOMAXPROCS(0), chunk: chunkSize,
		maxColumns: 1_000_000, maxRecord: 64 << 20, maxMemory: 2 << 30, maxRatio: 200}
	for _, o := range options {
		o(s)
	}
	if s.headerMode == No && !s.commentGiven {
		s.comment = 0
	}
	for _, c := range []struct {
		option string
		char   rune
	}{{"Comma", s.comma}, {"Decimal", s.decimal}, {"Quote", s.quote}, {"Comment", s.comment}} {
		if c.char < 0 || c.char >= 0x80 || c.char == '\n' || c.char == '\r' {
			s.fail(c.option, strconv.QuoteRune(c.char), "an ASCII character that ends no line")
		}
		digit := c.char >= '0' && c.char <= '9' || c.char == '-'
		if digit && c.option != "Comment" {
			s.fail(c.option, strconv.QuoteRune(c.char), "a character that is no part of numbers")
		}
	}
	if s.comma != 0 && s.comma == s.quote {
		s.fail("Comma", strconv.QuoteRune(s.comma), "another character than the quote")
	}
	if s.decimal != 0 && s.decimal != '.' && s.decimal != ',' {
		s.fail("Decimal", strconv.QuoteRune(s.decimal), "'.' or ','")
	}
	return s, s.err
}

func (s *settings) fail(option, got, want string) {
	if s.err == nil {
		s.err = badOption(option, got, want)
	}
}

// Comma is what separates cells. It is found among comma, semicolon, tab, bar, and space, or a first line says it as
// Excel does: sep=;
func Comma(c rune) Option {
	return func(s *settings) {
		if s.comma = c; c == 0 {
			s.fail("Comma", "0", "a character; without the option it is found")
		}
	}
}

// Decimal is the decimal point, '.' or ','. It is found.
func Decimal(c rune) Option {
	return func(s *settings) {
		if s.decimal = c; c == 0 {
			s.fail("Decimal", "0", "'.' or ','; without the option it is found")
		}
	}
}

// Quote is what cells are quoted by, '"' unless this says otherwise; 0 if quotes mean
// nothing.
func Quote(c rune) Option { return func(s *settings) { s.quote = c } }

// Comment is what lines above the table begin with that do not belong to it, '#' unless this says
// otherwise; 0 if there are none. Below the first line of the table nothing is a comment.
// A table without a header has nothing above it: Header(No) takes all lines for rows, unless Comment is given.
func Comment(c rune) Option { return func(s *settings) { s.comment, s.commentGiven = c, true } }

// Skip passes over the first lines of each file, a title, whatever is in them. Blank lines and comments may follow.
func Skip(lines int) Option {
	return func(s *settings) {
		if s.skip = lines; lines < 0 {
			s.fail("Skip", strconv.Itoa(lines), "at least 0")
		}
	}
}

// Space says whether blanks behind a separator belong to it. They do if they stand behind
// every one in the part of the file that is looked at, or if cells are separated by blanks: several are as one.
func Space(yes bool) Option { return func(s *settings) { s.space = &yes } }

// HeaderMode says whether the first line of a table names the columns.
type HeaderMode int

// Modes of [Header].
const (
	Auto HeaderMode = iota // found, see [Header]
	Yes
	No
)

func (m HeaderMode) String() string {
	if m < Auto || m > No {
		return strconv.Itoa(int(m))
	}
	return [...]string{"Auto", "Yes", "No"}[m]
}

// Header says whether the first line names the columns. Auto, the default, looks for what speaks
// for it, and leaves a [Doubt] where that is not certain. The line is a header if
//   - it has the [Names] asked for, or none but these;
//   - or it counts the columns, 0, 1, 2 ..., and its numbers do not recur below;
//   - or it has texts above columns of numbers, and no number with decimals;
//   - or it has texts alone, none of which recurs in its column.
func Header(mode HeaderMode) Option {
	return func(s *settings) {
		if s.headerMode = mode; mode < Auto || mode > No {
			s.fail("Header", strconv.Itoa(int(mode)), "Auto, Yes or No")
		}
	}
}

// Names are the columns' names as who reads the table knows them, a model's for one: they
// help to tell whether there is a header. They ask nothing of the table.
func Names(names ...string) Option {
	return func(s *settings) { s.knownNames = slices.Clone(names) }
}

// Name is the reader's name, in errors.
func Name(name string) Option { return func(s *settings) { s.name = name } }

// Stdin is what the path "-" stands for: os.Stdin unless this says otherwise.
func Stdin(r io.Reader) Option {
	return func(s *settings) {
		if s.stdin = r; r == nil {
			s.fail("Stdin", "nil", "a reader; without the option it is os.Stdin")
		}
	}
}

// Encoding is how the text is written: utf-8, which is the default, latin1 (ISO 8859-1, and what
// Windows adds to it: €), utf-16le or utf-16be. A byte order mark overrides utf-8, and must agree with any other.
func Encoding(name string) Option {
	return func(s *settings) {
		if s.encoding = name; !slices.Contains(Encodings(), name) {
			s.fail("Encoding", quote(name), fmt.Sprintf("one of %q", Encodings()))
		}
	}
}

// Workers is how many goroutines parse, GOMAXPROCS unless this says otherwise. The table
// does not depend on it.
func Workers(n int) Option {
	return func(s *settings) { s.workers = n; s.positive("Workers", n) }
}

// MaxColumns limits the columns: a million unless this says otherwise.
func MaxColumns(n int) Option {
	return func(s *settings) { s.maxColumns = n; s.positive("MaxColumns", n) }
}

// MaxRecord limits the bytes of a record: 64 MiB unless this says otherwise.
func MaxRecord(bytes int) Option {
	return func(s *settings) { s.maxRecord = bytes; s.positive("MaxRecord", bytes) }
}

// MaxMemory limits the bytes that the table takes: 2 GiB, some 250 million numbers, unless
// this says otherwise.
func MaxMemory(bytes int64) Option {
	return func(s *settings) {
		if s.maxMemory = bytes; bytes < 1 {
			s.fail("MaxMemory", strconv.FormatInt(bytes, 10), "at least 1")
		}
	}
}

// MaxRatio limits how many times as long as its gzip file a text may be once it is longer
// than 64 MiB: 200 unless this says otherwise.
func MaxRatio(n int) Option {
	return func(s *settings) { s.maxRatio = n; s.positive("MaxRatio", n) }
}

func (s *settings) positive(option string, n int) {
	if n < 1 {
		s.fail(option, strconv.Itoa(n), "at least 1")
	}
}

// chunkBytes is how much text is parsed at once. The table does not depend on it.
func chunkBytes(n int) Option { return func(s *settings) { s.chunk = n } }
