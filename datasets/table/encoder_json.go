package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// ErrFormat is what the error is about a saved encoder that cannot be used.
var ErrFormat = errors.New("not an encoder that this version can use")

const (
	formatName    = "neurona.table"
	formatVersion = 1
)

// savedEncoder is an encoder in a file.
type savedEncoder struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Schema  *Schema  `json:"schema"`
	Columns []coding `json:"columns"` // of each field that is used
	Targets []Scaler `json:"targets"` // of each target
	Shared  []shared `json:"shared,omitempty"`
}

// MarshalJSON writes schema and encoder. What [UnmarshalJSON] reads from it encodes to the same bits.
func (e *Encoder) MarshalJSON() ([]byte, error) {
	schema, common := share(e.schema)
	return json.Marshal(savedEncoder{formatName, formatVersion, schema, e.codings, e.targets, common})
}

// UnmarshalJSON reads what MarshalJSON has written. Another version, a field that is not known, or what does not fit together is
// [ErrFormat].
func (e *Encoder) UnmarshalJSON(data []byte) error {
	var version struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if version.Format != formatName {
		return fmt.Errorf("%w: its format is %s, want %q", ErrFormat, quote(version.Format), formatName)
	}
	if version.Version != formatVersion {
		return fmt.Errorf("%w: it is of version %d, want %d", ErrFormat, version.Version, formatVersion)
	}
	var saved savedEncoder
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&saved); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: something follows it", ErrFormat)
	}
	if err := saved.spread(); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := saved.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	*e = Encoder{schema: saved.Schema, codings: saved.Columns, targets: saved.Targets}
	return nil
}

// check looks for what would make an encoder panic, or answer wrongly.
func (s *savedEncoder) check() error {
	if s.Schema == nil {
		return errors.New("there is no schema")
	}
	if err := s.Schema.check(); err != nil {
		return err
	}
	var used []int
	for i := range s.Schema.Fields {
		if s.Schema.Fields[i].Use {
			used = append(used, i)
		}
	}
	if len(used) == 0 || len(used) != len(s.Columns) {
		return fmt.Errorf("%d fields are used, and %d are encoded", len(used), len(s.Columns))
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Field != used[i] {
			return fmt.Errorf("field %d is used, and %d is encoded", used[i], c.Field)
		}
		f := &s.Schema.Fields[c.Field]
		if !c.fits(f) {
			return fmt.Errorf("field %s: its encoding is not one of a %s", quote(f.Label()), f.Kind)
		}
	}
	if len(s.Targets) != len(s.Schema.Targets) {
		return fmt.Errorf("there are %d targets, and %d are scaled", len(s.Schema.Targets), len(s.Targets))
	}
	for i := range s.Targets {
		if t := &s.Targets[i]; !t.valid() || !t.Invertible() {
			return fmt.Errorf("target %d is scaled by %s", i, quote(string(t.Kind)))
		}
	}
	return nil
}

// fits tells whether a coding is one of a field.
func (c *coding) fits(f *Field) bool {
	switch {
	case f.oneHot():
		left := c.RareLeft == 0 || c.RareLeft > 0 && len(c.Rare) > 0
		return left && c.Scaler == nil && !c.Clock && len(c.Means) == c.width(f) && len(c.Means) > 0 && distinctTexts(c.levels(f))
	case len(c.Levels)+len(c.Rare)+len(c.Means) > 0 || c.RareLeft != 0 || c.Clock && f.Kind != Date:
		return false
	case f.Kind == Boolean:
		return c.Scaler == nil
	}
	return c.Scaler != nil && c.Scaler.valid()
}

func distinctTexts(texts []string) bool {
	sorted := slices.Sorted(slices.Values(texts))
	return len(slices.Compact(sorted)) == len(texts)
}

// check looks for what does not fit together, and numbers the fields.
func (s *Schema) check() error {
	of := map[string]int{}
	for i := range s.Fields {
		f := &s.Fields[i]
		f.index = i
		wrong := ""
		switch {
		case !slices.Contains(Kinds(), f.Kind):
			wrong = "kind " + quote(string(f.Kind))
		case !slices.Contains([]Role{Feature, Label, Weight, Group}, f.Role):
			wrong = "role " + quote(string(f.Role))
		case f.Nth != of[f.Name]:
			wrong = "place among its name"
		case f.Use && (f.Role != Feature || !f.Kind.Used()):
			wrong = "use"
		case f.Numbers != nil && !f.Numbers.valid(), f.Kind == Number && f.Use && f.Numbers == nil:
			wrong = "numbers"
		case f.Kind == Date && (f.Dates == nil || !f.Dates.valid()):
			wrong = "dates"
		case f.Kind == Boolean && (len(f.Order) != 2 || !slices.Contains(truths, [2]string(f.Order))), f.Order != nil && (f.Kind != Boolean && f.Kind != Category || !distinctTexts(f.Order)):
			wrong = "order"
		case f.Missing < 0 || f.Distinct < 0 || math.IsInf(f.High-f.Low, 0):
			wrong = "counts"
		}
		if wrong != "" {
			return fmt.Errorf("field %s: its %s cannot be", quote(f.Label()), wrong)
		}
		of[f.Name]++
	}
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Of != of[f.Name] {
			return fmt.Errorf("field %s: there are %d of the name, not %d", quote(f.Label()), of[f.Name], f.Of)
		}
	}
	for i := range s.Targets {
		t := &s.Targets[i]
		if t.Field < 0 || t.Field >= len(s.Fields) || s.Fields[t.Field].Role != Label {
			return fmt.Errorf("target %d: field %d is no label", i, t.Field)
		}
		kind := s.Fields[t.Field].Kind
		classes := t.Task == Classification && kind == Category && len(t.Classes) > 0 && distinctTexts(t.Classes)
		if !classes && !(t.Task == Regression && kind == Number && len(t.Classes) == 0) {
			return fmt.Errorf("target %d: %s of a %s with %d classes", i, quote(string(t.Task)), kind, len(t.Classes))
		}
	}
	return nil
}

func (f *NumberForm) valid() bool {
	return (f.Decimal == "." || f.Decimal == ",") && f.Decimal != f.Thousands && slices.Contains([]string{"", ".", ",", " ", "'"}, f.Thousands)
}

func (f *DateForm) valid() bool {
	return f.Layout == "" || slices.ContainsFunc(dateLayouts, func(l dateLayout) bool { return l.layout == f.Layout })
}
