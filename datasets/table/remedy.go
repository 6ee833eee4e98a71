package table

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Remedy lists what may be done about an error or a doubt: any one of it helps.
type Remedy []Cure

// Cure is one thing that helps: an option of this package, or something else to do.
type Cure struct {
	Option string // its name: "AsTask", or of another package "model.Test"; empty if When is all there is to say
	Value  any    // its argument, as a program gives it; nil if only who reads this knows it
	When   string // when it helps, or what to do: "if it is a class"; may be empty
}

// String is the remedy for who writes a program.
func (r Remedy) String() string { return r.Spell(Cure.call) }

// Spell is the remedy with its options as option spells them: a command has flags. Cures whose option is spelt by
// nothing are left out.
func (r Remedy) Spell(option func(Cure) string) string {
	var list []string
	for _, c := range r {
		if c.Option == "" {
			list = append(list, c.When)
			continue
		}
		spelt := option(c)
		if spelt == "" {
			continue
		}
		if c.When != "" {
			spelt += ", " + c.When
		}
		list = append(list, spelt)
	}
	return strings.Join(list, "; ")
}

// call is the option as a program has it: table.Encoding("latin1").
func (c Cure) call() string {
	name := c.Option
	if !strings.Contains(name, ".") {
		name = "table." + name
	}
	switch v := c.Value.(type) {
	case nil:
		return name
	case HeaderMode:
		return name + "(table." + v.String() + ")"
	case rune:
		if v != 0 { // 0 is no character, but for none
			return name + "(" + strconv.QuoteRune(v) + ")"
		}
	}
	if v := reflect.ValueOf(c.Value); v.Kind() == reflect.String { // and what is made of strings: Task
		return name + "(" + strconv.Quote(v.String()) + ")"
	}
	return fmt.Sprintf("%s(%v)", name, c.Value)
}

// by is the remedy of one option.
func by(option string, value any, when string) Remedy { return Remedy{{option, value, when}} }

// inWords is a remedy that is no option.
func inWords(what string) Remedy { return Remedy{{When: what}} }

// or is a remedy beside others.
func (r Remedy) or(other Remedy) Remedy { return append(r[:len(r):len(r)], other...) }

// asOneOf is the option that says what a column is, one of what it may be.
func asOneOf(f *Field, when string, what ...string) Remedy {
	var r Remedy
	for _, w := range what {
		r = r.or(by("As", f.Label()+"="+w, when))
	}
	return r
}
