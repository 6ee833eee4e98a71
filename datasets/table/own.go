package table

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/neurona-ml/neurona/internal/names"
)

// FromRecords makes a table of a program's own records: maps from columns' names to values. The columns come in the order of their names.
// All records have the same keys; another key is an error that suggests the nearest one, and so is one that is absent, unless options say
// otherwise. See Values in the package's comment for what a value may be.
func FromRecords(records []map[string]any, options ...RecordOption) (*Table, error) {
	s, err := settingsOf(options)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, &Error{File: ownRecords, Err: ErrNoRows}
	}
	keys := slices.Sorted(maps.Keys(records[0]))
	if s.absent {
		all := map[string]bool{}
		for _, r := range records {
			for key := range r {
				all[key] = true
			}
		}
		keys = slices.Sorted(maps.Keys(all))
	}
	for i, r := range records {
		found := 0
		for _, key := range keys {
			if _, ok := r[key]; ok {
				found++
			} else if !s.absent {
				return nil, &Error{File: ownRecords, Line: i + 1, Err: fmt.Errorf("%w: %s, which the first record has", ErrAbsent, quote(key)),
					Remedy: inWords("nil says that a value is missing").or(by("AbsentIsMissing", nil, "if what is absent is missing"))}
			}
		}
		if found == len(r) || s.ignore {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(r)) {
			if !slices.Contains(keys, key) {
				return nil, &Error{File: ownRecords, Line: i + 1, Err: names.Unknown("column", key, keys),
					Remedy: by("AbsentIsMissing", nil, "if other records do not have it").or(by("IgnoreUnknown", nil, "if it is not to be looked at"))}
			}
		}
	}
	return own(ownRecords, keys, len(records), func(row, column int) (value, error) { return valueOf(records[row][keys[column]]) })
}

// FromStructs makes a table of a program's own structs, or pointers to some, all of one type: a column for each exported field, called by the field's tag
// table:"name", or by its name where it has none. Fields with table:"-" are left out, and those of embedded structs stand in their place. A
// nil pointer is a missing value. See Values in the package's comment for what a value may be.
func FromStructs[T any](rows []T) (*Table, error) {
	t, all := reflect.TypeFor[T](), reflect.ValueOf(rows)
	if t.Kind() == reflect.Interface && len(rows) > 0 && !all.Index(0).IsNil() {
		t = all.Index(0).Elem().Type() // rows of []any
	}
	of, pointer := t, t.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil, &Error{File: ownStructs, Err: fmt.Errorf("%w: rows of %s, want a struct", ErrValue, t)}
	}
	var fields structFields
	if err := fields.add(t, nil); err != nil {
		return nil, &Error{File: ownStructs, Err: err}
	}
	if len(rows) == 0 {
		return nil, &Error{File: ownStructs, Err: ErrNoRows}
	}
	return own(ownStructs, fields.names, len(rows), func(row, column int) (value, error) {
		v := all.Index(row)
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if !v.IsValid() || pointer && v.IsNil() {
			return value{}, fmt.Errorf("%w: the row is nil", ErrValue)
		}
		if v.Type() != of {
			return value{}, fmt.Errorf("%w: the row is a %s, and the first one a %s", ErrValue, v.Type(), of)
		}
		if pointer {
			v = v.Elem()
		}
		v, err := v.FieldByIndexErr(fields.places[column])
		if err != nil {
			return value{}, nil // a pointer to an embedded struct is nil
		}
		return reflected(v)
	})
}

// structFields are the columns of a struct.
type structFields struct {
	names  []string
	places [][]int // as reflect has them
}

func (f *structFields) add(t reflect.Type, at []int) error {
	for i := range t.NumField() {
		field := t.Field(i)
		name, tagged := field.Tag.Lookup("table")
		place := append(slices.Clip(at), i)
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case name == "-":
			continue
		case field.Anonymous && !tagged && inner.Kind() == reflect.Struct && inner != timeType && (field.IsExported() || field.Type.Kind() != reflect.Pointer):
			if err := f.add(inner, place); err != nil {
				return err
			}
			continue
		case !field.IsExported() && tagged:
			return fmt.Errorf("%w: the field %s has a tag and is not exported", ErrValue, field.Name)
		case !field.IsExported():
			continue
		case !tagged:
			name = field.Name
		}
		if !takes(field.Type) {
			return fmt.Errorf("%w: the field %s is a %s, which is none of text, a number, a boolean, a time.Time (%s leaves it out)", ErrValue, field.Name, field.Type, "`table:\"-\"`")
		}
		if slices.Contains(f.names, name) {
			return fmt.Errorf("%w: two fields are the column %s", ErrValue, quote(name))
		}
		f.names, f.places = append(f.names, name), append(f.places, place)
	}
	return nil
}

// Matrix is rows of numbers, such as gonum's mat.Matrix.
type Matrix interface {
	Dims() (rows, columns int)
	At(row, column int) float64
}

// FromMatrix makes a table of a matrix, gonum's for one: a column for each of its own, called by names, or all by none. NaN is a missing
// value.
func FromMatrix(m Matrix, names ...string) (*Table, error) {
	if m == nil {
		return nil, &Error{File: ownMatrix, Err: fmt.Errorf("%w: there is no matrix", ErrNoRows)}
	}
	rows, columns := m.Dims()
	if rows == 0 || columns == 0 {
		return nil, &Error{File: ownMatrix, Err: ErrNoRows}
	}
	if names != nil && len(names) != columns {
		return nil, &Error{File: ownMatrix, Err: fmt.Errorf("%w: %s for %s", ErrMismatch, plural(len(names), "name"), plural(columns, "column"))}
	}
	if names == nil {
		names = make([]string, columns)
	}
	return own(ownMatrix, names, rows, func(row, column int) (value, error) { return floating(m.At(row, column)) })
}

