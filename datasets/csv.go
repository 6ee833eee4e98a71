package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/internal/names"
)

// Header says whether the first line of a CSV file names the columns.
type Header int

const (
	// HeaderAuto takes the first line for a header if none of its cells is a
	// number, or if one of them is the Label asked for.
	HeaderAuto Header = iota
	HeaderYes
	HeaderNo
)

// CSVOptions says how to read a CSV file. The zero value reads a classification
// set whose last column is the label.
type CSVOptions struct {
	// Name is the set's name and, in errors, the file's. Empty: the reader's
	// own name, if it has one.
	Name string

	Header Header
	Comma  rune // 0: ','

	// Label is the label's column: its name in the header or its number, from 0,
	// or from the end if negative. Empty: the last column.
	Label string
	// NoLabel reads a table without a label: every column is a feature.
	NoLabel bool
	// Regression reads the label column, which must be numeric, into Y.
	Regression bool

	// ClassNames fixes the classes and their order: a table to evaluate must be
	// read with the names of the training set. Nil finds the classes in the
	// data:
	//   - whole numbers from 0 to 255 are the classes themselves, 0..max;
	//   - other numbers are classes in ascending order;
	//   - otherwise texts are classes in ascending (byte) order.
	ClassNames []string
}

// LoadCSV reads a CSV file; see [ReadCSV]. The set is named for the file,
// without folder and extension, unless opts.Name names it.
func LoadCSV(path string, opts CSVOptions) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	name := opts.Name
	opts.Name = path
	s, err := ReadCSV(f, opts)
	if err != nil {
		return nil, err
	}
	if s.Name = name; name == "" {
		s.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return s, nil
}

// ReadCSV reads comma-separated values (RFC 4180), one example per line. All
// columns but the label are features and must be finite numbers. White space
// around cells, blank lines, a byte order mark and CRLF are tolerated.
//
// Labels are texts or numbers, see CSVOptions.ClassNames. Rows that are all of
// one class are no error here: Classes is then 1, unless ClassNames or the
// number of the class says that there are more.
//
// Errors in the file are *FormatErrors with line and column; their Err is
// ErrNoRows (nothing after the header, or nothing at all), ErrRagged,
// ErrNotNumber, ErrNotFinite, ErrLabel, ErrHeader, or what encoding/csv
// reported. Options that contradict each other are an *ArgumentError.
func ReadCSV(r io.Reader, opts CSVOptions) (*Set, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	if opts.Name == "" {
		opts.Name = readerName(r)
	}
	t := &csvTable{opts: opts, set: &Set{Name: opts.Name}}
	if err := t.open(r); err != nil {
		return nil, err
	}
	if err := t.readAll(); err != nil {
		return nil, err
	}
	return t.finish()
}

// check reports options that contradict each other.
func (o *CSVOptions) check() error {
	bad := func(name string, got any, want string) error { return &ArgumentError{"ReadCSV", name, got, want} }
	switch {
	case o.NoLabel && (o.Label != "" || o.Regression || o.ClassNames != nil):
		return bad("NoLabel", true, "no Label, Regression or ClassNames beside it")
	case o.Regression && o.ClassNames != nil:
		return bad("Regression", true, "no ClassNames beside it")
	case o.Header < HeaderAuto || o.Header > HeaderNo:
		return bad("Header", int(o.Header), "HeaderAuto, HeaderYes or HeaderNo")
	case o.Comma == '"' || o.Comma == '\r' || o.Comma == '\n' || o.Comma == utf8.RuneError || !utf8.ValidRune(o.Comma):
		return bad("Comma", strconv.QuoteRune(o.Comma), "a character other than a quote or a line end")
	}
	return nil
}

// csvTable reads one CSV file from front to back.
type csvTable struct {
	opts    CSVOptions
	csv     *csv.Reader
	set     *Set
	columns int
	header  []string // nil if the file has none
	label   int      // the label's column, -1 if there is none
	first   int      // line of the first record
	classes *classColumn
}

