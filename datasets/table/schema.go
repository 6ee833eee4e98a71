package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// What cannot be decided for people, for errors.Is.
var (
	ErrAmbiguous = errors.New("two readings fit every row")
	ErrMixed     = errors.New("columns of one kind that mix")
	ErrUnlike    = errors.New("not of the kind asked for")
	ErrLabel     = errors.New("no label column")
	ErrAbsent    = errors.New("a column is not there")
)

// Role is what a column is for.
type Role string

// What columns are for: to be learnt from, to be predicted, to say how much rows count, and which belong together.
const (
	Feature Role = "feature"
	Label   Role = "label"
	Weight  Role = "weight"
	Group   Role = "group"
)

// Schema is what the columns of a table were taken for: see [Infer].
type Schema struct {
	Fields  []Field  `json:"fields"` // all columns, in the order of the file
	Targets []Target `json:"targets,omitempty"`

	// Doubts are what may be wrong with the table. They are not saved.
	Doubts []Doubt `json:"-"`
}

// Field is one column.
type Field struct {
	Name  string `json:"name"`
	Nth   int    `json:"nth,omitempty"` // of the columns of that name, from 0
	Of    int    `json:"of"`            // how many there were
	Role  Role   `json:"role"`
	Kind  Kind   `json:"kind"`
	Why   string `json:"why"`
	Use   bool   `json:"use"`             // it becomes features
	Asked bool   `json:"asked,omitempty"` // and not by itself
	// PastFuture: [SplitTime] tests on the rows in which it is greatest.
	PastFuture bool `json:"past_future,omitempty"`

	// MissingWords stand for missing cells, as empty ones do.
	MissingWords []string    `json:"missing_words,omitempty"`
	Numbers      *NumberForm `json:"numbers,omitempty"` // of a number
	Dates        *DateForm   `json:"dates,omitempty"`   // of a date
	Order        []string    `json:"order,omitempty"`   // of a category whose levels have one; false and true of a boolean

	Missing  int     `json:"missing"`
	Distinct int     `json:"distinct"` // of those that are not missing
	Low      float64 `json:"low"`      // of numbers; of dates in seconds since 1970
	High     float64 `json:"high"`

	// Examples are some of the cells. They are not saved: a model should not give away its rows.
	Examples []string `json:"-"`
	// Refused is why the column cannot be used as it is: two readings fit, zones mix. An encoder
	// cannot be fitted until an option has decided.
	Refused error `json:"-"`

	index int
}

// Range says from where to where a column of numbers or dates goes, and is empty for any other, and where that is not decided.
func (f *Field) Range() string {
	switch {
	case f.Refused != nil, f.Missing > 0 && f.Distinct == 0:
	case f.Kind == Date && f.Dates != nil:
		return dateText(f.Low, f.Dates.Layout) + " to " + dateText(f.High, f.Dates.Layout)
	case f.Numbers != nil:
		return numberText(f.Low) + " to " + numberText(f.High)
	}
	return ""
}

// numberText writes a number for people.
func numberText(v float64) string {
	if v == 0 {
		return "0" // and no -0
	}
	if a := math.Abs(v); a < 1e15 && a >= 1e-6 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Plan says what is done with a column.
func (f *Field) Plan() string {
	switch {
	case f.Role != Feature:
		return "no feature: " + string(f.Role)
	case !f.Use:
		return "left out"
	case f.Refused != nil:
		return "refused"
	}
	plan := ""
	switch {
	case f.Kind == Number:
		plan = "a number, scaled"
	case f.Kind == Date:
		plan = "time elapsed and calendar"
	case f.Kind == Boolean:
		plan = "0 or 1"
	case f.Order != nil:
		plan = "its place in the order, scaled"
	default:
		return "a feature for each level"
	}
	if f.Missing > 0 {
		plan += ", and whether it is missing"
	}
	return plan
}

// Label names a column in messages: its name, name#2 for the second of that name, #3 for the third column if that
// has none.
func (f *Field) Label() string {
	if f.Name == "" {
		return "#" + strconv.Itoa(f.index+1)
	}
	name := shorten(f.Name, 100)
	if strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		name = strconv.Quote(name)
	}
	if f.Of > 1 {
		name += "#" + strconv.Itoa(f.Nth+1)
	}
	return name
}

// Key names a column whole, for programs to tell it from all others: its name, name#2 for the second of that name, #3 for the third column
// if that has none. It is what a record calls it by, and what [Table.Find] finds.
func (f *Field) Key() string {
	switch {
	case f.Name == "":
		return "#" + strconv.Itoa(f.index+1)
	case f.Of > 1:
		return f.Name + "#" + strconv.Itoa(f.Nth+1)
	}
	return f.Name
}

// find returns the place of the field that a spelling names.
func (s *Schema) find(spelling string) (int, error) {
	var columns []*Column
	for i := range s.Fields {
		columns = append(columns, &Column{Name: s.Fields[i].Name, Nth: s.Fields[i].Nth, index: i})
	}
	t := &Table{columns: columns}
	t.name()
	return t.find(spelling)
}

// Find returns the column that people spell like that: a name, name#2 for the second of that name, #3 for the third column, #-1 for
// the last. Its field is at its [Column.Index] in the table's [Schema].
func (t *Table) Find(spelling string) (*Column, error) {
	i, err := t.find(spelling)
	if err != nil {
		return nil, err
	}
	return t.columns[i], nil
}

