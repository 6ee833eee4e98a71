package catalog

import (
	"math"
	"slices"
)

// exactIntegers is the first number above which float64 skips integers.
const exactIntegers = 1 << 53

// value returns v as what p takes: a float64, int, bool, string, []float64 or
// []int, a part or, for ManyParts, an []any of parts.
func (p Param) value(part string, v Value, own Family) (any, error) {
	switch p.Kind {
	case Number, Integer:
		if n, ok := p.number(v); ok {
			return n, nil
		}
	case Bool:
		if w, ok := v.word(); ok && (w == "true" || w == "false") {
			return w == "true", nil
		}
	case Word:
		if w, ok := v.word(); ok && slices.Contains(p.Choices, w) {
			return w, nil
		}
	case Text:
		if v.Form == TextForm {
			return v.Text, nil
		}
	case Numbers:
		if list, ok := numbers[float64](p, v); ok {
			return list, nil
		}
	case Integers:
		if list, ok := numbers[int](p, v); ok {
			return list, nil
		}
	case OnePart:
		if v.Form == SpecForm && v.Spec != nil {
			return p.of(own).build(*v.Spec)
		}
	case ManyParts:
		if v.Form == ListForm && (len(v.List) > 0 || !p.required()) {
			return p.parts(part, v.List, own)
		}
	}
	return nil, &ArgumentError{Column: v.Column, Part: part, Argument: p.Name, Value: short(v.String()), Want: p.want(own)}
}

// number returns v as a float64 or, if p takes integers, as an int.
func (p Param) number(v Value) (any, bool) {
	if v.Form != NumberForm || !p.Range.Allows(v.Number) {
		return nil, false
	}
	if p.Kind == Number || p.Kind == Numbers {
		return v.Number, true
	}
	i := int(v.Number)
	exact := math.Abs(v.Number) < exactIntegers && float64(i) == v.Number
	return i, exact
}

// numbers returns the list v, whose elements p.number makes T.
func numbers[T float64 | int](p Param, v Value) ([]T, bool) {
	if v.Form != ListForm {
		return nil, false
	}
	list := make([]T, len(v.List))
	for i, e := range v.List {
		n, ok := p.number(e)
		if !ok {
			return nil, false
		}
		list[i], _ = n.(T)
	}
	return list, true
}

// parts builds each of list.
func (p Param) parts(part string, list []Value, own Family) ([]any, error) {
	one := p
	one.Kind = OnePart
	built := make([]any, len(list))
	for i, v := range list {
		var err error
		if built[i], err = one.value(part, v, own); err != nil {
			return nil, err
		}
	}
	return built, nil
}
