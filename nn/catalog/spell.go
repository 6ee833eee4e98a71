package catalog

import "slices"

// Spelling puts the spelling of a part together from what its parameters are: a
// part's String returns it. Required parameters come first, without their names;
// what equals its default is left out.
//
//	func (s cosine) String() string { return cosinePart().Spell().Float("floor", s.floor).String() }
type Spelling struct {
	name   string
	params []Param
	set    []Argument
}

// Spell returns the spelling of p to which nothing has been added yet.
func (p Part[P]) Spell() Spelling {
	return Spelling{name: p.Name, params: p.Params}
}

func (s Spelling) with(name string, v Value) Spelling {
	s.set = append(slices.Clip(s.set), Argument{Name: name, Value: v})
	return s
}

// Float sets a Number.
func (s Spelling) Float(name string, v float64) Spelling {
	return s.with(name, Value{Form: NumberForm, Number: v})
}

// Int sets an Integer.
func (s Spelling) Int(name string, v int) Spelling { return s.Float(name, float64(v)) }

// Bool sets a Bool.
func (s Spelling) Bool(name string, v bool) Spelling {
	if v {
		return s.Word(name, "true")
	}
	return s.Word(name, "false")
}

// Word sets a Word.
func (s Spelling) Word(name, v string) Spelling { return s.with(name, wordValue(v)) }

// Text sets a Text.
func (s Spelling) Text(name, v string) Spelling {
	return s.with(name, Value{Form: TextForm, Text: v})
}

// Floats sets Numbers.
func (s Spelling) Floats(name string, v ...float64) Spelling {
	return s.with(name, listOf(v, func(e float64) Value { return Value{Form: NumberForm, Number: e} }))
}

// Ints sets Integers.
func (s Spelling) Ints(name string, v ...int) Spelling {
	return s.with(name, listOf(v, func(e int) Value { return Value{Form: NumberForm, Number: float64(e)} }))
}

// Part sets a OnePart by its spelling. What does not follow the grammar, from a
// part of one's own, is put in quotes: it can be read, though not parsed into a
// part.
func (s Spelling) Part(name, spelling string) Spelling { return s.with(name, partValue(spelling)) }

// Parts sets a ManyParts by the spellings of its parts, as Part does.
func (s Spelling) Parts(name string, spellings ...string) Spelling {
	return s.with(name, listOf(spellings, partValue))
}

// Spec returns the spelling as a tree. What was set under a name that is no
// parameter's stands at its end, where parsing shows the mistake.
func (s Spelling) Spec() Spec {
	spec := Spec{Name: s.name}
	set := slices.Clone(s.set)
	bare := true // arguments may still come by position
	for _, p := range s.params {
		i := slices.IndexFunc(set, func(a Argument) bool { return a.Name == p.Name })
		if i < 0 {
			bare = bare && !p.required()
			continue
		}
		a := set[i]
		set = slices.Delete(set, i, i+1)
		if p.isDefault(a.Value) {
			continue
		}
		args := p.spell(a.Value, bare)
		bare = bare && !slices.ContainsFunc(args, func(a Argument) bool { return a.Name != "" || s.flag(a.Value) })
		if !bare {
			args = p.spell(a.Value, false)
		}
		spec.Args = append(spec.Args, args...)
	}
	spec.Args = append(spec.Args, set...)
	return spec
}

// isDefault reports whether to leave v out changes nothing.
func (p Param) isDefault(v Value) bool {
	if p.Default != "" {
		return v.String() == canonical(p.Default)
	}
	return p.Optional && p.Kind == ManyParts && len(v.List) == 0
}

// spell returns the arguments that make p be v. They have no names if they may
// come by position and p is not one to leave out.
func (p Param) spell(v Value, bare bool) []Argument {
	switch {
	case p.Kind == ManyParts && bare:
		list := make([]Argument, len(v.List))
		for i, e := range v.List {
			list[i].Value = e
		}
		return list
	case p.required() && bare:
		return []Argument{{Value: v}}
	case p.Kind == Bool && v.String() == "true":
		return []Argument{{Value: wordValue(p.Name)}}
	}
	return []Argument{{Name: p.Name, Value: v}}
}

// flag reports whether v, by position, would be taken for a Bool's name.
func (s Spelling) flag(v Value) bool {
	word, ok := v.word()
	return ok && slices.ContainsFunc(s.params, func(p Param) bool { return p.Kind == Bool && p.Name == word })
}

// String returns the spelling.
func (s Spelling) String() string { return s.Spec().String() }

func wordValue(word string) Value { return Value{Form: SpecForm, Spec: &Spec{Name: word}} }

func partValue(spelling string) Value {
	s, err := Parse(spelling)
	if err != nil {
		return Value{Form: TextForm, Text: spelling}
	}
	return Value{Form: SpecForm, Spec: &s}
}

func listOf[T any](list []T, value func(T) Value) Value {
	v := Value{Form: ListForm, List: make([]Value, len(list))}
	for i, e := range list {
		v.List[i] = value(e)
	}
	return v
}