// What tables of a program's own are called in errors. Lines count their rows.
const (
	ownRecords = "records"
	ownStructs = "structs"
	ownMatrix  = "matrix"
)

// own makes a table of values. They are written as a file has them and read as one is, with a decimal point and one way to write each, so that
// a table is the same whichever road its cells have come.
func own(what string, columns []string, rows int, at func(row, column int) (value, error)) (*Table, error) {
	if len(columns) == 0 {
		return nil, &Error{File: what, Err: fmt.Errorf("%w: there is no column", ErrNoRows)}
	}
	w := &ownWriter{rows: rows, kinds: make([]ownKinds, len(columns)), dates: make([]bool, len(columns))}
	for c := range columns {
		w.dates[c] = onlyDays(rows, func(row int) (value, error) { return at(row, c) })
	}
	header := No
	if slices.ContainsFunc(columns, func(name string) bool { return name != "" }) {
		header = Yes
		for c, name := range columns {
			w.cell(c)
			w.quoted(name)
		}
		w.text.WriteByte('\n')
	}
	for row := range rows {
		for c := range columns {
			v, err := at(row, c)
			if err == nil {
				w.cell(c)
				err = w.write(row, c, &v)
			}
			if err != nil {
				return nil, &Error{File: what, Line: row + 1, Column: c + 1, Name: columns[c], Err: err}
			}
		}
		w.text.WriteByte('\n')
	}
	t, err := Read(&w.text, Name(what), Header(header), Comma(','), Decimal('.'), Comment(0), Space(false), MaxRecord(math.MaxInt/4), MaxMemory(math.MaxInt64))
	if err != nil {
		return nil, err
	}
	if len(t.columns) != len(columns) {
		return nil, &Error{File: what, Column: len(columns), Err: errors.New("the last column has no name and no value")}
	}
	for i, c := range t.columns {
		k := &w.kinds[i]
		k.texts = ""
		c.own = k
		c.said = false // a text may have any decimal point
	}
	t.point, t.doubts = 0, nil
	t.places = []filePlace{{}} // a line for each row
	return t, nil
}

// ownWriter writes a program's values as a file.
type ownWriter struct {
	rows  int
	text  bytes.Buffer
	kinds []ownKinds
	dates []bool // times of the column are all days
	room  []byte
}

// ownKinds says what a column of a program's own values has. A column of a file has none, which is nil.
type ownKinds struct {
	numbers bool        // some are numbers to the program, and have no point to be doubted
	truths  bool        // some are booleans: true and false are
	times   []time.Time // by row, if some are times; zero where there is none
	texts   string      // the first text that is a number, while they are written
}

func (k *ownKinds) hasNumbers() bool { return k != nil && k.numbers }
func (k *ownKinds) hasTruths() bool  { return k != nil && k.truths }
func (k *ownKinds) hasTimes() bool   { return k != nil && k.times != nil }

// time is that of a row, if it has one.
func (k *ownKinds) time(row int) (t time.Time, ok bool) {
	if !k.hasTimes() {
		return t, false
	}
	return k.times[row], !k.times[row].IsZero()
}

// cell begins a cell.
func (w *ownWriter) cell(column int) {
	if column > 0 {
		w.text.WriteByte(',')
	}
}

// quoted writes a text in quotes: what is empty is missing.
func (w *ownWriter) quoted(s string) {
	w.text.WriteByte('"')
	w.text.WriteString(strings.ReplaceAll(s, `"`, `""`))
	w.text.WriteByte('"')
}

// write writes a value. One column may have numbers and texts that are none, such as NA; numbers and texts that are numbers it may
// not, since these are read as people have written them.
func (w *ownWriter) write(row, column int, v *value) error {
	k := &w.kinds[column]
	switch v.kind {
	case nilValue:
		w.quoted("")
		return nil
	case textValue:
		if k.texts == "" && isNumber(v.s, '.') {
			k.texts = v.s
		}
		w.quoted(v.s)
	case timeValue:
		if year := v.t.UTC().Year(); year < 1 || year > 9999 {
			return fmt.Errorf("%w: the year %d", ErrValue, year)
		}
		if k.times == nil {
			k.times = make([]time.Time, w.rows)
		}
		k.times[row] = v.t
		w.room = v.appendDate(w.room[:0], w.dates[column])
		w.text.Write(w.room)
	default:
		if k.truths = k.truths || v.kind == boolValue; v.kind != boolValue {
			k.numbers = true
			if _, err := v.float(); err != nil {
				return err
			}
		}
		w.room = v.appendText(w.room[:0])
		w.text.Write(w.room)
	}
	if k.numbers && k.texts != "" {
		return fmt.Errorf("%w: the column has numbers, and numbers as text, such as %s: want one of them", ErrValue, quote(k.texts))
	}
	return nil
}

// onlyDays tells whether a column has times alone that are midnights of UTC: they are days then, and have no clock and no zone.
func onlyDays(rows int, at func(row int) (value, error)) bool {
	for row := range rows {
		v, err := at(row)
		switch {
		case err != nil || v.kind == nilValue:
		case v.kind != timeValue || v.t.Location() != time.UTC || v.t.Hour()|v.t.Minute()|v.t.Second()|v.t.Nanosecond() != 0:
			return false
		}
	}
	return true
}

// appendDate appends a time: a day, or what UTC's clock says.
func (v *value) appendDate(b []byte, day bool) []byte {
	if day {
		return v.t.AppendFormat(b, time.DateOnly)
	}
	return v.t.UTC().AppendFormat(b, time.RFC3339Nano)
}
