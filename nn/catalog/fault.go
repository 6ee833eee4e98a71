package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// fault says what is wrong with the part, or nothing.
func (p Part[P]) fault() string {
	if !validName(p.Name) || reserved(p.Name) {
		return `a name is lower-case words joined by "_", and neither true nor false`
	}
	if p.New == nil {
		return "it has no New"
	}
	for _, line := range []string{p.Help, p.Formula, p.Torch} {
		if !oneLine(line) {
			return "help, formula and PyTorch's name are one line each"
		}
	}
	if p.Example != "" {
		if s, err := Parse(p.Example); err != nil {
			return "its example: " + err.Error()
		} else if s.Name != p.Name {
			return "its example is one of " + s.Name
		}
	}
	for name := range p.Formerly {
		if name == p.Name || !validName(name) {
			return fmt.Sprintf("%q cannot be a name that it had", name)
		}
	}
	return paramsFault(p.Params)
}

// reserved reports whether a word is a value and cannot be a name.
func reserved(word string) bool { return word == "true" || word == "false" }

func oneLine(s string) bool { return !strings.ContainsAny(s, "\n\r\t") }

// paramsFault says what is wrong with the parameters of a part, or nothing.
func paramsFault(params []Param) string {
	var seen []string
	last := 0
	for _, p := range params {
		for _, name := range append([]string{p.Name}, p.Formerly...) {
			if !validName(name) || reserved(name) || slices.Contains(seen, name) {
				return fmt.Sprintf("%q cannot be a parameter's name, or is one already", name)
			}
			seen = append(seen, name)
		}
		at := p.rank()
		if at < last || at == manyRank && last == manyRank {
			return fmt.Sprintf("parameter %s: required ones come first, then one ManyParts at most, then the others", p.Name)
		}
		last = at
		if fault := p.fault(); fault != "" {
			return fmt.Sprintf("parameter %s: %s", p.Name, fault)
		}
	}
	return ""
}

const manyRank = 1

// rank orders the parameters of a part.
func (p Param) rank() int {
	switch {
	case p.Kind == ManyParts:
		return manyRank
	case p.required():
		return 0
	}
	return 2
}

func (p Param) fault() string {
	numeric := p.Kind == Number || p.Kind == Integer || p.Kind == Numbers || p.Kind == Integers
	parts := p.Kind == OnePart || p.Kind == ManyParts
	switch {
	case p.Kind == 0 || p.Kind > ManyParts:
		return "it has no kind"
	case (p.Kind == Word) != (len(p.Choices) > 0):
		return "a Word has Choices, and nothing else has"
	case p.Range != Range{} && !numeric:
		return "only numbers have a Range"
	case p.Of != nil && !parts:
		return "only parts are Of a family"
	case p.Optional && p.Default != "":
		return "what has a Default is not Optional"
	case !oneLine(p.Help):
		return "its help is one line"
	case slices.ContainsFunc(p.Choices, func(word string) bool { return !validName(word) }):
		return "its choices are words"
	case p.Default == "":
		return ""
	}
	v, err := parseValue(p.Default)
	if err != nil {
		return "its default: " + err.Error()
	}
	form := SpecForm
	if p.Kind == ManyParts {
		form = ListForm
	}
	switch {
	case !parts:
		_, err = p.value("its default", v, nil)
	case v.Form != form:
		err = fmt.Errorf("its default: %s is not what its kind takes", p.Default)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
