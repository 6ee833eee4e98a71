package catalog

import (
	"math"
	"strconv"
	"strings"
)

// Spec is a spelling that has been read: adamw(lr=1e-3, decay=0.05) as a tree.
type Spec struct {
	Name   string
	Args   []Argument
	Column int // where the name begins, in characters from 1; 0 if it was not read
}

// Argument is an argument of a Spec.
type Argument struct {
	Name   string // empty if it is given by position
	Value  Value
	Column int // where it begins, with its name if it has one
}

// Form says what a Value is.
type Form uint8

// The forms of values.
const (
	SpecForm   Form = iota // a word, such as true or cosine, or a spelling with arguments
	NumberForm             // 0.5
	TextForm               // "in quotes"
	ListForm               // [0.1, 0.5, 0.9]
)

// Value is the value of an argument, or of an element of a list. The field of
// its form is set.
type Value struct {
	Form   Form
	Spec   *Spec
	Number float64
	Text   string
	List   []Value
	Column int // where it begins
}

// String returns the canonical spelling: Parse reads it as the same tree, but
// for columns.
func (s Spec) String() string {
	var b strings.Builder
	s.write(&b)
	return b.String()
}

func (s Spec) write(b *strings.Builder) {
	b.WriteString(s.Name)
	if len(s.Args) == 0 {
		return
	}
	b.WriteByte('(')
	for i, a := range s.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		if a.Name != "" {
			b.WriteString(a.Name)
			b.WriteByte('=')
		}
		a.Value.write(b)
	}
	b.WriteByte(')')
}

// String returns the canonical spelling of the value.
func (v Value) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v Value) write(b *strings.Builder) {
	switch v.Form {
	case SpecForm:
		if v.Spec != nil {
			v.Spec.write(b)
		}
	case NumberForm:
		b.WriteString(formatNumber(v.Number))
	case TextForm:
		b.WriteString(strconv.Quote(v.Text))
	case ListForm:
		b.WriteByte('[')
		for i, e := range v.List {
			if i > 0 {
				b.WriteString(", ")
			}
			e.write(b)
		}
		b.WriteByte(']')
	}
}

// word returns the word that v is, or false if it is anything else.
func (v Value) word() (string, bool) {
	if v.Form != SpecForm || v.Spec == nil || len(v.Spec.Args) > 0 {
		return "", false
	}
	return v.Spec.Name, true
}

// at returns v with every column in it set to column.
func (v Value) at(column int) Value {
	v.Column = column
	if v.Spec != nil {
		s := Spec{Name: v.Spec.Name, Column: column}
		for _, a := range v.Spec.Args {
			s.Args = append(s.Args, Argument{a.Name, a.Value.at(column), column})
		}
		v.Spec = &s
	}
	var list []Value
	for _, e := range v.List {
		list = append(list, e.at(column))
	}
	v.List = list
	return v
}

// formatNumber writes the shortest digits that give v back: whole numbers below
// 10^15 without an exponent, others as 0.001, 1e-5 or 2.5e20.
func formatNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	mantissa, exponent, scientific := strings.Cut(strconv.FormatFloat(v, 'g', -1, 64), "e")
	if !scientific {
		return mantissa
	}
	sign := ""
	if exponent[0] == '-' {
		sign = "-"
	}
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}
