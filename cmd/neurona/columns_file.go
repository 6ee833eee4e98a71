package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
)

// columnsVersion is that of files of columns.
const columnsVersion = 1

// columnsFile is a file that says what the columns of a table are: neurona inspect --write writes it, people edit it, and
// --columns reads it.
type columnsFile struct {
	Version int           `json:"version"`
	Labels  []string      `json:"labels,omitempty"`  // in the order in which they are predicted, named as --label has it
	Task    table.Task    `json:"task,omitempty"`    // of all labels
	Missing []string      `json:"missing,omitempty"` // words that stand for missing cells in every column, as --na has them
	Columns []columnEntry `json:"columns"`           // all

	path string
}

// columnEntry is what a file says of a column.
type columnEntry struct {
	Name string     `json:"name"`
	Nth  int        `json:"nth,omitempty"` // 1 for the first, if several have that name
	Kind table.Kind `json:"kind"`          // of a label it follows from the task
	Use  *bool      `json:"use"`           // for what its role is
	Role table.Role `json:"role"`
	// PastFuture: train on the past, test on the future.
	PastFuture bool     `json:"past_future,omitempty"`
	Order      []string `json:"order,omitempty"`   // of a category's levels
	Dates      string   `json:"dates,omitempty"`   // the order of day, month and year: "dmy"
	Decimal    string   `json:"decimal,omitempty"` // of numbers: "." or ","
	Missing    []string `json:"missing,omitempty"` // words that stand for missing cells; absent, the usual ones do
	Why        string   `json:"why,omitempty"`     // what was found; nothing follows from it
}

// readColumns reads a file of columns and looks for what cannot be, whatever the table is.
func readColumns(path string) (*columnsFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--columns: %w", err)
	}
	c := &columnsFile{path: path}
	if err := c.decode(data); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// wrong is an error about the file. It is none of usage, even if it is about a name.
func (c *columnsFile) wrong(format string, args ...any) error {
	return fmt.Errorf("%s: %s", c.path, fmt.Sprintf(format, args...))
}

// wrongColumn is an error about a column of the file.
func (c *columnsFile) wrongColumn(e *columnEntry, format string, args ...any) error {
	return c.wrong("column %s: %s", e.label(), fmt.Sprintf(format, args...))
}

// label names a column in messages.
func (e *columnEntry) label() string {
	name := fmt.Sprintf("%q", e.Name)
	if e.Nth > 0 {
		name += fmt.Sprintf(" (nth %d)", e.Nth)
	}
	return name
}

