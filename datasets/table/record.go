package table

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
)

// RecordOption says how records are read.
type RecordOption func(*recordSettings)

type recordSettings struct{ ignore, absent bool }

// IgnoreUnknown passes over keys that no column is called by. Without it such a key is an error that suggests the nearest one.
func IgnoreUnknown() RecordOption { return func(s *recordSettings) { s.ignore = true } }

// AbsentIsMissing takes columns that a record does not have for missing ones, as nil is. Without it that is an error, [ErrAbsent].
func AbsentIsMissing() RecordOption { return func(s *recordSettings) { s.absent = true } }

// settingsOf are what options add up to.
func settingsOf(options []RecordOption) (s recordSettings, err error) {
	for _, option := range options {
		if option == nil {
			return s, badOption("RecordOption", "nil", "an option, or none at its place")
		}
		option(&s)
	}
	return s, nil
}

// RecordReader makes features of records, as an [Encoder] does of tables and to the same bits. It looks up beforehand what can be, and
// reads a record in about a microsecond. Methods may be called from several goroutines.
type RecordReader struct {
	recordSettings
	columns []recordColumn
	width   int
	keys    map[string]bool // of all columns; true of those that are features
	known   []string
	err     error // why no record can be read
}

// recordColumn is how the values of one column are read.
type recordColumn struct {
	key      string
	field    *Field
	code     *coding
	at, to   int       // features
	levels   *levels   // nil if it has none
	missing  []float64 // numbers that stand for missing cells
	parse    func(string) (float64, bool)
	isNumber bool
	ranges   bool // it has a range that values may be outside of
}

// Records returns a reader of records, that is of maps from what columns are called ([Field.Key]) to their values.
// Labels, weights and columns that are left out may be among them, and are not looked at. See Values in the package's comment for what a
// value may be.
func (e *Encoder) Records(options ...RecordOption) *RecordReader {
	r := &RecordReader{keys: make(map[string]bool, len(e.schema.Fields))}
	r.recordSettings, r.err = settingsOf(options)
	point := byte('.')
	for i := range e.schema.Fields {
		f := &e.schema.Fields[i]
		if _, twice := r.keys[f.Key()]; twice {
			r.err = &Error{File: "record", Err: fmt.Errorf("%w: two columns would be called %s, and which one a record means cannot be told: a table has both", ErrValue, quote(f.Key()))}
		}
		r.keys[f.Key()] = false
		if f.Numbers != nil && f.Use {
			point = f.Numbers.Decimal[0]
		}
	}
	for i := range e.codings {
		f, code := e.field(i), &e.codings[i]
		c := recordColumn{key: f.Key(), field: f, code: code, at: r.width}
		r.width += code.width(f)
		c.to = r.width
		c.prepare(point)
		r.keys[c.key] = true
		r.columns = append(r.columns, c)
	}
	r.known = slices.Sorted(maps.Keys(r.keys))
	return r
}

// prepare looks up what texts and numbers may be. Texts that are levels have a decimal point.
func (c *recordColumn) prepare(point byte) {
	f := c.field
	c.ranges = f.Kind == Number || f.Kind == Date
	switch f.Kind {
	case Number:
		form := *f.Numbers
		c.parse, c.isNumber = form.parseAny, true
		for _, w := range f.MissingWords {
			if v, ok := c.parse(w); ok {
				c.missing = append(c.missing, v)
			}
		}
	case Date:
		form := *f.Dates
		c.parse = form.Parse
	case Boolean:
		pair := [2]string(f.Order)
		c.parse = func(s string) (float64, bool) { return truth(s, pair) }
	default:
		c.levels = newLevels(c.code.levels(f), point, true)
		c.parse = c.levels.text
	}
}

// Width counts the features of a record.
func (r *RecordReader) Width() int { return r.width }