// open skips a byte order mark and prepares the reader.
func (t *csvTable) open(r io.Reader) error {
	buffered := bufio.NewReaderSize(r, 64<<10)
	mark, err := buffered.Peek(3)
	switch {
	case err != nil && err != io.EOF:
		return t.failRead(err)
	case len(mark) == 3 && string(mark) == "\ufeff":
		if _, err := buffered.Discard(len(mark)); err != nil {
			return t.failRead(err)
		}
	case len(mark) >= 2 && (string(mark[:2]) == "\xff\xfe" || string(mark[:2]) == "\xfe\xff"):
		return t.fail(1, 0, fmt.Errorf("%w: text is UTF-16, want UTF-8", ErrHeader))
	}
	t.csv = csv.NewReader(buffered)
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1 // ragged rows are ours to report
	if t.opts.Comma != 0 {
		t.csv.Comma = t.opts.Comma
	}
	// Lets a quoted cell follow a space; of tabs that separate it would eat
	// the empty cells.
	t.csv.TrimLeadingSpace = !unicode.IsSpace(t.csv.Comma)
	return nil
}

// readAll reads the header, if there is one, and every row.
func (t *csvTable) readAll() error {
	record, err := t.next()
	if err == io.EOF {
		return t.fail(1, 0, fmt.Errorf("%w: the file is empty", ErrNoRows))
	}
	if err != nil {
		return err
	}
	t.columns = len(record)
	t.first, _ = t.csv.FieldPos(0)
	if t.hasHeader(record) {
		t.header = make([]string, len(record))
		for i, cell := range record {
			t.header[i] = strings.TrimSpace(cell)
		}
	}
	if err := t.chooseLabel(record); err != nil {
		return err
	}
	if t.header != nil {
		record, err = t.next()
	}
	for ; err == nil; record, err = t.next() {
		if err := t.row(record); err != nil {
			return err
		}
	}
	if err != io.EOF {
		return err
	}
	if t.set.Rows == 0 {
		return t.fail(t.first, 0, fmt.Errorf("%w: there is a header and nothing after it", ErrNoRows))
	}
	return nil
}

// next returns the next record, or io.EOF.
func (t *csvTable) next() ([]string, error) {
	record, err := t.csv.Read()
	if err == nil || err == io.EOF {
		return record, err
	}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return nil, t.fail(parse.Line, 0, fmt.Errorf("byte %d of the line: %w", parse.Column, parse.Err))
	}
	return nil, t.failRead(err)
}

// hasHeader tells whether the first record names the columns.
func (t *csvTable) hasHeader(record []string) bool {
	if t.opts.Header != HeaderAuto {
		return t.opts.Header == HeaderYes
	}
	_, err := strconv.Atoi(t.opts.Label)
	byName := t.opts.Label != "" && err != nil
	isNumber := func(cell string) bool {
		_, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
		return err == nil
	}
	return byName && slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) == t.opts.Label }) ||
		!slices.ContainsFunc(record, isNumber)
}

// chooseLabel finds the label's column and names the features.
func (t *csvTable) chooseLabel(record []string) error {
	var err error
	if t.label, err = t.labelColumn(record); err != nil {
		return t.fail(t.first, 0, err)
	}
	t.set.Features = t.columns
	if t.label >= 0 {
		t.set.Features--
	}
	if t.set.Features == 0 {
		return t.fail(t.first, 0, fmt.Errorf("%w: one column, want features beside the label", ErrHeader))
	}
	for i, name := range t.header {
		if i != t.label {
			t.set.FeatureNames = append(t.set.FeatureNames, name)
		}
	}
	if t.label >= 0 && !t.opts.Regression {
		t.classes = newClassColumn(t.opts.ClassNames)
	}
	return nil
}