// decode reads the text of the file.
func (c *columnsFile) decode(data []byte) error {
	var version struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return c.wrong("%s", describeJSON(data, err))
	}
	// The version first: what other ones have in them is not to be judged by this one.
	switch {
	case version.Version == nil:
		return c.wrong("version is missing, want %d", columnsVersion)
	case *version.Version != columnsVersion:
		return c.wrong("version is %d, want %d", *version.Version, columnsVersion)
	}
	if err := knownFields(data, c); err != nil {
		return c.wrong("%v", err)
	}
	var list struct {
		Columns []json.RawMessage `json:"columns"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return c.wrong("%s", describeJSON(data, err))
	}
	for i, text := range list.Columns {
		e := columnEntry{}
		err := json.Unmarshal(text, &e)
		if unknown := knownFields(text, &e); unknown != nil {
			err = unknown
		}
		switch {
		case err == nil:
		case e.Name == "":
			return c.wrong("column %d in the list: %s", i+1, describeJSON(text, err))
		default:
			return c.wrongColumn(&e, "%s", describeJSON(text, err))
		}
	}
	if err := json.Unmarshal(data, c); err != nil {
		return c.wrong("%s", describeJSON(data, err))
	}
	return nil
}

// knownFields reports a field of an object that v, a pointer to a struct, does not have.
func knownFields(data []byte, v any) error {
	var known []string
	for t, i := reflect.TypeOf(v).Elem(), 0; i < t.NumField(); i++ {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" {
			known = append(known, name)
		}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	var unknown []string
	for name := range fields {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if unknown == nil {
		return nil
	}
	return names.Unknown("field", slices.Min(unknown), known)
}

// describeJSON says what is wrong with a JSON text, in the words of who has written it.
func describeJSON(data []byte, err error) string {
	if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
		return fmt.Sprintf("line %d: %v", 1+bytes.Count(data[:min(int(e.Offset), len(data))], []byte("\n")), err)
	}
	e := (*json.UnmarshalTypeError)(nil)
	if !errors.As(err, &e) {
		return err.Error()
	}
	what := "it"
	if e.Field != "" {
		what = e.Field
	}
	want := "an object"
	switch e.Type.Kind() {
	case reflect.Slice:
		want = "a list"
	case reflect.Bool:
		want = "true or false"
	case reflect.String:
		want = "a text"
	case reflect.Int:
		want = "a whole number"
	}
	return fmt.Sprintf("%s is of type %s, want %s", what, e.Value, want)
}

// check looks for what no table can be.
func (c *columnsFile) check() error {
	if c.Task != "" && !slices.Contains(tasks()[1:], string(c.Task)) {
		return c.wrong("%v", names.Unknown("task", string(c.Task), tasks()[1:]))
	}
	type column struct {
		name string
		nth  int
	}
	seen := map[column]bool{}
	alone := map[table.Role]*columnEntry{} // roles that one column has
	var divides *columnEntry
	for i := range c.Columns {
		e := &c.Columns[i]
		if e.Role == "" {
			e.Role = table.Feature
		}
		key := column{e.Name, e.Nth}
		if seen[key] {
			return c.wrongColumn(e, "it is there twice")
		}
		seen[key] = true
		if err := e.check(c.Task); err != nil {
			return c.wrongColumn(e, "%v", err)
		}
		if e.Role == table.Weight || e.Role == table.Group {
			if other := alone[e.Role]; other != nil {
				return c.wrongColumn(e, "its role is %s, and that of %s is too: one column has it", e.Role, other.label())
			}
			alone[e.Role] = e
		}
		if e.Role == table.Group || e.PastFuture {
			if divides != nil {
				return c.wrongColumn(e, "rows are divided by one column, and %s is one already: by a group or by past_future", divides.label())
			}
			divides = e
		}
	}
	return nil
}

// check looks for what no column can be.
func (e *columnEntry) check(task table.Task) error {
	kinds := table.Kinds()
	roles := []table.Role{table.Feature, table.Label, table.Weight, table.Group}
	label := e.Role == table.Label
	switch {
	case e.Nth < 0:
		return fmt.Errorf("nth is %d, want 1 for the first of that name", e.Nth)
	case e.Kind == "":
		return errors.New("kind is missing")
	case !slices.Contains(kinds, e.Kind):
		return names.Unknown("kind", string(e.Kind), texts(kinds))
	case !slices.Contains(roles, e.Role):
		return names.Unknown("role", string(e.Role), texts(roles))
	case e.Use == nil:
		return errors.New("use is missing, want true or false")
	case !*e.Use && e.Role != table.Feature:
		return fmt.Errorf("use is false, and its role is %s: want true, or the role feature", e.Role)
	case e.PastFuture && e.Role != table.Feature:
		return fmt.Errorf("past_future is of features, and its role is %s", e.Role)
	case label && e.Kind != table.Number && e.Kind != table.Category:
		return fmt.Errorf("its kind is %s, and a label is a %s, or a %s: of classes", e.Kind, table.Number, table.Category)
	case label && task != "" && e.task() != task:
		return fmt.Errorf("its kind is %s, which is %s, and task is %s: change one of them", e.Kind, e.task(), task)
	case e.Role == table.Feature && *e.Use && !e.Kind.Used():
		return fmt.Errorf("columns of the kind %s are not used: want another kind, or false for use", e.Kind)
	case e.Dates != "" && !slices.Contains(table.DateOrders(), e.Dates):
		return fmt.Errorf("dates is %q, want ymd, dmy or mdy", e.Dates)
	case e.Dates != "" && e.Kind != table.Date:
		return fmt.Errorf("dates is of the kind date, and its kind is %s", e.Kind)
	case e.Decimal != "" && e.Decimal != "." && e.Decimal != ",":
		return fmt.Errorf(`decimal is %q, want "." or ","`, e.Decimal)
	case e.Decimal != "" && e.Kind != table.Number:
		return fmt.Errorf("decimal is of the kind number, and its kind is %s", e.Kind)
	case e.Order != nil && (e.Kind != table.Category || label):
		return fmt.Errorf("order is of features of the kind category, and this is a %s of the kind %s", e.Role, e.Kind)
	case e.Order != nil && len(e.Order) < 2:
		return fmt.Errorf("order has %s, want at least 2", plural(len(e.Order), "level"))
	}
	for i, level := range e.Order {
		if slices.Contains(e.Order[:i], level) {
			return fmt.Errorf("order has %q twice", level)
		}
	}
	return nil
}

// task is what the kind of a label says of it.
func (e *columnEntry) task() table.Task {
	if e.Kind == table.Number {
		return table.Regression
	}
	return table.Classification
}

func texts[S ~string](list []S) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}

// write writes the file: a column in a line.
func (c *columnsFile) write(w io.Writer) error {
	head := *c
	head.Columns = []columnEntry{}
	var b bytes.Buffer
	if err := encodeReadably(&b, head, "  "); err != nil {
		return err
	}
	text, _ := strings.CutSuffix(b.String(), "[]\n}\n")
	b.Reset()
	b.WriteString(text + "[")
	for i := range c.Columns {
		b.WriteString(map[bool]string{true: "\n    ", false: ",\n    "}[i == 0])
		var entry bytes.Buffer
		if err := encodeReadably(&entry, c.Columns[i], ""); err != nil {
			return err
		}
		// Line breaks of texts are escapes: these are between fields.
		b.WriteString(strings.ReplaceAll(strings.TrimSuffix(entry.String(), "\n"), "\n", " "))
	}
	b.WriteString("\n  ]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// encodeReadably writes JSON, with < as it is, and indented.
func encodeReadably(b *bytes.Buffer, v any, indent string) error {
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	return json.Indent(b, compact.Bytes(), "", indent)
}