// Encode writes the features of a record to x [Width]. The report counts what the encoder was not prepared for, and is nil if there
// was nothing; then nothing has been allocated. A value that the column cannot take, such as text for a time.Time, and keys that are not those of the columns are
// an *Error that names the key.
func (r *RecordReader) Encode(record map[string]any, x []float32) (*Report, error) {
	if r.err != nil {
		return nil, r.err
	}
	if len(x) != r.width {
		return nil, fmt.Errorf("room for %s, want %d", plural(len(x), "feature"), r.width)
	}
	var report *Report
	found := 0
	for i := range r.columns {
		c := &r.columns[i]
		given, ok := record[c.key]
		if ok {
			found++
		} else if !r.absent {
			return nil, r.lacks(c, record)
		}
		v, err := valueOf(given)
		if err != nil {
			return nil, c.refuse(err)
		}
		number, state, err := c.read(&v)
		if err != nil {
			return nil, c.refuse(err)
		}
		if state != present || c.ranges && (number < c.code.Low || number > c.code.High) {
			report = c.report(report, &v, number, state)
		}
		c.code.put(x[c.at:c.to], c.field, number, state)
	}
	if found < len(record) && !r.ignore {
		if err := r.unknown(record); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// lacks is the error of a record that does not have a column.
func (r *RecordReader) lacks(c *recordColumn, record map[string]any) error {
	if err := r.unknown(record); err != nil && !r.ignore {
		return err // which is mostly why
	}
	return &Error{File: "record", Err: fmt.Errorf("%w: %s", ErrAbsent, quote(c.key)), Remedy: inWords("nil says that a value is missing").or(by("AbsentIsMissing", nil, "if what is absent is missing"))}
}

// unknown is the error of a record with a key that no column is called by, nil if there is none. Of several it is about the first in
// their order.
func (r *RecordReader) unknown(record map[string]any) error {
	var unknown []string
	for key := range record {
		if _, ok := r.keys[key]; !ok {
			unknown = append(unknown, key)
		}
	}
	if unknown == nil {
		return nil
	}
	const most = 50 // more names help nobody
	var known []string
	for _, key := range r.known[:min(len(r.known), most)] {
		known = append(known, shorten(key, 40))
	}
	return &Error{File: "record", Err: names.Unknown("column", shorten(slices.Min(unknown), 40), known), Remedy: by("IgnoreUnknown", nil, "if others are not to be looked at")}
}

func (c *recordColumn) refuse(err error) error {
	return &Error{File: "record", Column: c.field.index + 1, Name: c.field.Name, Err: err}
}

// read reads a value as the column's field takes it: a number; seconds; the place of a level.
func (c *recordColumn) read(v *value) (float64, cellState, error) {
	switch {
	case v.kind == nilValue:
		return 0, gap, nil
	case v.kind == textValue:
		return c.readText(v.s)
	case c.levels != nil:
		return c.readLevel(v)
	case c.isNumber:
		x, err := v.float()
		if err != nil {
			return 0, foreign, err
		}
		if c.field.Numbers.Percent {
			return 0, foreign, fmt.Errorf("%w: it is %s, and the column is written in percent: give text, such as %s, which leaves no doubt", ErrValue, v.what(), quote("12 %"))
		}
		if c.missing != nil && slices.Contains(c.missing, x) {
			return 0, gap, nil
		}
		return x, present, nil
	case c.field.Kind == Date && v.kind == timeValue:
		x, err := c.field.Dates.seconds(v.t)
		return x, present, err
	case c.field.Kind == Boolean && v.kind == boolValue:
		return float64(flag(v.b)), present, nil
	}
	return 0, foreign, fmt.Errorf("%w: it is %s, and the column is a %s", ErrValue, v.what(), c.field.Kind)
}

// readText reads a cell as it would stand in a file.
func (c *recordColumn) readText(s string) (float64, cellState, error) {
	if s == "" || c.field.isMissing(s) {
		return 0, gap, nil
	}
	x, ok := c.parse(s)
	switch {
	case !ok:
		return 0, foreign, nil
	case c.missing != nil && slices.Contains(c.missing, x):
		return 0, gap, nil
	}
	return x, present, nil
}

// readLevel finds the level that a value is: the one that is spelt as it is or else, of a number, the only one that is the same
// number.
func (c *recordColumn) readLevel(v *value) (float64, cellState, error) {
	x, state := 0.0, foreign
	switch v.kind {
	case boolValue:
		if x, state = c.levels.truth(v.b); state == foreign {
			return 0, foreign, fmt.Errorf("%w: it is %s, and none of the column's levels is: give the level as text", ErrValue, v.what())
		}
	case timeValue:
		return 0, foreign, fmt.Errorf("%w: it is %s, and the column is a %s: give the level as text", ErrValue, v.what(), c.field.Kind)
	default:
		if v.kind == floatValue && math.Abs(v.f) >= exact {
			return 0, foreign, fmt.Errorf("%w: %v is a code of more digits than float64 holds: give it as text, an integer or a json.Number", ErrValue, v.f)
		}
		var room [32]byte
		text := v.appendText(room[:0])
		if slices.ContainsFunc(c.field.MissingWords, func(w string) bool { return w == string(text) }) {
			return 0, gap, nil
		}
		if i, ok := c.levels.places[string(text)]; ok {
			return float64(i), present, nil
		}
		number, err := v.float()
		if err != nil {
			return 0, foreign, err
		}
		x, state = c.levels.number(number)
	}
	if state == unclear {
		return 0, foreign, severalLevels(string(v.appendText(nil)))
	}
	return x, state, nil
}

// report adds to a report what the encoder was not prepared for in one value.
func (c *recordColumn) report(to *Report, v *value, x float64, state cellState) *Report {
	f, code := c.field, c.code
	r := ColumnReport{}
	var cells *Cells
	switch {
	case state == gap && !code.Gaps:
		cells = &r.Gaps
	case state == foreign && (f.Kind == Number || f.Kind == Date || f.Kind == Boolean):
		cells = &r.Unread
	case state == foreign && code.RareLeft == 0:
		cells = &r.Unseen
	case state == present && (f.Kind == Number || f.Kind == Date) && (x < code.Low || x > code.High):
		cells = &r.Outside
	default:
		return to
	}
	r.Column = f.Label()
	cells.N = 1
	cells.example(shorten(strings.ToValidUTF8(string(v.appendText(nil)), "\ufffd"), 40))
	if to == nil {
		to = &Report{Rows: 1}
	}
	to.Columns = append(to.Columns, r)
	return to
}