// Spell names a column so that [Table.Find] finds it, whatever others are called: by its place, unless a column is called like that.
func (t *Table) Spell(c *Column) string {
	for _, spelling := range []string{"#" + strconv.Itoa(c.index+1), c.Name} {
		if found, err := t.Find(spelling); err == nil && found == c {
			return spelling
		}
	}
	return c.Name + "#" + strconv.Itoa(c.Nth+1)
}

// find returns the place of the column that a spelling names.
func (t *Table) find(spelling string) (int, error) {
	found := t.named(spelling)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		_, err := t.Column(spelling, 0)
		if _, number := strconv.Atoi(spelling); number == nil {
			err = fmt.Errorf("%w: #1 is the first column, #-1 the last", err)
		}
		return 0, err
	}
	return 0, fmt.Errorf("column %s: there are %d of that name; %s is the first", quote(spelling), len(found), quote(spelling+"#1"))
}

// all returns the places of all columns that a spelling names, at least one.
func (t *Table) all(spelling string) ([]int, error) {
	found := t.named(spelling)
	if len(found) == 0 {
		_, err := t.find(spelling)
		return nil, err
	}
	return found, nil
}

// named returns the places of all columns that a spelling names: all of a name, one of name#2 and #3.
func (t *Table) named(spelling string) (found []int) {
	found = t.called[spelling]
	hash := strings.LastIndexByte(spelling, '#')
	if len(found) > 0 || hash < 0 {
		return found
	}
	n, err := strconv.Atoi(spelling[hash+1:])
	if err == nil && n < 0 && hash == 0 {
		n += len(t.columns) + 1 // #-1 is the last
	}
	if err != nil || n < 1 {
		return nil
	}
	if hash == 0 {
		if n <= len(t.columns) {
			found = []int{n - 1}
		}
		return found
	}
	if called := t.called[spelling[:hash]]; n <= len(called) {
		found = called[n-1 : n]
	}
	return found
}

// column finds a field's column in a table, by name and occurrence. The table has as many columns of that
// name as there were, or as many less those that are no features: without that, which is which is a guess.
func (s *Schema) column(t *Table, f *Field) (*Column, error) { return s.columns(t)(f) }

// columns returns what finds the columns of fields, as column does.
func (s *Schema) columns(t *Table) func(f *Field) (*Column, error) {
	// Labels, weights and groups may be absent where answers are asked for.
	others := map[string][]int{} // of a name, their places among all of it
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Role != Feature {
			others[f.Name] = append(others[f.Name], f.Nth)
		}
	}
	return func(f *Field) (*Column, error) { return t.columnOf(f, others[f.Name]) }
}

// columnOf finds a field's column, where fields at other places among those of its name are no features.
func (t *Table) columnOf(f *Field, others []int) (*Column, error) {
	have, nth := len(t.called[f.Name]), f.Nth
	switch {
	case have == f.Of:
	case f.Role == Feature && have > 0 && have == f.Of-len(others):
		for _, other := range others {
			nth -= flag(other < f.Nth)
		}
	case have == 0 && f.Name == "":
		return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: column %s of those that were learnt had no name, and here all have", ErrAbsent, f.Label()), Remedy: by("Header", No, "if the first line is a row")}
	case have == 0 && len(t.called[""]) == len(t.columns):
		return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: %s, and here columns have no names", ErrAbsent, quote(f.Name)), Remedy: t.another(by("Header", Yes, "if the first line names them"))}
	case have == 0:
		_, err := t.Column(f.Name, 0)
		return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: %w", ErrAbsent, err), Remedy: t.another(nil)}
	default:
		name := quote(f.Name)
		if f.Name == "" {
			name = "that have no name"
		}
		return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: columns %s: here are %d, learnt were %d, and which is which cannot be told", ErrAbsent, name, have, f.Of)}
	}
	return t.Column(f.Name, nth)
}

func (t *Table) file() string {
	if len(t.files) == 0 {
		return ""
	}
	return t.files[0]
}

// refuse is an error about a column, with the line of a row if that is not negative.
func (t *Table) refuse(c *Column, row int, err error, remedy Remedy) *Error {
	e := &Error{File: t.file(), Column: c.index + 1, Name: c.Name, Err: err, Remedy: remedy}
	if row >= 0 {
		e.File, e.Line = t.Place(row)
	}
	return e
}

// Err is what must be decided before the columns can be used, nil if nothing is.
func (s *Schema) Err() error {
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Refused != nil && (f.Use || f.Role != Feature) {
			return f.Refused
		}
	}
	return nil
}

func (s *Schema) doubt(kind DoubtKind, column int, what string, remedy Remedy) {
	s.Doubts = append(s.Doubts, Doubt{kind, column, what, remedy})
}

// readsNumbers tells whether the numbers that the reader has found in a column are those of the form.
func (f *NumberForm) readsNumbers(c *Column) bool {
	return !f.Percent && (c.own.hasNumbers() || f.Decimal[0] == c.point || c.isWhole())
}

// isMissing tells whether a text stands for a missing cell.
func (f *Field) isMissing(s string) bool {
	if len(f.MissingWords) == 0 && f.Kind != Number && f.Kind != Date {
		return false
	}
	trimmed := strings.TrimSpace(s)
	return slices.Contains(f.MissingWords, trimmed) || trimmed == "" && (f.Kind == Number || f.Kind == Date)
}

// isCanonical tells whether a text is a whole number as one writes it: digits, no zeros in
// front, a minus at most.
func isCanonical(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || s == "0")
}