// labelColumn returns the index of the label's column, -1 if there is none.
func (t *csvTable) labelColumn(record []string) (int, error) {
	label := t.opts.Label
	switch {
	case t.opts.NoLabel:
		return -1, nil
	case label == "":
		return t.columns - 1, nil
	}
	if i := slices.Index(t.header, label); i >= 0 {
		if slices.Contains(t.header[i+1:], label) {
			return 0, fmt.Errorf("%w: two columns are named %q, the label", ErrHeader, label)
		}
		return i, nil
	}
	if i, err := strconv.Atoi(label); err == nil {
		if i < -t.columns || i >= t.columns {
			return 0, fmt.Errorf("%w: label column is %d, want %d to %d for %s", ErrHeader,
				i, -t.columns, t.columns-1, plural(t.columns, "column"))
		}
		if i < 0 {
			i += t.columns
		}
		return i, nil
	}
	if t.header == nil {
		return 0, fmt.Errorf("%w: label column is %q, but the first line is not a header: it begins %s",
			ErrHeader, label, quote(record[0]))
	}
	return 0, names.Unknown("label column", label, t.header)
}

// row appends one example.
func (t *csvTable) row(record []string) error {
	line, _ := t.csv.FieldPos(0)
	if t.columns > 1 && len(record) == 1 && strings.TrimSpace(record[0]) == "" {
		return nil // a line that only looks blank; encoding/csv skips the empty ones
	}
	if len(record) != t.columns {
		return t.fail(line, 0, fmt.Errorf("%w: %s, want %d as in line %d",
			ErrRagged, plural(len(record), "column"), t.columns, t.first))
	}
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if i == t.label && t.classes != nil {
			if err := t.classes.add(cell, line); err != nil {
				return t.failCell(i, err)
			}
			continue
		}
		v, err := parseCell(cell)
		if err != nil {
			return t.failCell(i, err)
		}
		if i == t.label {
			t.set.Y = append(t.set.Y, v)
		} else {
			t.set.X = append(t.set.X, v)
		}
	}
	t.set.Rows++
	return nil
}

// finish settles what only the whole file tells.
func (t *csvTable) finish() (*Set, error) {
	s := t.set
	if t.opts.Regression {
		s.Outputs = 1
	}
	if t.classes != nil {
		var line int
		var err error
		if s.Labels, s.ClassNames, line, err = t.classes.resolve(); err != nil {
			return nil, t.fail(line, t.label+1, err)
		}
		s.Classes = len(s.ClassNames)
		s.binaryTargets()
	}
	return s, nil
}

func (t *csvTable) fail(line, column int, err error) error {
	e := &FormatError{File: t.opts.Name, Line: line, Column: column, Err: err}
	if column > 0 && t.header != nil {
		e.Name = t.header[column-1]
	}
	return e
}

// failRead reports an error of the reader below.
func (t *csvTable) failRead(err error) error {
	if t.opts.Name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", t.opts.Name, err)
}

// failCell reports an error in cell i of the current record.
func (t *csvTable) failCell(i int, err error) error {
	line, _ := t.csv.FieldPos(i)
	return t.fail(line, i+1, err)
}

// parseCell reads a finite number, rounded to float32.
func parseCell(cell string) (float32, error) {
	v, err := strconv.ParseFloat(cell, 32)
	switch {
	case err == nil && v-v == 0:
		return float32(v), nil
	case err == nil:
		return 0, fmt.Errorf("%w: %s, want a finite number", ErrNotFinite, quote(cell))
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%w: %s does not fit float32", ErrNotFinite, quote(cell))
	case cell == "":
		return 0, fmt.Errorf("%w: the cell is empty", ErrNotNumber)
	}
	return 0, fmt.Errorf("%w: %s", ErrNotNumber, quote(cell))
}

// quote quotes a cell for an error, cut to a readable length.
func quote(cell string) string {
	const most = 40
	if utf8.RuneCountInString(cell) > most {
		return strconv.Quote(string([]rune(cell)[:most])) + "..."
	}
	return strconv.Quote(cell)
}
