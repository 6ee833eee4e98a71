package catalog

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/internal/names"
)

// binding assigns arguments to the parameters of a part.
type binding struct {
	part   string
	params []Param
	own    Family  // the catalogue in which the part was found
	came   []Value // for each parameter
	given  []bool  // for each parameter: it came
	next   int     // the parameter that the next argument by position is for
	named  bool    // an argument has come by name
}

// bind checks the arguments of s, fills in defaults and makes nested parts.
func bind(part string, params []Param, s Spec, own Family) (Args, error) {
	b := binding{
		part: part, params: params, own: own,
		came: make([]Value, len(params)), given: make([]bool, len(params)),
	}
	for _, a := range s.Args {
		if err := b.assign(a); err != nil {
			return Args{}, err
		}
	}
	args := Args{part: part, values: map[string]any{}, given: map[string]bool{}, fault: new(string)}
	for i, p := range params {
		v, err := b.valueOf(i, s.Column)
		if err != nil {
			return Args{}, err
		}
		args.values[p.Name], args.given[p.Name] = v, b.given[i]
	}
	return args, nil
}

// assign notes the argument for its parameter.
func (b *binding) assign(a Argument) error {
	i, err := b.parameter(a)
	if err != nil {
		return err
	}
	p := b.params[i]
	v := a.Value
	switch {
	case p.Kind == ManyParts && a.Name == "":
		list := b.came[i]
		if !b.given[i] {
			list = Value{Form: ListForm, Column: v.Column}
		}
		list.List = append(list.List, v)
		v = list
	case b.given[i]:
		return &ArgumentError{a.Column, b.part, p.Name, short(v.String()), true, "it once"}
	case a.Name == "" && b.flag(a) == i:
		v = Value{Form: SpecForm, Spec: &Spec{Name: "true", Column: v.Column}, Column: v.Column}
	}
	b.came[i], b.given[i] = v, true
	return nil
}

// parameter returns the position of the parameter that a is for.
func (b *binding) parameter(a Argument) (int, error) {
	if a.Name != "" {
		b.named = true
		return b.byName(a.Column, a.Name)
	}
	if i := b.flag(a); i >= 0 {
		return i, nil
	}
	if b.named {
		if word, ok := a.Value.word(); ok {
			return b.byName(a.Column, word)
		}
	}
	i := b.next
	switch {
	case i >= len(b.params):
		return 0, &ArgumentError{Column: a.Column, Part: b.part, Value: short(a.Value.String()), Want: atMost(len(b.params))}
	case b.params[i].Kind != ManyParts:
		b.next++
	}
	return i, nil
}

func atMost(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "one argument at most"
	}
	return fmt.Sprintf("%d arguments at most", n)
}

// flag returns the position of the Bool parameter whose name alone a is, or -1.
func (b *binding) flag(a Argument) int {
	word, ok := a.Value.word()
	if !ok {
		return -1
	}
	return slices.IndexFunc(b.params, func(p Param) bool { return p.Kind == Bool && p.Name == word })
}

func (b *binding) byName(column int, name string) (int, error) {
	kind := "argument of " + b.part
	known := make([]string, len(b.params))
	for i, p := range b.params {
		if p.Name == name {
			return i, nil
		}
		known[i] = p.Name
	}
	for _, p := range b.params {
		if slices.Contains(p.Formerly, name) {
			return 0, place(column, &RenamedError{kind, name, p.Name})
		}
	}
	return 0, place(column, names.Unknown(kind, name, known))
}

// valueOf returns what parameter i is: what came, or its default; nil if there
// is neither. column is the part's.
func (b *binding) valueOf(i, column int) (any, error) {
	p, v := b.params[i], b.came[i]
	switch {
	case b.given[i]:
	case p.Default != "":
		d, err := parseValue(p.Default)
		if err != nil {
			return nil, err
		}
		v = d.at(column)
	case p.Optional:
		return nil, nil
	default:
		return nil, &ArgumentError{Column: column, Part: b.part, Argument: p.Name, Want: p.want(b.own)}
	}
	return p.value(b.part, v, b.own)
}
